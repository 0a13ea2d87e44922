"""What the population and the weather have written down, sorted; who had which case, and who goes on with it.

It imports nothing of the product, like the `checker` that counts from it.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from services.simulator.storm.journal import Event, read_journal

Case = tuple[str, str]
"""Office and reference."""


@dataclass
class Told:
    """The journal, sorted."""

    filed: dict[Case, Event] = field(default_factory=dict)
    by_screening: dict[str, Event] = field(default_factory=dict)
    seen: dict[tuple[str, str], Event] = field(default_factory=dict)
    standing: dict[Case, str] = field(default_factory=dict)
    unsure: set[Case] = field(default_factory=set)
    lied: set[tuple[str, str | None]] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    forks: list[str] = field(default_factory=list)
    taken_out: set[tuple[str, str | None]] = field(default_factory=set)
    """The entries that an insider removed; that they are gone is his doing, and has to be noticed."""
    replays_accepted: int = 0
    successors: dict[str, str] = field(default_factory=dict)
    """Who goes on with the cases of an office that is leaving."""
    left: set[str] = field(default_factory=set)
    """Offices that are members no more: they hold what they held."""
    joined: dict[str, float] = field(default_factory=dict)
    """Offices that came later, and when."""

    def names_of(self, case: Case) -> tuple[Case, ...]:
        """Under which a case may be found: where it was filed, then at who goes on with it."""
        after = self.successors.get(case[0])
        return (case,) if after is None else (case, (after, case[1]))

    def row(self, office: str, case: str) -> Event | None:
        """Who filed the case that an office answers for."""
        givers = (giver for giver, after in self.successors.items() if after == office)
        found = (self.filed.get((one, case)) for one in (office, *givers))
        return next((one for one in found if one is not None), None)


def told(file: Path) -> Told:
    """What the population and the weather have written."""
    found = Told()
    for event in read_journal(file):
        _BY_SORT.get(event["what"], _ignore)(found, event)
    return found


def _ignore(_found: Told, _event: Event) -> None:
    return None


def _filed(found: Told, event: Event) -> None:
    found.filed[event["office"], event["case"]] = found.by_screening[event["screening"]] = event


def _seen(found: Told, event: Event) -> None:
    found.seen[event["screening"], event["when"]] = event


def _decided(found: Told, event: Event) -> None:
    found.standing[event["office"], event["case"]] = event["standing"]


def _maybe(found: Told, event: Event) -> None:
    found.unsure.add((event["office"], event["case"]))


def _left(found: Told, event: Event) -> None:
    found.left.add(event["office"])


def _fault(found: Told, event: Event) -> None:
    found.faults[event["sort"]] += 1
    if event["sort"] == "fork":
        found.forks.append(event["to"])
        found.taken_out.add((event["to"], event["inquiry"]))
    if event["sort"] == "lie":
        found.lied.add((event["to"], event["inquiry"]))
    if event["sort"] == "join":
        found.joined[event["to"]] = event["at"]
    if event["sort"] == "leaving":
        found.successors[event["to"]] = event["successor"]
    if event["sort"] in ("twice", "replay") and event["signed"] and event["was"] < 300 and 0 < event["status"] < 300:
        found.replays_accepted += 1


_BY_SORT = {
    "filed": _filed, "seen": _seen, "decided": _decided, "maybe-decided": _maybe, "left": _left, "fault": _fault,
}  # fmt: skip
