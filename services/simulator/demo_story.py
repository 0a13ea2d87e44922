"""The story of the demonstration, step by step over the office API, with what each office saw and did not see."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from services.simulator.people_story import story, story_late
from services.simulator.processes import DemoError
from shared_schemas.person import Person

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
Say = Callable[[str], None]


class StoryOffice(Protocol):
    """What the story needs of an office."""

    id: str

    @property
    def database(self) -> Path:
        """Where its node keeps its rows."""
        ...

    def call(
        self, method: str, path: str, *, role: str = ..., officer: str = ..., body: Any = ..., key: str = ...
    ) -> Any:
        """One call of the office API."""
        ...

    def start(self) -> None:
        """Start its node."""
        ...


@dataclass
class Told:
    """What was read from the nodes on the way."""

    main: dict[str, Any] = field(default_factory=dict)
    down: dict[str, Any] = field(default_factory=dict)
    hit: bool = False
    trace_found_while_down: bool = False
    late_hit_alerted: bool = False
    owner_alerted: bool = False
    strangers_read_nothing: bool = False

    @property
    def held(self) -> bool:
        """Whether the story went as it must."""
        return (
            self.hit
            and self.trace_found_while_down
            and self.late_hit_alerted
            and self.owner_alerted
            and self.strangers_read_nothing
        )

    def summary(self) -> dict[str, Any]:
        """The last line of `--once`."""
        return {
            "hit": self.hit,
            "trace_found_while_down": self.trace_found_while_down,
            "late_hit_alerted": self.late_hit_alerted,
            "owner_alerted": self.owner_alerted,
            "strangers_read_nothing": self.strangers_read_nothing,
            "asked": self.main["asked"],
            "answered": self.main["answered"],
            "unknown": self.main["unknown"],
            "screening_ms": self.main["elapsed_ms"],
            "while_down": {name: self.down[name] for name in ("asked", "answered", "unknown", "elapsed_ms")},
        }


def tell(offices: Mapping[str, StoryOffice], *, kill: Callable[[str], None], say: Say) -> Told:
    """The whole story; what was seen."""
    told = Told()
    kalianda, kotabumi, bandar = offices[KALIANDA], offices[KOTABUMI], offices[BANDAR]
    first, second = story(), story_late()
    say("\n1. Kalianda postpones two applications: signs of non-procedural labour migration.")
    for number, person in enumerate((first.kalianda, second.kalianda), start=1):
        case = _file(kalianda, person, key=f"demo-kalianda-{number}")["case"]
        _postpone(kalianda, case)
        _until("the notice to spread", partial(_all_hold, (kotabumi, bandar), case))
    say("   The notices have spread: tokens and a standing, no name, no number.")
    say("\n2. In Kotabumi the first woman files again: name spelled differently, another phone, no NIK.")
    filed = _file(kotabumi, first.kotabumi, key="demo-kotabumi-1")
    told.main = _settled(kotabumi, filed["screening"])
    _until("the history", lambda: bool(_view(kotabumi, filed["screening"])["history"]))
    _show(told, _view(kotabumi, filed["screening"]), say)
    told.owner_alerted = any(a["kind"] == "asked_about" for a in kalianda.call("GET", "/alerts"))
    say(f"   Kalianda is told that Kotabumi asked about her: {told.owner_alerted}")
    told.strangers_read_nothing = _reads_nothing(bandar, [first.kotabumi, first.kalianda])
    say(f"   Bandar Lampung holds a trace and cannot read who it is: {told.strangers_read_nothing}")
    _while_down(told, kalianda, kotabumi, second.kotabumi, kill=kill, say=say)
    return told


def _show(told: Told, view: dict[str, Any], say: Say) -> None:
    told.hit = any(row["office"] == KALIANDA and row["outcome"] == "hit" for row in view["coverage"])
    say(f"   Screening settled after {told.main['elapsed_ms']} ms: {told.main['answered']} of {told.main['asked']}.")
    for row in view["history"]:
        say(f"   {row['office']}: {row['standing']} ({row['reason_group']}), zone {row['zone']}, asks for a look")
        for evidence in row["evidence"]:
            say(f"     {'+' if evidence['supports'] else '-'} {evidence['text_en']}")


def _while_down(
    told: Told, kalianda: StoryOffice, kotabumi: StoryOffice, person: Person, *, kill: Callable[[str], None], say: Say
) -> None:
    say("\n3. Kalianda's node is killed (kill -9). The second person files in Kotabumi.")
    kill(kalianda.id)
    filed = _file(kotabumi, person, key="demo-kotabumi-2")
    view = told.down = _settled(kotabumi, filed["screening"])
    silent = next(row for row in view["coverage"] if row["office"] == KALIANDA)
    traces = [t for t in view["traces"] if t["office"] == KALIANDA and not t["confirmed"]]
    told.trace_found_while_down = bool(traces) and silent["outcome"] == "unknown"
    say(f"   Kalianda is unknown ({silent.get('cause')}), covered to {silent.get('covered_to')}.")
    for trace in traces:
        say(f"   According to Kalianda, not yet confirmed: {trace['standing']}, zone {trace['zone']}.")
    say("\n4. Kalianda comes back. Nobody asks again by hand.")
    kalianda.start()
    _until("the late history", lambda: bool(_view(kotabumi, filed["screening"])["history"]), seconds=60)
    late = [a for a in kotabumi.call("GET", "/alerts") if a["kind"] == "late_hit"]
    told.late_hit_alerted = bool(late)
    say(f"   The history came by itself; open alerts of a late hit in Kotabumi: {len(late)}.")


def _file(office: StoryOffice, person: Person, *, key: str) -> dict[str, Any]:
    body = {"application_no": key.upper(), "person": person.model_dump(mode="json")}
    filed: dict[str, Any] = office.call("POST", "/cases", body=body, key=key)
    return filed


def _postpone(office: StoryOffice, case: str) -> None:
    decision = {
        "standing": "postponed",
        "reason_group": "B",
        "condition": "Surat rekomendasi Disnaker atau bukti tujuan perjalanan",
        "reason": "Tujuan perjalanan belum jelas",
        "second": {"role": "supervisor", "officer": "o-31"},
    }
    office.call("POST", f"/cases/{case}/decision", role="interview", body=decision)


def _view(office: StoryOffice, screening: str) -> dict[str, Any]:
    view: dict[str, Any] = office.call("GET", f"/screenings/{screening}")
    return view


def _settled(office: StoryOffice, screening: str) -> dict[str, Any]:
    _until("the screening to settle", lambda: _view(office, screening)["state"] == "settled")
    return _view(office, screening)


def _all_hold(offices: tuple[StoryOffice, ...], case: str) -> bool:
    return all(_holds(office, case) for office in offices)


def _holds(office: StoryOffice, case: str) -> bool:
    """Whether the office's own database holds Kalianda's postponement of that case."""
    with sqlite3.connect(f"file:{office.database}?mode=ro", uri=True) as connection:
        row = connection.execute(
            "SELECT standing FROM notice WHERE issuer = ? AND case_ref = ?", (KALIANDA, case)
        ).fetchone()
    return row is not None and row[0] == "postponed"


def _reads_nothing(office: StoryOffice, people: list[Person]) -> bool:
    """Whether no byte of the office's database files spells a name or a phone of these people."""
    files = [f.read_bytes().lower() for f in office.database.parent.iterdir() if f.is_file()]
    words = [w for p in people for w in (p.name, *p.phones, *filter(None, (p.nik, p.mother_name)))]
    return not any(word.lower().encode() in data for word in words for data in files)


def _until(what: str, holds: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise DemoError(f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(0.1)
