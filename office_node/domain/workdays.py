"""Deadlines in working days of an office: its zone, Saturdays and Sundays, public holidays and joint leave.

The calendar is that of `holidays` (Indonesia, with *cuti bersama*); days that it does not know yet, or of one region
only, an administrator adds (`JEJAK_EXTRA_HOLIDAYS`). A date that the moon decides is an estimate until it is announced.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from holidays.constants import GOVERNMENT, PUBLIC
from holidays.countries.indonesia import Indonesia

from shared_schemas.cases import Zone

_OFFSET_H: dict[Zone, int] = {"WIB": 7, "WITA": 8, "WIT": 9}
_SATURDAY = 5
_LAST = time(23, 59, 59)


@lru_cache(maxsize=16)
def _free(year: int) -> frozenset[date]:
    return frozenset(Indonesia(years=year, categories=(PUBLIC, GOVERNMENT)))


@dataclass(frozen=True)
class Workdays:
    """The working days of one office."""

    zone: Zone = "WIB"
    extra: Collection[date] = field(default=())

    @property
    def clock(self) -> timezone:
        """The office's own time; Indonesia has no summer time."""
        return timezone(timedelta(hours=_OFFSET_H[self.zone]), self.zone)

    def today(self, now: datetime) -> date:
        """The date at the office."""
        return now.astimezone(self.clock).date()

    def is_free(self, day: date) -> bool:
        """Whether nobody works on that day."""
        return day.weekday() >= _SATURDAY or day in self.extra or day in _free(day.year)

    def after(self, now: datetime, days: int) -> datetime:
        """The end of the working day that comes `days` working days after today; today is not counted."""
        day = self.today(now)
        for _ in range(days):
            day = self._next(day + timedelta(days=1))
        return self._end(day)

    def within(self, now: datetime, days: int) -> datetime:
        """The end of the first working day at least so many calendar days after today."""
        return self._end(self._next(self.today(now) + timedelta(days=days)))

    def before(self, day: date) -> date:
        """The working day before that day."""
        day -= timedelta(days=1)
        while self.is_free(day):
            day -= timedelta(days=1)
        return day

    def _next(self, day: date) -> date:
        while self.is_free(day):
            day += timedelta(days=1)
        return day

    def _end(self, day: date) -> datetime:
        return datetime.combine(day, _LAST, self.clock).astimezone(UTC)
