"""Members come, go, are suspended and renew their keys while the storm goes on: each an event of the journal."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from random import Random
from typing import Any

from office_node.domain.suspensions import Reason
from office_node.keyring import add_key
from office_node.store import deliveries
from office_node.usecases.hand_over import hand_over
from services.simulator.federation import Office, Simulation, enrol_for, join_office
from services.simulator.loop import seeded
from services.simulator.storm.journal import Journal
from services.simulator.storm.profile import Weather
from services.simulator.storm.stewards import HOUR_S, Stewards
from services.simulator.storm.weather import Air
from services.stewards.drafts import MAX_EPOCHS, with_epoch
from services.stewards.drafts_members import with_keys, with_office, with_successor, without_office
from shared_schemas.statement import Actor

ENOUGH = 4
"""Members in good standing, below which none leaves or is suspended: somebody has to be there to ask."""
_AGAIN_S = 1_200.0
_HEARD_S = 600.0
"""After the last word of an office that leaves, until it is off."""


class Membership:
    """What a profile has of it, at moments drawn beforehand. `opened` and `closing` tell who applies there."""

    def __init__(
        self, simulation: Simulation, weather: Weather, *, air: Air, journal: Journal, random: Random,
        stewards: Stewards, settings: dict[str, Any],
    ) -> None:  # fmt: skip
        self._simulation = simulation
        self._weather = weather
        self._air = air
        self._journal = journal
        self._random = random
        self._stewards = stewards
        self._settings = settings
        self.opened: Callable[[str], None] = lambda _office: None
        self.closing: Callable[[str], Awaitable[None]] = _nothing

    def works(self, *, until_s: float) -> list[Coroutine[Any, Any, None]]:
        """Every event of the profile, each waiting for its moment."""
        weather = self._weather
        sorts: tuple[tuple[int, float, Callable[[], Awaitable[None]]], ...] = (
            (weather.joins, 0.5, self.join),
            (weather.rotations, 0.9, self.rotate),
            (weather.epochs, 0.9, self.open_epoch),
            (weather.suspensions, 0.7, self.suspend),
            (weather.leaves, 0.5, partial(self.leave, until_s=until_s)),
        )
        return [
            _at(until_s * self._random.uniform(0.1, latest), work)
            for count, latest, work in sorts
            for _ in range(count)
        ]

    async def join(self) -> None:
        """A new office: it gets the live epoch keys, and the others' notices before it serves."""
        name = f"kanim-{len(self._simulation.offices) + 1:03}"
        office, request = join_office(self._simulation, name, **self._settings)
        await self._stewards.publish(with_office(request, now=self._stewards.now()))
        self._journal.write("fault", sort="join", to=name)
        await self._simulation.start(office)
        self._air.add(name)
        self.opened(name)

    async def leave(self, *, until_s: float) -> None:
        """An office hands its cases over, again and again until nothing is left, and is a member no more."""
        free = self._free()
        if len(free) < ENOUGH:
            return
        giver, taker = self._random.sample(free, 2)
        self._stewards.successors[giver] = taker
        self._journal.write("fault", sort="leaving", to=giver, successor=taker)
        await self._stewards.publish(with_successor(giver, successor=taker))
        while not await self._all_handed_over(self._simulation[giver]):
            if asyncio.get_running_loop().time() > until_s:
                return  # it stays, with a successor that is named
            await asyncio.sleep(_AGAIN_S)
        await self.closing(giver)
        now = self._stewards.now()
        epoch = [with_epoch(opens_at=now, random=seeded(f"left {giver}"))] if self._has_room() else []
        await self._stewards.publish(without_office(giver, now=now, successor=taker), *epoch)
        self._journal.write("left", office=giver)
        self._stewards.left.add(giver)
        while self._simulation[giver].app is None:  # it has crashed, and comes up once more
            await asyncio.sleep(_HEARD_S)
        await asyncio.sleep(_HEARD_S)
        if self._simulation[giver].app is not None:
            await self._simulation.stop(self._simulation[giver])

    async def _all_handed_over(self, office: Office) -> bool:
        """Whether nothing is visible at it any more, and everybody has heard so."""
        actor = Actor(office=office.id, role="administrator")
        if office.app is None or not office.node.roster.known:
            return False
        try:
            office.node.check_serving()
            done = await hand_over(office.node, actor=actor, progress=lambda _done: None)
            owed = await office.node.run.read(deliveries.owed)
        except Exception:  # noqa: BLE001 (it went off in the middle, or does not serve: its administrator tries again)
            return False
        return not (done.waiting or done.failed or done.kept or owed)

    async def suspend(self) -> None:
        """A steward suspends an office, and a new roster ends that some hours later."""
        free = self._free()
        if len(free) < ENOUGH:
            return
        reasons: tuple[Reason, ...] = ("key_compromised", "misconduct")
        office, reason = self._random.choice(free), self._random.choice(reasons)
        self._stewards.suspended.add(office)
        self._journal.write("fault", sort="suspended", to=office, reason=reason)
        digest = self._stewards.suspend(office, reason=reason)
        await asyncio.sleep(self._weather.suspension_h * HOUR_S)
        await self._stewards.lift(digest)
        self._stewards.suspended.discard(office)
        self._journal.write("lifted", office=office)

    async def rotate(self) -> None:
        """An office takes a new signing key; until stewards have listed it, the old one signs."""
        office = self._simulation[self._random.choice(self._free())]
        while office.app is None:
            await asyncio.sleep(_HEARD_S)
        name = str(self._simulation.federation.roster.version)
        add_key(office.settings.keys_dir, "signing", office=office.id, name=name, random=seeded(f"{office.id} {name}"))
        self._journal.write("fault", sort="rotation", to=office.id)
        await self._simulation.stop(office)
        await self._simulation.start(office)
        now = self._stewards.now()
        await self._stewards.publish(with_keys(enrol_for(office.settings, now=now), now=now))

    async def open_epoch(self) -> None:
        """An epoch opens at once: all live notices are issued anew under its key."""
        if not self._has_room():
            return
        opens_at = self._stewards.now()
        await self._stewards.publish(with_epoch(opens_at=opens_at, random=seeded(f"epoch {opens_at}")))
        self._journal.write("fault", sort="epoch")

    def _has_room(self) -> bool:
        return len(self._simulation.federation.roster.epochs) < MAX_EPOCHS

    def _free(self) -> list[str]:
        """Members in good standing that nothing of this befalls yet."""
        stewards = self._stewards
        taken = {*stewards.successors, *stewards.successors.values(), *stewards.suspended}
        return [one for one in self._simulation.offices if one not in taken]


async def _at(moment_s: float, work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(max(0.0, moment_s - asyncio.get_running_loop().time()))
    await work()


async def _nothing(_office: str) -> None:
    return None
