"""`jejak match`: who of one list is in another, or twice in one list. Nothing leaves the machine.

Nothing is kept but the output and what `--store` names; no error holds a value of anybody.
"""

import errno
import secrets
import signal
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from office_node.clock import SystemClock
from services.match import mapping
from services.match.problems import Fault, ListError
from services.match.results import writing
from services.match.run import Progress as Tell
from services.match.run import Run, Wanted, ZoneOption

_SHOWN_FAULTS = 10
_FAULT_COLUMNS = ("file", "row", "column", "id", "en")
Language = Literal["id", "en"]


def match(
    out: Annotated[Path, typer.Option(help="Where the result goes, CSV or XLSX.", show_default=False)],
    records: Annotated[Path | None, typer.Option(help="The register: record_id and what is known of each.")] = None,
    queries: Annotated[
        Path | None, typer.Option(help="Who is looked for in it: query_id and the same columns.")
    ] = None,
    duplicates: Annotated[Path | None, typer.Option(help="Instead of both: find who is twice in this list.")] = None,
    mapping_file: Annotated[Path | None, typer.Option("--mapping", help="Names of your columns, TOML or JSON.")] = None,
    top: Annotated[int, typer.Option(min=1, max=50, help="At most so many lines a query.")] = 5,
    zone: Annotated[
        ZoneOption | None, typer.Option(help="At least this sure; absent: all, and possible with --duplicates.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Keep the register's index here and go on from it.")] = None,
    skip_wrong: Annotated[bool, typer.Option("--skip-wrong", help="Leave wrong rows out instead of stopping.")] = False,
    language: Annotated[Language, typer.Option(help="Language of the reasons.")] = "id",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Find the same people in two lists, or in one; the best first, with reasons. People decide what it means."""
    try:
        mapped = mapping.read(mapping_file)
        wanted = Wanted(top=top, zone=zone or ("possible" if duplicates else "all"), language=language)
        _check(out, records, queries, duplicates)
        _check_overwriting(out, (records, queries, duplicates, mapping_file, store))
        with _ended_by_signal(), _folder(out) as folder, _progress(quiet=quiet) as tell:
            run = Run(
                folder, secrets.token_bytes(32), mapped, tell, store=store, skip_wrong=skip_wrong,
                today=SystemClock().now().date(),
            )  # fmt: skip
            lines = _write(run, out, folder, records=records, queries=queries, duplicates=duplicates, wanted=wanted)
    except ListError as error:
        typer.echo(error.fault.text(), err=True)
        raise typer.Exit(2) from error
    except (sqlite3.Error, OSError) as error:
        typer.echo(Fault(_code(error), (store or out).name).text(), err=True)
        raise typer.Exit(2) from error
    if not quiet:
        _sum_up(lines, run, out)


def _check(out: Path, records: Path | None, queries: Path | None, duplicates: Path | None) -> None:
    if (duplicates is None) == (records is None) or (records is None) != (queries is None):
        said = "Pakai --records dan --queries, atau --duplicates saja."
        typer.echo(f"{said} / Use --records and --queries, or --duplicates alone.", err=True)
        raise typer.Exit(2)
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise ListError("suffix", out)
    for given in (records, queries, duplicates):
        if given is not None and not given.is_file():
            raise ListError("folder" if given.is_dir() else "not-found", given)


def _check_overwriting(out: Path, others: Iterable[Path | None]) -> None:
    """Neither the output nor its list of faults may take the place of a file that is read or kept."""
    for written in (out, _errors_of(out)):
        for other in others:
            if other is not None and (
                written.resolve() == other.resolve()
                or (written.exists() and other.exists() and written.samefile(other))
            ):
                raise ListError("same-file", written)


def _code(error: Exception) -> str:
    """What is said of an error of the index's file."""
    if isinstance(error, OSError):
        return "disk-full" if error.errno == errno.ENOSPC else "store"
    known = {sqlite3.SQLITE_FULL: "disk-full", sqlite3.SQLITE_BUSY: "store-busy"}
    return known.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "store")


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """To be told to end is like Ctrl-C: what was begun is removed."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _write(
    run: Run, out: Path, folder: Path, *, records: Path | None, queries: Path | None, duplicates: Path | None,
    wanted: Wanted,
) -> int:  # fmt: skip
    lines = 0
    with writing(out, folder) as sink:
        if duplicates is not None:
            results = run.duplicates(duplicates, wanted=wanted)
        else:
            assert records is not None  # `_check` refused the rest
            assert queries is not None
            results = run.match(records, queries, wanted=wanted)
        for result in results:
            sink(result)
            lines += 1
    if run.faults:
        with writing(_errors_of(out), folder, header=_FAULT_COLUMNS) as sink:
            for fault in run.faults:
                said, english = fault.words
                sink((fault.file, fault.row or "", fault.column or "", said, english))
    else:
        _forget_faults(_errors_of(out))
    return lines


def _forget_faults(path: Path) -> None:
    """Remove what an earlier run said was wrong; a file that no run wrote stays."""
    header = (",".join(_FAULT_COLUMNS) + "\r\n").encode()
    if path.is_file() and path.read_bytes()[: len(header)] == header:
        path.unlink()


def _errors_of(out: Path) -> Path:
    return out.with_name(f"{out.stem}.errors.csv")


def _sum_up(lines: int, run: Run, out: Path) -> None:
    for fault in run.faults[:_SHOWN_FAULTS]:
        typer.echo(fault.text(), err=True)
    if run.told:
        first = f" (pertama/first {len(run.faults)})" if run.told > len(run.faults) else ""
        typer.echo(
            f"{run.told} isian atau baris dilewati / fields or rows left out: {_errors_of(out).name}{first}", err=True
        )
    typer.echo(f"{lines} baris / lines: {out.name}", err=True)


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A folder beside the output that only its owner may read; it goes with the run."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".jejak-match-", dir=out.resolve().parent)
    except OSError as error:
        raise ListError("out", out) from error
    with folder as name:
        yield Path(name)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Tell]:
    """A bar on a terminal's standard error, else nothing."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _stage, _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {"read": bars.add_task("membaca / reading", total=None)}

        def tell(stage: str, done: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task("mencari / looking up", total=None)
            bars.update(tasks[stage], completed=done)

        yield tell
