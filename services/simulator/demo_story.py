"""The story of the demonstration, step by step over the office API, with what each office saw and did not see."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from services.simulator.demo_seen import seen_by
from services.simulator.people_story import story, story_late
from services.simulator.processes import StoryError
from shared_schemas.person import Person

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
CLAIMS = (
    "hit",
    "trace_found_while_down",
    "late_hit_alerted",
    "owner_alerted",
    "traced_everywhere",
    "strangers_read_nothing",
    "nothing_readable_at_rest",
    "confirmed_after_return",
    "receipt_verified",
    "edited_receipt_refused",
    "guideline_gives_reasons",
)
"""What must be so at the end; each is read from the running nodes."""
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
    case: str = ""
    claims: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(CLAIMS, False))

    @property
    def held(self) -> bool:
        """Whether the story went as it must."""
        return all(self.claims.values())

    def summary(self) -> dict[str, Any]:
        """The last line of `--once`: the claims, the counts of the main screening, and of the one while down."""
        counts = ("asked", "answered", "unknown")
        return {
            **self.claims,
            **{name: self.main.get(name) for name in counts},
            "screening_ms": self.main.get("elapsed_ms"),
            "while_down": {name: self.down.get(name) for name in (*counts, "elapsed_ms")},
        }


def tell(offices: Mapping[str, StoryOffice], told: Told, *, kill: Callable[[str], None], say: Say) -> None:
    """The whole story, into `told`; StoryError if the nodes keep it waiting in vain."""
    kalianda, kotabumi = offices[KALIANDA], offices[KOTABUMI]
    first, second = story(), story_late()
    others = tuple(office for office in offices.values() if office.id != KALIANDA)
    say("\n[bold]1. Kalianda postpones two applications[/]: signs of non-procedural labour migration (group B).")
    for number, person in enumerate((first.kalianda, second.kalianda), start=1):
        case = file_application(kalianda, person, key=f"demo-kalianda-{number}")["case"]
        postpone(kalianda, case)
        until("the notice to spread", partial(all_hold, others, case))
    say("   Two officers signed. The notices have spread: tokens and a standing, no name, no number.")
    say("\n[bold]2. In Kotabumi the first woman files again[/]: name spelled differently, another phone, no NIK.")
    filed = file_application(kotabumi, first.kotabumi, key="demo-kotabumi-1")
    told.case = filed["case"]
    told.main = _settled(kotabumi, filed["screening"])
    until("the history", lambda: bool(_view(kotabumi, filed["screening"])["history"]))
    _show_result(told, _view(kotabumi, filed["screening"]), say)
    _interview(told, kotabumi, filed["case"], say)
    asked = [a for a in kalianda.call("GET", "/alerts") if a["kind"] == "asked_about" and a["office"] == KOTABUMI]
    told.claims["owner_alerted"] = bool(asked)
    say(f"   Open in Kalianda until a person signs: {len(asked)} alert that Kotabumi asked about her.")
    _show_disks(told, offices.values(), filed["screening"], [first.kotabumi, first.kalianda], say)
    _while_down(told, kalianda, kotabumi, second.kotabumi, kill=kill, say=say)


def _show_result(told: Told, view: dict[str, Any], say: Say) -> None:
    told.claims["hit"] = any(row["office"] == KALIANDA and row["outcome"] == "hit" for row in view["coverage"])
    say(
        f"   Settled after {told.main['elapsed_ms']} ms: {told.main['answered']} of {told.main['asked']} have answered."
    )
    for row in view["coverage"]:
        say(f"   {row['office']}: {row['outcome']}")
    for row in view["history"]:
        until = f"until {row['until'][:10]}"
        say(f"   History of {row['office']}: {row['standing']} (group {row['reason_group']}) {until}, {row['zone']}.")
        for evidence in row["evidence"]:
            say(f"     {'+' if evidence['supports'] else '-'} {evidence['text_en']}")


def _interview(told: Told, office: StoryOffice, case: str, say: Say) -> None:
    """The officer asks what the guideline asks, and is told what it makes of the answers."""
    answers = [
        {"code": "applied_elsewhere", "value": False},
        {"code": "broker_coached", "value": True, "note": "Formulir diisi orang yang menunggu di luar"},
    ]
    before = office.call("GET", f"/cases/{case}/assessment", role="interview")
    office.call("PUT", f"/cases/{case}/answers", role="interview", body={"answers": answers})
    after = office.call("GET", f"/cases/{case}/assessment", role="interview")
    codes = {reason["code"] for reason in after["reasons"]}
    told.claims["guideline_gives_reasons"] = (
        before["withheld"] and not before["reasons"] and {"RW-02", "PK-02"} <= codes and bool(after["questions"])
    )
    say("   The interviewer sees Kalianda's answer only after she has asked about other offices. She says: never.")
    say(f"   By the guideline {after['guideline']}: {after['level']}, {after['points']:g} points; it decides nothing.")
    for reason in after["reasons"]:
        say(f"     {reason['code']} {reason['text']['en']}: {'; '.join(reason['evidence'])}.")
        say(f"       Would change it: {'; '.join(change['en'].rstrip('.') for change in reason['changes'])}.")
    questions = [question["text"]["en"] for question in after["questions"]]
    say(f"     Asks next: {' '.join(questions[:3])} (and {max(0, len(questions) - 3)} more)")


def _show_disks(told: Told, offices: Iterable[StoryOffice], inquiry: str, people: list[Person], say: Say) -> None:
    say("   What each office has on its disk of this question:")
    disks = [seen_by(office.id, database=office.database, inquiry=inquiry, people=people) for office in offices]
    for disk in disks:
        entries = ", ".join(kind if count == 1 else f"{kind} ×{count}" for kind, count in disk.entries.items())
        say(f"   {disk.office}: log {entries or 'empty'};")
        say(f"     {disk.part}; readable in its files: {', '.join(disk.readable) or 'no name, no number'}.")
    told.claims["traced_everywhere"] = all(disk.entries for disk in disks)
    told.claims["strangers_read_nothing"] = not any(d.knows_person or d.readable for d in disks if d.office == BANDAR)
    told.claims["nothing_readable_at_rest"] = not any(disk.readable for disk in disks)


def _while_down(
    told: Told, kalianda: StoryOffice, kotabumi: StoryOffice, person: Person, *, kill: Callable[[str], None], say: Say
) -> None:
    say("\n[bold]3. Kalianda's node is killed (kill -9).[/] The second person files in Kotabumi.")
    kill(kalianda.id)
    filed = file_application(kotabumi, person, key="demo-kotabumi-2")
    view = told.down = _settled(kotabumi, filed["screening"])
    silent = next(row for row in view["coverage"] if row["office"] == KALIANDA)
    traces = [t for t in view["traces"] if t["office"] == KALIANDA and not t["confirmed"]]
    told.claims["trace_found_while_down"] = bool(traces) and silent["outcome"] == "unknown"
    say(f"   Settled after {view['elapsed_ms']} ms: {view['answered']} of {view['asked']} have answered.")
    say(f"   Kalianda: unknown ({silent.get('cause')}), its notices are all here up to {silent.get('covered_to')}.")
    for trace in traces:
        said = f"{trace['standing']}, {trace['zone']} (from its notice, held here)"
        say(f"   According to Kalianda, not yet confirmed: {said}.")
    say("\n[bold]4. Kalianda comes back.[/] Nobody asks again by hand.")
    kalianda.start()
    until("the late history", lambda: bool(_view(kotabumi, filed["screening"])["history"]), seconds=60)
    late = [a for a in kotabumi.call("GET", "/alerts") if a["kind"] == "late_hit" and a["case"] == filed["case"]]
    told.claims["late_hit_alerted"] = bool(late)
    say(f"   The history came by itself. Open in Kotabumi until a person signs: {len(late)} alert of a late hit.")
    last = _view(kotabumi, filed["screening"])
    told.claims["confirmed_after_return"] = any(t["office"] == KALIANDA and t["confirmed"] for t in last["traces"])
    say(f"   What Kalianda's trace said is confirmed by its history: {told.claims['confirmed_after_return']}.")


def file_application(office: StoryOffice, person: Person, *, key: str) -> dict[str, Any]:
    """File her at an office; case and screening."""
    body = {"application_no": key.upper(), "person": person.model_dump(mode="json")}
    filed: dict[str, Any] = office.call("POST", "/cases", body=body, key=key)
    return filed


def postpone(office: StoryOffice, case: str) -> None:
    """Her documents are received, and two officers postpone her application."""
    office.call("POST", f"/cases/{case}/transitions", role="counter", body={"transition": "receive"})
    step = {
        "transition": "postpone",
        "reason_code": "B1",
        "condition": ["Surat rekomendasi Disnaker atau bukti tujuan perjalanan"],
        "reason": "Tujuan perjalanan belum jelas",
        "second": {"role": "supervisor", "officer": "o-31"},
    }
    office.call("POST", f"/cases/{case}/transitions", role="interview", body=step)


def _view(office: StoryOffice, screening: str) -> dict[str, Any]:
    view: dict[str, Any] = office.call("GET", f"/screenings/{screening}")
    return view


def _settled(office: StoryOffice, screening: str) -> dict[str, Any]:
    until("the screening to settle", lambda: _view(office, screening)["state"] == "settled")
    return _view(office, screening)


def all_hold(offices: tuple[StoryOffice, ...], case: str) -> bool:
    """Whether each of these offices holds Kalianda's postponement of that case."""
    return all(_holds(office, case) for office in offices)


def _holds(office: StoryOffice, case: str) -> bool:
    """Whether the office's own database holds Kalianda's postponement of that case."""
    with sqlite3.connect(f"file:{office.database}?mode=ro", uri=True) as connection:
        row = connection.execute(
            "SELECT standing FROM notice WHERE issuer = ? AND case_ref = ?", (KALIANDA, case)
        ).fetchone()
    return row is not None and row[0] == "postponed"


def until(what: str, holds: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until that holds; StoryError if it does not come."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise StoryError(f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(0.1)
