"""A year of invented passport applications at the three offices, with outcomes at the rates officials report.

Rates per 1,000: 68 flagged, 25 no-shows and system cancels, 6 duplicates, 5 not completed in time, 6
postponed as signs of non-procedural migration were seen, 1 refused, 1 suspended for a time.
What is younger than its decision is still under examination. A flag is triage, postponement and refusal are
decisions: three different fields.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate, count
from random import Random
from typing import Final, Literal

from services.simulator.data.areas import BANDAR_LAMPUNG, KALIANDA, KOTABUMI, OFFICES
from services.simulator.people_places import office_of
from services.simulator.people_population import Population
from shared_schemas.person import Person

Standing = Literal["under_examination", "cleared", "postponed", "suspended", "refused", "withdrawn"]
ReasonGroup = Literal["A", "B", "C", "X"]
Purpose = Literal["umrah", "tourism", "family", "work", "study"]
Kinship = Literal["hop", "namesake", "sibling", "twin"]

WIB: Final = timezone(timedelta(hours=7), "WIB")
CODES: Final = {BANDAR_LAMPUNG: "BDL", KALIANDA: "KLD", KOTABUMI: "KTB"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the application stands. Until it is decided only the standing is set."""

    standing: Standing
    reason_group: ReasonGroup | None = None
    reason_code: str | None = None
    decided_at: datetime | None = None
    until: datetime | None = None
    """The end of a suspension."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application. Times are UTC; `application_no` is the office's own running number."""

    person: Person
    office: str
    application_no: str
    filed_at: datetime
    purpose: Purpose
    outcome: Outcome
    flagged: bool = False
    kinship: Kinship | None = None
    """Planted truth: to the person of `of`, this one is the same who tries again (hop), or somebody else."""
    of: str | None = None
    changed: tuple[str, ...] = ()
    """What a hop changed; empty when she changed nothing."""


@dataclass(frozen=True, slots=True)
class _Fate:
    standing: Standing
    group: ReasonGroup | None
    codes: tuple[str, ...]
    per_thousand: float
    days: tuple[int, int]
    migrant: bool = False


_FATES: Final = (
    _Fate("cleared", "X", ("X1",), 20.0, (1, 5)),  # never came to the counter, or the system cancelled
    _Fate("withdrawn", "X", ("X1",), 5.0, (10, 30)),  # came, and not again
    _Fate("cleared", "A", ("A3",), 6.0, (1, 3)),
    _Fate("withdrawn", "A", ("A1",), 5.0, (30, 31)),
    _Fate("postponed", "B", ("B1", "B1", "B1", "B2", "B2", "B4", "B5"), 6.0, (2, 21), migrant=True),
    _Fate("refused", "B", ("B3",), 1.0, (7, 30), migrant=True),
    _Fate("suspended", "A", ("A4",), 1.0, (5, 21)),
    _Fate("postponed", "C", ("C2",), 0.3, (3, 21)),
    _Fate("cleared", None, (), 955.7, (4, 14)),
)
_FATE_WEIGHTS: Final = tuple(accumulate(fate.per_thousand for fate in _FATES))
_POSTPONED_B: Final = _FATES[4]
_ISSUED: Final = _FATES[-1]
_FLAGGED_OTHERS: Final = 0.061
"""Share of flags among those neither postponed nor refused for B; with those it makes 68 per 1,000."""

_PURPOSES: Final[tuple[Purpose, ...]] = ("umrah", "tourism", "family", "work", "study")
_STATED: Final = tuple(accumulate((68, 12, 8, 8, 4)))
_STATED_BY_MIGRANTS: Final = tuple(accumulate((35, 30, 20, 10, 5)))


class _Year:
    """The state of one run: its people, running numbers, and the applications that others brought about."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.rng = Random(f"applications/{seed}")
        self.people = Population(seed, today=now.astimezone(WIB).date())
        self.now = now
        self._issued_numbers: dict[str, int] = {}
        self._later: list[tuple[datetime, int, Application]] = []
        self._order = count()

    def filing_times(self, n: int) -> list[datetime]:
        """`n` moments of counter hours (08:00 to 15:00 WIB, no weekends) of the past year, in order."""
        days = [self.now - timedelta(days=back) for back in range(1, 365)]
        open_days = [day for day in days if day.astimezone(WIB).weekday() < 5]
        return sorted(self._at_counter(self.rng.choice(open_days)) for _ in range(n))

    def _at_counter(self, moment: datetime) -> datetime:
        """A moment of counter hours on that day, or on the Monday after a weekend, in UTC."""
        day = moment.astimezone(WIB).replace(hour=8, minute=0, second=0, microsecond=0)
        day += timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
        return (day + timedelta(seconds=self.rng.randrange(7 * 3600))).astimezone(UTC)

    def outcome(self, fate: _Fate, filed_at: datetime) -> Outcome:
        """The fate once its day has come, else under examination."""
        rng = self.rng
        decided = self._at_counter(filed_at + timedelta(days=rng.randint(*fate.days)))
        if decided > self.now:
            return Outcome("under_examination")
        code = rng.choice(fate.codes) if fate.codes else None
        months = rng.randint(6, 24)
        until = decided + timedelta(days=30 * months) if fate.standing == "suspended" else None
        return Outcome(fate.standing, fate.group, code, decided, until)

    def fresh(self, filed_at: datetime) -> Application:
        """An application of somebody new, not numbered yet."""
        rng = self.rng
        fate = rng.choices(_FATES, cum_weights=_FATE_WEIGHTS)[0]
        flagged = fate.migrant or rng.random() < _FLAGGED_OTHERS
        stated = _STATED_BY_MIGRANTS if fate.migrant else _STATED
        purpose = rng.choices(_PURPOSES, cum_weights=stated)[0]
        person = self.people.person(migrant=fate.migrant or purpose == "work")
        office = office_of(person.village)
        if rng.random() < 0.12:  # any office may be chosen
            office = self._other(office)
        return Application(person, office, "", filed_at, purpose, self.outcome(fate, filed_at), flagged)

    def _other(self, office: str) -> str:
        return self.rng.choice([other for other in OFFICES if other != office])

    def numbered(self, application: Application) -> Application:
        """The application with the next number of its office and year."""
        key = f"{CODES[application.office]}-{application.filed_at.astimezone(WIB).year}"
        number = self._issued_numbers.get(key, 0) + 1
        self._issued_numbers[key] = number
        return replace(application, application_no=f"{key}-{number:06d}")

    def plant(self, first: Application) -> None:
        """After an adverse decision for B: at times she tries elsewhere, or a namesake or relative files."""
        rng, decided = self.rng, first.outcome.decided_at
        if decided is None or first.outcome.reason_group != "B":
            return
        if rng.random() < 0.2:
            changed = self.people.variant(first.person) if rng.random() < 0.5 else (first.person, ())
            fate = _POSTPONED_B if rng.random() < 0.2 else _ISSUED
            self._plan(first, decided, "hop", changed[0], self._other(first.office), fate, changed[1])
        if rng.random() < 0.15:
            office = rng.choice(OFFICES)
            self._plan(first, decided, "namesake", self.people.namesake_of(first.person), office, _ISSUED)
        if rng.random() < 0.15:
            twin = rng.random() < 0.25
            person = (self.people.twin_of if twin else self.people.sibling_of)(first.person)
            self._plan(first, decided, "twin" if twin else "sibling", person, rng.choice(OFFICES), _ISSUED)

    def _plan(
        self,
        first: Application,
        decided: datetime,
        kinship: Kinship,
        person: Person,
        office: str,
        fate: _Fate,
        changed: tuple[str, ...] = (),
    ) -> None:
        filed_at = self._at_counter(decided + timedelta(days=self.rng.randint(1, 88)))
        if filed_at < self.now:
            outcome = self.outcome(fate, filed_at)
            later = Application(
                person,
                office,
                "",
                filed_at,
                first.purpose,
                outcome,
                fate.migrant,
                kinship,
                first.application_no,
                changed,
            )
            heapq.heappush(self._later, (filed_at, next(self._order), later))

    def due(self, until: datetime) -> Iterator[Application]:
        """The planted applications filed up to `until`, numbered."""
        while self._later and self._later[0][0] <= until:
            yield self.numbered(heapq.heappop(self._later)[2])


def applications(n: int, *, seed: int, now: datetime, hops: bool = False) -> Iterator[Application]:
    """`n` applications of the twelve months before `now`, in order of filing; same arguments, same people.

    With `hops` further ones come on top of the `n`: of those postponed or refused for B a fifth try another
    office within 90 days (half of them with something changed), and decoys apply who only look like them:
    namesakes of one birth date, siblings, twins. `now` must be aware; else ValueError.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    year = _Year(seed, now)
    for filed_at in year.filing_times(n):
        yield from year.due(filed_at)
        application = year.numbered(year.fresh(filed_at))
        if hops:
            year.plant(application)
        yield application
    yield from year.due(now)
