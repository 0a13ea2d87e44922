"""Where a case stands for peers, and until when (`docs/protocol.md` section 7; defaults, halved for minors).

`until` is set by the issuer and absolute. *lapsed* is never signed: it follows from the notice's own `lapses_at`, so
every holder sees it at the same moment and nobody has to send anything.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared_schemas.trace import NoticeStanding, Standing

ADVERSE: frozenset[str] = frozenset({"postponed", "suspended", "refused", "withdrawn"})
"""Standings that weigh on a person; taking one away needs two officers."""
EXAMINATION_DAYS = 120
LAPSED_DAYS = 90
_MONTHS: dict[str, int] = {"postponed": 12, "suspended": 6, "refused": 30, "withdrawn": 12}
MAX_SUSPENSION_MONTHS = 24
ADULT_AGE = 18


@dataclass(frozen=True)
class Visibility:
    """How long peers see a standing. Both are None once it is cleared."""

    until: datetime | None
    lapses_at: datetime | None


def add_months(moment: datetime, months: int) -> datetime:
    """The same day `months` later, or that month's last day."""
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def is_minor(birth_date: date, *, today: date) -> bool:
    """Under 18 on that day."""
    return (today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))) < ADULT_AGE


def visibility(standing: NoticeStanding, *, since: datetime, minor: bool, ends: datetime | None = None) -> Visibility:
    """How long a standing that began at `since` is seen; `ends` is a suspension's own end."""
    if standing == "cleared":
        return Visibility(None, None)
    if standing == "under_examination":
        days = (EXAMINATION_DAYS // 2, LAPSED_DAYS // 2) if minor else (EXAMINATION_DAYS, LAPSED_DAYS)
        lapses = since + timedelta(days=days[0])
        return Visibility(lapses + timedelta(days=days[1]), lapses)
    months = _MONTHS[standing] // 2 if minor else _MONTHS[standing]
    return Visibility(add_months(max(since, ends or since), months), None)


def standing_at(standing: Standing, *, lapses_at: datetime | None, now: datetime) -> Standing:
    """The standing as seen at `now`: under examination turns into lapsed."""
    return "lapsed" if standing == "under_examination" and lapses_at is not None and lapses_at <= now else standing


def asked_until(standing: NoticeStanding, *, until: datetime | None, now: datetime, days: int) -> datetime:
    """Until when a silent office is asked again: `days` after the decision, and until there is one as long as may be.

    What is not decided goes on until `days` after its notice's `until`.
    """
    since = until if standing == "under_examination" and until is not None else now
    return since + timedelta(days=days)
