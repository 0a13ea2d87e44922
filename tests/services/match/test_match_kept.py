"""What `jejak match` keeps and what it does not: an index that goes on after a kill, and nothing of a run cut short."""

import csv
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.jejak import app

MANY = 40_000
GIVEN = ("Sri", "Bagus", "Endang", "Wayan", "Dewi", "Agus", "Ratna", "Joko")
FAMILY = ("Wahyuni", "Prakoso", "Lestari", "Wibowo", "Suryani", "Hartono", "Utami")


def write(path: Path, *rows: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def person(number: int) -> list[str]:
    """Invented; no two alike in all three."""
    born = f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return [f"{GIVEN[number % 8]} {FAMILY[number % 7]} {GIVEN[number // 8 % 8]}", born, f"+62812{number:07d}"]


def register(path: Path, count: int) -> Path:
    rows = [[f"r{number}", *person(number)] for number in range(count)]
    return write(path, ["record_id", "full_name", "birth_date", "phone"], *rows)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    rows = [[f"q{number}", *person(number)] for number in (3, 17, 29)]
    return write(tmp_path / "Q.csv", ["query_id", "full_name", "birth_date", "phone"], *rows)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["match", *map(str, args)])


def start(repository: Path, *args: str | Path, prelude: str = "") -> subprocess.Popen[bytes]:
    program = f"{prelude}\nfrom services.jejak import main\nmain()"
    command = [sys.executable, "-c", program, "match", *map(str, args)]
    return subprocess.Popen(
        command, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_heed_interrupts
    )


def _heed_interrupts() -> None:
    """The tests may run in the background of a shell, where SIGINT is ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(folder: Path, pattern: str, *, size: int) -> None:
    for _ in range(3000):
        if any(path.stat().st_size > size for path in folder.glob(pattern)):
            return
        time.sleep(0.01)
    pytest.fail("the run did not get so far")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_kept_index_answers_like_a_fresh_one_and_only_its_owner_reads_it(tmp_path: Path, queries: Path) -> None:
    listed = register(tmp_path / "R.csv", 60)
    fresh, first, again = (tmp_path / f"{name}.csv" for name in ("fresh", "first", "again"))
    store = tmp_path / "R.index"
    assert run("--records", listed, "--queries", queries, "--out", fresh).exit_code == 0
    for out in (first, again):
        assert run("--records", listed, "--queries", queries, "--out", out, "--store", store).exit_code == 0
        assert out.read_bytes() == fresh.read_bytes()
    assert store.stat().st_mode & 0o777 == 0o600
    assert b"r3" in fresh.read_bytes()


def test_an_index_of_another_list_or_mapping_is_refused_and_left_as_it_was(tmp_path: Path, queries: Path) -> None:
    listed, store, out = register(tmp_path / "R.csv", 60), tmp_path / "R.index", tmp_path / "O.csv"
    given = ("--records", listed, "--queries", queries, "--out", out, "--store", store)
    assert run(*given).exit_code == 0
    out.unlink()
    mapping = tmp_path / "M.json"
    mapping.write_text('{"columns": {"full_name": "phone"}}')
    held = store.read_bytes()
    assert "made from another" in run(*given, "--mapping", mapping).output
    register(listed, 61)
    result = run(*given)
    assert result.exit_code == 2
    assert "made from another" in result.output
    assert store.read_bytes() == held
    assert not out.exists()


@pytest.mark.parametrize("foreign", ["text", "database"])
def test_a_file_that_is_no_index_is_refused_and_left_as_it_was(tmp_path: Path, queries: Path, foreign: str) -> None:
    store = tmp_path / "letter"
    if foreign == "text":
        store.write_bytes(b"Dear office, " * 500)
    else:
        with sqlite3.connect(store) as connection:
            connection.execute("CREATE TABLE other (thing TEXT)")
        connection.close()
    before = store.read_bytes()
    listed = register(tmp_path / "R.csv", 5)
    result = run("--records", listed, "--queries", queries, "--out", tmp_path / "O.csv", "--store", store)
    assert result.exit_code == 2
    assert "no index" in result.output
    assert store.read_bytes() == before


def test_an_index_that_cannot_be_made_is_blamed_and_not_the_output(tmp_path: Path, queries: Path) -> None:
    listed, store = register(tmp_path / "R.csv", 5), tmp_path / "no" / "R.index"
    result = run("--records", listed, "--queries", queries, "--out", tmp_path / "O.csv", "--store", store)
    assert result.exit_code == 2
    assert "R.index: Indeks tidak dapat dibaca" in result.output


@pytest.mark.processes
def test_a_killed_run_goes_on_from_what_its_index_holds(repository: Path, tmp_path: Path, queries: Path) -> None:
    listed, store = register(tmp_path / "R.csv", MANY), tmp_path / "R.index"
    out, fresh = tmp_path / "O.csv", tmp_path / "fresh.csv"
    given = ("--records", listed, "--queries", queries, "--store", store, "--out", out)
    with start(repository, *given) as process:
        wait_for(tmp_path, "R.index", size=10_000_000)
        process.kill()
    with sqlite3.connect(store) as connection:
        held = connection.execute("SELECT count(*), max(number) FROM person").fetchone()
        filled = connection.execute("SELECT filled FROM made").fetchone()[0]
    connection.close()
    assert 0 < held[0] == held[1] < MANY
    assert not filled
    assert run(*given).exit_code == 0
    assert run("--records", listed, "--queries", queries, "--out", fresh).exit_code == 0
    assert out.read_bytes() == fresh.read_bytes()


@pytest.mark.processes
def test_one_run_fills_an_index_and_another_is_told_so(repository: Path, tmp_path: Path, queries: Path) -> None:
    listed, store = register(tmp_path / "R.csv", MANY), tmp_path / "R.index"
    given = ("--records", listed, "--queries", queries, "--store", store, "--out")
    with start(repository, *given, tmp_path / "one.csv") as process:
        wait_for(tmp_path, "R.index", size=100_000)
        result = run(*given, tmp_path / "other.csv")
        process.kill()
    assert result.exit_code == 2
    assert "in use" in result.output


@pytest.mark.processes
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_run_told_to_end_leaves_nothing(repository: Path, tmp_path: Path, queries: Path, told: int) -> None:
    listed = register(tmp_path / "R.csv", MANY)
    with start(repository, "--records", listed, "--queries", queries, "--out", tmp_path / "O.csv") as process:
        wait_for(tmp_path, ".jejak-match-*/register.sqlite", size=1_000_000)
        process.send_signal(told)
        said = process.communicate(timeout=30)[1]
    assert process.returncode not in (0, 2)
    assert b"Traceback" not in said
    assert names(tmp_path) == ["Q.csv", "R.csv"]


@pytest.mark.processes
def test_no_room_to_write_is_one_line_and_nothing_half_written(repository: Path, tmp_path: Path, queries: Path) -> None:
    """A limit of file size stands for a full disk: writing fails in the middle."""
    listed = register(tmp_path / "R.csv", 5000)
    limit = f"import resource, signal; resource.setrlimit({resource.RLIMIT_FSIZE}, (200_000, 200_000))"
    given = ("--records", listed, "--queries", queries, "--out", tmp_path / "O.csv")
    with start(repository, *given, prelude=limit) as process:
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2, said[-400:]
    assert b"Traceback" not in said
    assert names(tmp_path) == ["Q.csv", "R.csv"]
