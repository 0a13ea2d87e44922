"""What stewards and administrators do in a storm: new versions of the roster, and offices that stopped put right."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from office_node.domain.suspensions import Reason
from office_node.signing.statements import Statement
from office_node.usecases.recover import recover
from services.simulator.federation import Office, Simulation
from services.simulator.loop import VirtualClock, seeded
from services.simulator.storm.journal import Journal
from services.stewards.drafts import Change, lifting
from services.stewards.drafts_members import with_generation, with_witnesses
from services.stewards.roster_maker import next_version, suspend
from shared_schemas.roster import Member

HOUR_S = 3_600.0
WITNESSES = 3
_LOOK_H = 2.0


class Stewards:
    """All of them, and the administrators of all offices; whatever they change is a version of its own."""

    def __init__(self, simulation: Simulation, *, journal: Journal, random: Random) -> None:
        self._simulation = simulation
        self._journal = journal
        self._random = random
        self._clock = VirtualClock()
        self.successors: dict[str, str] = {}
        """Who goes on with the cases of an office that is leaving or has left."""
        self.left: set[str] = set()
        self.suspended: set[str] = set()

    def now(self) -> datetime:
        """By a clock that is right."""
        return self._clock.now()

    def here(self) -> tuple[str, ...]:
        """All that are members."""
        return tuple(one for one in self._simulation.offices if one not in self.left)

    async def publish(self, *changes: Change) -> None:
        """A new version of the roster; nodes hear of it in their own time."""
        federation = self._simulation.federation
        now = max(federation.at + timedelta(seconds=1), self.now())
        self._simulation.federation = next_version(
            federation, *changes, now=now, random=seeded(f"{federation.roster.version}/{now}")
        )

    def suspend(self, office: str, *, reason: Reason) -> str:
        """By one steward alone; what the suspension is known by."""
        self._simulation.federation = suspend(self._simulation.federation, office, now=self.now(), reason=reason)
        return self._simulation.federation.suspension_digests[-1]

    async def lift(self, digest: str) -> None:
        """A new roster ends it."""
        await self.publish(lifting([digest]))
        federation = self._simulation.federation
        left = tuple(one for one in federation.suspensions if Statement.from_dict(one).digest != digest)
        self._simulation.federation = replace(federation, suspensions=left)

    def listed(self, office: str) -> Member:
        """The member as the newest roster lists it."""
        return next(one for one in self._simulation.federation.roster.members if one.id == office)

    async def witness_each_other(self) -> None:
        """Every log has other witnesses."""
        offices = self.here()
        changes = []
        for office in offices:
            others = [one for one in offices if one != office]
            chosen = tuple(self._random.sample(others, min(WITNESSES, len(others))))
            changes.append(with_witnesses(office, chosen))
        await self.publish(*changes)
        self._journal.write("fault", sort="roster")

    async def administer(self, *, until_s: float) -> None:
        """Look after every office from time to time."""
        while asyncio.get_running_loop().time() + _LOOK_H * HOUR_S < until_s:
            await asyncio.sleep(_LOOK_H * HOUR_S)
            await self.put_right()

    async def put_right(self) -> None:
        """An office that found out that it runs an old copy recovers, and is released."""
        for office in tuple(self._simulation.offices.values()):
            if office.app is not None and office.node.era.rolled_back is not None:
                await self._recover(office)
            if office.app is not None and office.node.generation > self.listed(office.id).generation:
                await self.publish(with_generation(office.id, generation=office.node.generation))

    async def _recover(self, office: Office) -> None:
        try:
            done = await recover(office.node)
        except Exception:  # noqa: BLE001 (it went off in the middle, or nobody answers: they try again)
            return
        self._journal.write("recovered", office=office.id, generation=done.generation)
