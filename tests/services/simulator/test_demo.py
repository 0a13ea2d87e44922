"""The demonstration as a user runs it: real processes, kill -9, the page of commands, and no debris."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.simulator.demo_register import SEED, registers
from services.simulator.demo_seen import Seen, readable
from services.simulator.demo_story import CLAIMS, Told
from services.simulator.people import applications, story
from services.simulator.processes import DemoError, free_ports
from shared_schemas.office import RegisterRow

NO_CURL = "curl is not installed (Debian package: curl)"
PATIENCE_S = 100.0
"""On a busy machine; alone it takes a third."""


class Demo:
    """`jejak demo` in a folder of its own for everything temporary."""

    def __init__(self, folder: Path, *options: str, part: str = "demo") -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.out = folder / "out"
        self.err = folder / "err"
        command = [sys.executable, "-m", "services.jejak", part, *options]
        env = os.environ | {"TMPDIR": str(self.temporary)}
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=env)

    def wait_for(self, words: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while words not in (said := self.out.read_text()):
            assert self.process.poll() is None, self.err.read_text()
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        return said

    def press_enter(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def end(self) -> int:
        return self.process.wait(timeout=30)

    def processes(self, *marks: str) -> list[int]:
        """Processes of this demonstration, found by what their environment says."""
        wanted = [mark.encode() for mark in (str(self.temporary), *marks)]
        return [
            int(folder.name)
            for folder in Path("/proc").iterdir()
            if folder.name.isdigit() and all(mark in _environment(folder) for mark in wanted)
        ]

    @property
    def debris(self) -> list[object]:
        return [*self.processes(), *self.temporary.iterdir()]


Start = Callable[..., Demo]


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the demonstration; whatever a test does, it is ended."""
    started: list[Demo] = []

    def start_one(*options: str, part: str = "demo") -> Demo:
        started.append(Demo(tmp_path, *options, part=part))
        return started[-1]

    yield start_one
    for demo in started:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(timeout=30)
        for pipe in [demo.process.stdin] if demo.process.stdin else []:
            pipe.close()


def page_of_commands(repository: Path, page: str = "try.md") -> list[str]:
    return re.findall(r"^```\n(.*?)^```", (repository / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)


class Shell:
    """The commands of the page, filled in with what the demonstration said."""

    def __init__(self, setting: str, *, port: str, key: str) -> None:
        self.setting = 'set -e\ncurl() { command curl --fail --no-progress-meter "$@"; }\n' + setting.replace(
            "PORT", port
        ).replace("jejak_KEY", key)

    def run(self, commands: str, *, folder: Path | None = None, **names: str) -> str:
        for name, value in names.items():
            commands = commands.replace(name, value)
        done = subprocess.run(
            ["bash", "-c", self.setting + commands], capture_output=True, text=True, timeout=60, check=False, cwd=folder
        )
        assert done.returncode == 0, commands + done.stderr
        return done.stdout


def follow_the_page(repository: Path, *, port: str, key: str, settings: str) -> None:
    setting, file, follow, receive, decide, alerts, administer, peers = page_of_commands(repository)
    shell = Shell(setting, port=port, key=key)
    filed = json.loads(shell.run(file))
    followed = shell.run(follow, SCREENING=filed["screening"])
    assert "event: settled" in followed
    assert json.loads(followed.splitlines()[-1])["coverage"]
    received = json.loads(shell.run(receive, CASE=filed["case"]))
    assert (received["state"], received["standing"]) == ("received", "under_examination")
    decided = json.loads(shell.run(decide, CASE=filed["case"]))
    assert (decided["standing"], decided["revision"]) == ("postponed", 2)
    [events] = page_of_commands(repository, "office-api.md")
    newest, since = (json.loads(shell.run(line)) for line in events.splitlines())
    assert newest["events"] == []
    assert [one["kind"] for one in since["events"]][:2] == ["case_filed", "screening_opened"]
    shown, signed = alerts.strip().split("\n", 1)
    alert = json.loads(shell.run(shown))[0]["alert"]
    shell.run(signed, ALERT=alert)
    assert alert not in shell.run(shown)
    be_administrator(repository, shell, administer, CASE=filed["case"], SETTINGS=settings)
    assert "kanim-kalianda" in shell.run(peers)


def be_administrator(repository: Path, shell: Shell, commands: str, **names: str) -> None:
    """Where the reader is: in the checkout, with its commands; what they write goes to a folder of its own."""
    folder = Path(names["SETTINGS"]).parent / "reader"
    folder.mkdir()
    (folder / "office_node").symlink_to(repository / "office_node")
    jejak = f'jejak() {{ {sys.executable} -m services.jejak "$@"; }}; export PYTHONPATH={repository}\n'
    said = shell.run(jejak + commands, folder=folder, **names)
    assert "All of this holds." in said
    assert re.search(r"^all +\d+ +0 +0 ", said, re.MULTILINE), said
    assert "<html" in (folder / "form.html").read_text()


@pytest.mark.processes
@pytest.mark.slow
def test_the_story_holds_the_page_works_and_a_killed_node_ends_everything(repository: Path, start: Start) -> None:
    if not shutil.which("curl"):
        pytest.skip(NO_CURL)
    demo = start("--people", "60")
    said = demo.wait_for("Ctrl-C ends everything")
    assert re.findall(r"^  (yes|NO) +(.+)$", said, re.MULTILINE) == [("yes", c.replace("_", " ")) for c in CLAIMS]
    said = demo.wait_for("  kanim-kotabumi: http")
    found = re.search(r"kanim-kotabumi: http://127\.0\.0\.1:(\d+) +key (\S+) +settings (\S+)", said)
    assert found is not None
    follow_the_page(repository, port=found[1], key=found[2], settings=found[3])
    (node,) = demo.processes("JEJAK_OFFICE=kanim-bandarlampung")
    os.kill(node, signal.SIGKILL)
    assert demo.end() == 2
    assert "kanim-bandarlampung ended unexpectedly (killed by signal 9)" in demo.err.read_text()
    assert demo.debris == []


@pytest.mark.processes
@pytest.mark.slow
def test_who_trains_sees_a_silent_office_and_a_late_hit(start: Start) -> None:
    demo = start("--people", "5", part="train")
    said = demo.wait_for("  kanim-kotabumi: http")
    assert [line[0] for line in said.splitlines() if re.match(r"\d\. File at", line)] == list("1234")
    demo.press_enter()
    said = demo.wait_for("Kalianda comes back.")
    found = re.search(r"kanim-kotabumi: (\S+) +key (\S+)", said)
    exercise = re.search(r"^5\. File at kanim-kotabumi: (.+)$", said, re.MULTILINE)
    assert found is not None
    assert exercise is not None
    office = {"Authorization": f"Bearer {found[2]}", "Jejak-Officer": "o-17", "Jejak-Role": "counter"}
    with httpx.Client(base_url=f"{found[1]}/office/v1", headers=office, timeout=20, trust_env=False) as node:
        body = {"application_no": "TRAIN-5", "person": json.loads(exercise[1])}
        filed = node.post("/cases", json=body, headers={"Idempotency-Key": "train-00005"}).json()
        view = _until(
            lambda: node.get(f"/screenings/{filed['screening']}").json(), lambda one: one["state"] == "settled"
        )
        silent = {one["office"]: one["outcome"] for one in view["coverage"]}
        assert (silent["kanim-kalianda"], [one["standing"] for one in view["traces"]]) == ("unknown", ["postponed"])
        demo.press_enter()
        demo.wait_for("the hit comes late")
        alerts = _until(lambda: node.get("/alerts").json(), lambda all_of: any(a["kind"] == "late_hit" for a in all_of))
        assert filed["case"] in [one["case"] for one in alerts]
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 0, demo.err.read_text()
    assert demo.debris == []


def _until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not good(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.2)
    return answer


@pytest.mark.processes
@pytest.mark.slow
def test_an_interruption_during_set_up_leaves_nothing(start: Start) -> None:
    demo = start("--people", "0", "--once")
    demo.wait_for("Invented registers")
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 130, demo.err.read_text()
    assert "nothing is left running" in demo.out.read_text()
    assert demo.debris == []


@pytest.mark.processes
@pytest.mark.slow
def test_a_killed_demonstration_leaves_nothing(start: Start) -> None:
    demo = start("--people", "0")
    demo.wait_for("Invented registers")
    assert list(demo.temporary.iterdir())
    demo.process.kill()
    demo.end()
    deadline = time.monotonic() + 30
    while demo.debris and time.monotonic() < deadline:
        time.sleep(0.1)
    assert demo.debris == []


@pytest.mark.processes
def test_a_taken_port_is_said_and_nothing_is_left(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start("--port-base", str(port))
        assert demo.end() == 2
    assert f"port {port} is taken" in demo.err.read_text()
    assert demo.debris == []


def test_free_ports_are_free_and_distinct() -> None:
    assert len(set(free_ports(4, None))) == 4


def test_the_taken_one_of_a_row_of_ports_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"port {port} is taken"):
            free_ports(1, port)


def test_a_story_that_lacks_one_claim_has_not_held() -> None:
    told = Told(main={"asked": 2, "answered": 2, "unknown": 0, "elapsed_ms": 70})
    told.claims.update(dict.fromkeys(CLAIMS, True))
    assert told.held
    assert {"hit", "trace_found_while_down", "late_hit_alerted", "asked", "answered", "unknown"} < set(told.summary())
    assert told.summary()["screening_ms"] == 70
    told.claims["late_hit_alerted"] = False
    assert not told.held


@pytest.mark.parametrize(
    "spelled",
    [
        b"sri wahyuni rahayu",
        b"SRI WAHYUNI RAHAYU",
        "Sri Wahyuni Rahayu".encode("utf-16-le"),
        b"Sri Wahyuni Rahayu".hex().encode(),
        b"U3JpIFdhaHl1bmkgUmFoYXl1",
        b"AAFTcmkgV2FoeXVuaSBSYWhheXU=",
    ],
)
def test_a_name_is_found_in_a_file_however_it_is_spelled(tmp_path: Path, spelled: bytes) -> None:
    file = tmp_path / "node.sqlite"
    file.write_bytes(b"\x00\xff" + spelled + b"\x00")
    assert readable([file], [story().kalianda]) == ("name",)


def test_a_file_without_her_values_has_none(tmp_path: Path) -> None:
    file = tmp_path / "node.sqlite"
    file.write_bytes(bytes(range(256)) * 64)
    assert readable([file], [story().kalianda, story().kotabumi]) == ()


def test_only_who_sent_or_got_the_person_knows_her() -> None:
    assert Seen("kanim-kotabumi", {"inquiry": 1, "reveal": 1}, ()).knows_person
    assert Seen("kanim-kalianda", {"answer": 1, "history": 1}, ()).knows_person
    assert not Seen("kanim-bandarlampung", {"answer": 1}, ()).knows_person


def test_the_invented_registers_can_be_imported_and_are_spread_over_three_offices() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    rows = registers(300, now=now)
    assert set(rows) == {"kanim-bandarlampung", "kanim-kalianda", "kanim-kotabumi"}
    read = [RegisterRow.model_validate_json(json.dumps(row)) for office in rows.values() for row in office]
    assert len(read) >= 300
    assert {"cleared", "under_examination"} < {row.standing for row in read}


def test_the_registers_hold_people_who_tried_again_and_some_who_only_look_alike() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    rows = [row for office in registers(3000, now=now).values() for row in office]
    planted = [one for one in applications(3000, seed=SEED, now=now, hops=True) if one.kinship]
    assert {one.kinship for one in planted} >= {"hop", "namesake", "sibling"}
    assert {one.application_no for one in planted} <= {row["application_no"] for row in rows}
    assert len(rows) == 3000 + len(planted)
