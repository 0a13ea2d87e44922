"""Who goes on with an office's cases, by the roster alone: its successor, or the office that its region moved to."""

from datetime import date

from shared_schemas.roster import Member

_REGION = len("18.03")


def goes_to(giver: Member, taker: Member, *, village: str | None, today: date) -> bool:
    """Whether a case of `giver` about somebody of this village belongs to `taker` now.

    A closed or merged office names its successor. Of a split one, a region's cases move once its time there is over
    and it is the other's; that is told by the village's code, and by nothing else about the person.
    """
    if taker.id == giver.id or taker.role != "office":
        return False
    if giver.successor is not None:
        return giver.successor == taker.id
    region = (village or "")[:_REGION]
    return _left(giver, region, today=today) and _has(taker, region, today=today)


def can_follow(giver: Member, taker: Member, *, today: date) -> bool:
    """Whether any case of `giver` can be `taker`'s by now, whoever it is about."""
    if taker.id == giver.id or taker.role != "office":
        return False
    if giver.successor == taker.id:
        return True
    codes = {one.code for one in giver.regions} if taker.successor is None else set()
    return any(_left(giver, code, today=today) and _has(taker, code, today=today) for code in codes)


def may_give(member: Member) -> bool:
    """Whether it has a successor or a region that ends: of all others no case is another's."""
    return member.successor is not None or any(one.valid_until is not None for one in member.regions)


def _has(member: Member, code: str, *, today: date) -> bool:
    return any(
        one.code == code and one.valid_from <= today and (one.valid_until is None or today < one.valid_until)
        for one in member.regions
    )


def _left(member: Member, code: str, *, today: date) -> bool:
    ended = any(one.code == code and one.valid_until is not None and one.valid_until <= today for one in member.regions)
    return ended and not _has(member, code, today=today)
