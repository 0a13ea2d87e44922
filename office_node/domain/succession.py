"""Who goes on with an office's cases, by the roster alone: its successor, or the office that its region moved to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from shared_schemas.roster import Member, Region

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


def all_followers(members: Iterable[Member], *, today: date) -> dict[str, tuple[str, ...]]:
    """For each member that may give: who can have its cases by now, also through a third one.

    Where each of two can have the other's (they exchanged regions), nothing tells which came later: neither counts.
    """
    listed = tuple(members)
    offices = {one.id for one in listed if one.role == "office"}
    holders: dict[str, set[str]] = defaultdict(set)
    for one in listed:
        for region in one.regions if one.successor is None and one.id in offices else ():
            if _is_in_force(region, today=today):
                holders[region.code].add(one.id)
    direct = {one.id: _direct(one, holders, today=today) & offices for one in listed if may_give(one)}
    reached = {giver: _reached(giver, direct) for giver in direct}
    return {
        giver: tuple(sorted(one for one in found if giver not in reached.get(one, ())))
        for giver, found in reached.items()
    }


def _direct(giver: Member, holders: Mapping[str, set[str]], *, today: date) -> set[str]:
    left = [code for code in {one.code for one in giver.regions} if _left(giver, code, today=today)]
    named = {giver.successor} if giver.successor is not None else set()
    return named.union(*(holders.get(code, set()) for code in left)) - {giver.id}


def _reached(giver: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [giver]
    while ahead:
        new = direct.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


def _has(member: Member, code: str, *, today: date) -> bool:
    return any(one.code == code and _is_in_force(one, today=today) for one in member.regions)


def _is_in_force(region: Region, *, today: date) -> bool:
    return region.valid_from <= today and (region.valid_until is None or today < region.valid_until)


def _left(member: Member, code: str, *, today: date) -> bool:
    ended = any(one.code == code and one.valid_until is not None and one.valid_until <= today for one in member.regions)
    return ended and not _has(member, code, today=today)
