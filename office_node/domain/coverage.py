"""When a screening may be called complete, and what is unknown. Silence is never *no hit* (rule 2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from office_node.domain.roster import TrustedRoster
from shared_schemas.inquiry import Inquiry, InquiryAnswer
from shared_schemas.trace import Notice

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


def complete(asked: Iterable[Asked], *, now: datetime, searchable: bool) -> bool:
    """Every member has answered or is covered to at most 24 hours ago.

    `searchable`: the person has index values, stretched under every open epoch. Otherwise holding all notices of an
    office says nothing, since hers cannot be told among them.
    """
    return all(
        one.outcome != "unknown" or (searchable and one.covered_to is not None and now - one.covered_to <= COVERED_FOR)
        for one in asked
    )


def asked_under(inquiry: Inquiry, notice: Notice) -> frozenset[str]:
    """The epochs of which a question carries index tokens."""
    own = {notice.tokens.epoch: notice.tokens.index} if notice.tokens else {}
    tokens = {**{one.epoch: one.index for one in inquiry.older}, **own}
    return frozenset(epoch for epoch, index in tokens.items() if index)


@dataclass(frozen=True)
class Needed:
    """What an answer must cover to count as *no hit*. `known` are all live epochs, `opened` those in use by now."""

    asked_under: Collection[str]
    opened: Collection[str]
    known: Collection[str]
    kinds: Collection[str]


def needed_by(inquiry: Inquiry, notice: bytes, *, roster: TrustedRoster, now: datetime) -> Needed:
    """By what was really asked (`notice`: its payload): the case may have been renewed since, or an epoch opened."""
    return Needed(
        asked_under=asked_under(inquiry, Notice.model_validate_json(notice)),
        opened=[epoch.id for epoch in roster.open_epochs(now)],
        known=[epoch.id for epoch in roster.live_epochs()],
        kinds=roster.index_kinds + roster.field_kinds,
    )


def shortfall(answer: InquiryAnswer, *, needed: Needed) -> str | None:
    """Why an answer does not cover what there is (a problem code), or None if it does.

    Rows filed since an epoch opened carry its tokens only. So a question without tokens of an open epoch has not found
    them, nor has one without those of an epoch that the answering office knows and this one does not know yet.
    """
    if not needed.asked_under:
        return "nothing-to-search"
    if answer.truncated:
        return "truncated"
    searched, asked = set(answer.searched.epochs), set(needed.asked_under)
    newer = searched - set(needed.known)
    if not asked <= searched or not (set(needed.opened) | newer) <= asked:
        return "epoch-missing"
    if not set(needed.kinds) <= set(answer.searched.kinds):
        return "kind-missing"
    return None


def counted(asked: Iterable[Asked]) -> Mapping[str, int]:
    """How many offices were asked, have answered, and are unknown."""
    rows = list(asked)
    unknown = sum(one.outcome == "unknown" for one in rows)
    return {"asked": len(rows), "answered": len(rows) - unknown, "unknown": unknown}
