"""What is known of one case, as named facts with their evidence; nothing of the person, not even in an attribute.

A fact that is missing is not known; it makes no condition true and none false.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

Value = bool | int | str
PATTERNS = ("phone", "email", "address", "payer", "guarantor", "letter")
"""What cases are found to share, by tokens alone."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value, the note of its evidence, whether somebody or something verified it, and since when it is so."""

    value: Value
    note: str = ""
    verified: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier case of the same person that was turned away, in this office or in another one."""

    office: str
    own: bool
    standing: str
    decided_on: date
    sure: bool
    condition_met: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known; `minor` only decides whether the questions for minors are asked."""

    values: Mapping[str, Fact] = field(default_factory=dict)
    minor: bool = False

    def with_facts(self, more: Mapping[str, Fact]) -> "Facts":
        """These facts and those, which come first."""
        return replace(self, values={**self.values, **more})


def prior_facts(priors: Iterable[Prior]) -> dict[str, Fact]:
    """What earlier cases say; one whose condition was met says nothing. The newest of each kind counts."""
    found: dict[str, Fact] = {}
    for prior in sorted(priors, key=lambda prior: (prior.decided_on, prior.sure)):
        if prior.condition_met:
            continue
        name = "own_postponed" if prior.own else "turned_away_elsewhere"
        note = f"{prior.office}, {prior.decided_on.isoformat()}: {prior.standing}"
        found[name] = Fact(True, note=note, verified=prior.sure, since=prior.decided_on)
    return found


def pattern_facts(counts: Mapping[str, int], *, phone_elsewhere: tuple[int, int] = (0, 0)) -> dict[str, Fact]:
    """How many own cases share a value, counted exactly; and a phone in (cases, offices) by other offices' traces."""
    found = {
        f"{kind}_cases": Fact(counts[kind], note=f"{kind}: {counts[kind]}", verified=True)
        for kind in PATTERNS
        if counts.get(kind, 0) > 0
    }
    cases, offices = phone_elsewhere
    if cases:
        found["phone_offices"] = Fact(offices, note=f"phone: {cases} / {offices}")
    return found
