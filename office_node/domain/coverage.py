"""When a screening may be called complete, and what is unknown. Silence is never *no hit* (rule 2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared_schemas.inquiry import InquiryAnswer

COVERED_FOR = timedelta(hours=24)
"""How old *covered to T* may be to stand in for an answer."""

Outcome = Literal["hit", "no_hit", "unknown"]


@dataclass(frozen=True)
class Asked:
    """How one asked office stands. `covered_to` is set while all its numbers up to that moment are held here."""

    office: str
    outcome: Outcome
    cause: str | None
    covered_to: datetime | None


def complete(asked: Iterable[Asked], *, now: datetime) -> bool:
    """Every member has answered or is covered to at most 24 hours ago."""
    return all(
        one.outcome != "unknown" or (one.covered_to is not None and now - one.covered_to <= COVERED_FOR)
        for one in asked
    )


def shortfall(answer: InquiryAnswer, *, epochs: Iterable[str], kinds: Iterable[str]) -> str | None:
    """Why an answer does not cover what was asked (a problem code), or None if it does."""
    if answer.truncated:
        return "truncated"
    if not set(epochs) <= set(answer.searched.epochs):
        return "epoch-missing"
    if not set(kinds) <= set(answer.searched.kinds):
        return "kind-missing"
    return None


def counted(asked: Iterable[Asked]) -> Mapping[str, int]:
    """How many offices were asked, have answered, and are unknown."""
    rows = list(asked)
    unknown = sum(one.outcome == "unknown" for one in rows)
    return {"asked": len(rows), "answered": len(rows) - unknown, "unknown": unknown}
