"""The applicants and the officers at the counters: they use the office API as people do, and write down who is who."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from services.simulator import acts
from services.simulator.federation import Simulation
from services.simulator.people import Population
from services.simulator.storm import profile as profiles
from services.simulator.storm.journal import Journal
from shared_schemas.office import ScreeningView
from shared_schemas.person import Person

DAY_S, HOUR_S = 86_400.0, 3_600.0
_LOOK_S = 2.2
"""After the soft limit, when the applicant still stands at the counter."""
_TRIES, _PAUSE_S = 40, 300.0


@dataclass(frozen=True)
class Visit:
    """Somebody at a counter. `who` is the same for the same human being."""

    at_s: float
    office: str
    person: Person
    who: int
    risk: bool
    after: str | None = None
    """The office that turned her away before."""
    changed: tuple[str, ...] = ()


class Applicants:
    """All who come in these days, each in a task of her own."""

    def __init__(
        self, simulation: Simulation, profile: profiles.Population, *, journal: Journal, random: Random, last_s: float,
        successors: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._simulation = simulation
        self._profile = profile
        self._journal = journal
        self._random = random
        self._last_s = last_s
        self._people = Population(random.randrange(2**31))
        self._offices = list(simulation.offices)
        self._successors = successors
        self._group: asyncio.TaskGroup | None = None
        self._who = 0
        self._visit = 0
        self.screenings: list[tuple[str, str]] = []
        """Office and reference of each, for the officers' second look."""

    def schedule(self, *, days: float, per_day: float) -> list[Visit]:
        """First visits: so many a day in each office, at counter hours; who belongs together comes on other days."""
        planned = [one for office in self._offices for one in self._all_at(office, days=days, per_day=per_day)]
        return sorted((one for one in planned if one.at_s < self._last_s), key=lambda one: one.at_s)

    def _all_at(self, office: str, *, days: float, per_day: float, first_day: float = 0.0) -> list[Visit]:
        arrivals = (self._hour(first_day + self._random.uniform(0, days)) for _ in range(round(days * per_day)))
        return [one for at_s in arrivals for one in self._arrivals(office, at_s)]

    def open(self, office: str, *, per_day: float) -> None:
        """A new office has opened: people come there too, from now on."""
        self._offices.append(office)
        now_s = asyncio.get_running_loop().time()
        days = max(0.0, self._last_s - now_s) / DAY_S
        for visit in self._all_at(office, days=days, per_day=per_day, first_day=now_s / DAY_S):
            if self._group is not None and now_s < visit.at_s < self._last_s:
                self._group.create_task(self._serve(visit))

    def _open_now(self, office: str) -> str:
        """This office, or the one that goes on for it."""
        return self._successors.get(office, office)

    def _hour(self, day: float) -> float:
        return int(day) * DAY_S + self._random.uniform(1, 8) * HOUR_S

    def _arrivals(self, office: str, at_s: float) -> list[Visit]:
        rng, rates = self._random, self._profile
        first = self._people.person(migrant=rng.random() < 0.3)
        risk = rng.random() < rates.risk
        found = [self._of(at_s, office, first, risk=risk)]
        others: list[Person] = []
        draw = rng.random()
        if draw < rates.namesake:
            others = [self._people.namesake_of(first)]
        elif draw < rates.namesake + rates.family:
            others = [self._people.sibling_of(first)]
        elif draw < rates.namesake + rates.family + rates.cluster and first.phones:
            made = (self._people.person(migrant=True) for _ in range(rng.randint(2, 5)))
            others = [one.model_copy(update={"phones": first.phones}) for one in made]
        for other in others:
            later = at_s + rng.uniform(2, 48) * HOUR_S
            found.append(self._of(later, rng.choice(self._offices), other, risk=rng.random() < rates.risk))
        return found

    def _of(self, at_s: float, office: str, person: Person, *, risk: bool) -> Visit:
        self._who += 1
        return Visit(at_s, office, person, self._who, risk)

    async def come(self, visits: list[Visit]) -> None:
        """Let them all come and be served; back when the last has been decided on."""
        async with asyncio.TaskGroup() as self._group:
            for visit in visits:
                self._group.create_task(self._serve(visit))
        self._group = None

    async def _serve(self, visit: Visit) -> None:
        """One visit, and whatever follows from it."""
        next_one: Visit | None = visit
        while next_one is not None:
            await asyncio.sleep(max(0.0, next_one.at_s - asyncio.get_running_loop().time()))
            next_one = await self._served(next_one)

    async def _served(self, visit: Visit) -> Visit | None:
        """File, look, decide; the visit at the next office, if she goes there."""
        self._visit += 1
        key, fields = f"visit-{self._visit:06}", visit.person.model_dump(mode="json")
        for _ in range(_TRIES):
            try:
                here = self._open_now(visit.office)
                filed = await acts.file(self._simulation[here], fields, key=key)
                break
            except Exception:  # noqa: BLE001 (the office is off, or went off in the middle: she comes again)
                await asyncio.sleep(_PAUSE_S)
        else:
            return None
        self._journal.write(
            "filed", who=visit.who, office=here, case=filed.case, screening=filed.screening, risk=visit.risk,
            after=visit.after, changed=visit.changed,
        )  # fmt: skip
        self.screenings.append((here, filed.screening))
        await asyncio.sleep(_LOOK_S)
        shown = await self.look(here, filed.screening, when="counter")
        turned_away = visit.risk or shown
        await asyncio.sleep(self._random.uniform(*self._profile.decided_h) * HOUR_S)
        await self._decide(here, filed.case, turned_away=turned_away)
        return self._next(replace(visit, office=here)) if turned_away else None

    def _next(self, visit: Visit) -> Visit | None:
        rng, rates = self._random, self._profile
        at_s = asyncio.get_running_loop().time() + rng.uniform(*rates.gap_h) * HOUR_S
        if not visit.risk or rng.random() >= rates.tries_again or at_s >= self._last_s:
            return None
        here = {self._open_now(one) for one in self._offices} - {self._open_now(visit.office)}
        office = rng.choice(sorted(here))
        person, changed = visit.person, tuple[str, ...]()
        if rng.random() < rates.changed:
            person, changed = self._people.variant(person)
        return Visit(at_s, office, person, visit.who, True, visit.office, changed)

    async def _decide(self, office: str, case: str, *, turned_away: bool) -> None:
        """Where she filed; where the case has moved since, if that office refuses."""
        standing = "postponed" if turned_away else "cleared"
        for _ in range(_TRIES):
            desks = tuple(dict.fromkeys((office, self._open_now(office))))
            said = list[str]()
            for desk in desks:
                if "done" not in said:
                    said.append(await self._decided(desk, case, standing=standing, filed_at=office))
            if "done" in said or said == ["refused"]:
                return
            await asyncio.sleep(_PAUSE_S)

    async def _decided(self, desk: str, case: str, *, standing: str, filed_at: str) -> str:
        """How it ended at this office: *done*, *refused*, or *off*."""
        if self._simulation[desk].app is None:
            return "off"
        try:
            await (acts.postpone if standing == "postponed" else acts.clear)(self._simulation[desk], case)
        except acts.ActRefusedError as error:
            self._journal.write("not-decided", office=filed_at, case=case, by=desk, code=error.code)
            return "refused" if error.status < 500 else "off"
        except Exception:  # noqa: BLE001 (the office went off: it may have committed and not said so)
            self._journal.write("maybe-decided", office=filed_at, case=case, by=desk, standing=standing)
            return "off"
        self._journal.write("decided", office=filed_at, case=case, by=desk, standing=standing)
        return "done"

    async def look_again(self, office: str, *, when: str) -> None:
        """At every screening of this office."""
        for where, screening in self.screenings:
            if where == office:
                await self.look(office, screening, when=when)

    async def look(self, office: str, screening: str, *, when: str) -> bool:
        """What an officer is shown; whether any of it may be the applicant."""
        try:
            view = await acts.screening(self._simulation[office], screening)
        except Exception:  # noqa: BLE001 (the office is off: nobody sees anything)
            return False
        shown = _shown(view)
        self._journal.write(
            "seen", when=when, office=office, screening=screening, complete=view.complete, shown=shown,
        )  # fmt: skip
        return any(zone in ("match", "possible") for *_, zone in shown)


def _shown(view: ScreeningView) -> list[tuple[str, str, str]]:
    """Office, case and zone of every row and trace on the screen."""
    rows = [(one.office, one.case, one.zone) for one in view.history]
    return [*rows, *((one.office, one.case, one.zone) for one in view.traces)]
