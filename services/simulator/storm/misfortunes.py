"""What befalls offices: crashes, outages, wrong clocks, partitions, forks, changes of the roster."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from services.simulator.federation import Simulation
from services.simulator.storm.journal import Journal
from services.simulator.storm.membership import Membership
from services.simulator.storm.profile import Weather
from services.simulator.storm.stewards import Stewards
from services.simulator.storm.weather import Air

DAY_S, HOUR_S = 86_400.0, 3_600.0


class Misfortunes:
    """Each sort in a task of its own, until all is called off; then everything is well again."""

    def __init__(
        self, simulation: Simulation, weather: Weather, *, air: Air, journal: Journal, random: Random,
        stewards: Stewards, membership: Membership,
    ) -> None:  # fmt: skip
        self._simulation = simulation
        self._weather = weather
        self._air = air
        self._journal = journal
        self._random = random
        self._stewards = stewards
        self._membership = membership
        self._down: set[str] = set()

    async def rage(self, *, until_s: float) -> None:
        """Everything that the profile has, until then."""
        weather, offices = self._weather, self._stewards.here()
        count = len(offices)
        self._air.liars = frozenset(self._random.sample(offices, min(weather.liars, count)))
        for office in self._random.sample(offices, round(weather.skewed * count)):
            skew = self._random.randint(-weather.skew_s, weather.skew_s)
            self._simulation[office].clock.skew = timedelta(seconds=skew)
            self._journal.write("fault", sort="skew", to=office, seconds=skew)
        await self._stewards.witness_each_other()
        rates: tuple[tuple[float, Callable[[], Awaitable[None]]], ...] = (
            (weather.crashes_per_office_day * count, self._crash),
            (weather.partitions_per_day, self._part),
            (weather.jumps_per_day, self._jump),
            (weather.roster_changes_per_day, self._stewards.witness_each_other),
        )
        works = [self._again_and_again(rate, work, until_s=until_s) for rate, work in rates if rate > 0]
        works += [self._fork(until_s=until_s) for _ in range(weather.forks)]
        works += [self._outages(until_s=until_s), self._stewards.administer(until_s=until_s)]
        works += self._membership.works(until_s=until_s)
        await asyncio.gather(*works)

    async def calm(self) -> None:
        """All offices on, all clocks right, all ways open."""
        self._air.apart = self._air.off = self._air.liars = frozenset()
        for office in self._simulation.offices.values():
            office.clock.skew = timedelta()
            if office.app is None and office.id not in self._stewards.left:
                await self._simulation.start(office)
        self._simulation.network.faults.clear()
        await asyncio.sleep(HOUR_S)
        await self._stewards.put_right()

    async def _again_and_again(self, per_day: float, work: Callable[[], Awaitable[None]], *, until_s: float) -> None:
        while True:
            pause = self._random.expovariate(per_day / DAY_S)
            if _now() + pause >= until_s:
                return
            await asyncio.sleep(pause)
            await work()

    async def _crash(self) -> None:
        """The power goes: what is on the disk stays, and half a record behind the last one that was synced."""
        office = self._simulation[self._random.choice(self._stewards.here())]
        if office.app is None or office.id in self._down:
            return
        self._down.add(office.id)
        self._journal.write("fault", sort="crash", to=office.id)
        folder = office.settings.data_dir
        kept = folder / "at-the-crash"
        kept.mkdir(exist_ok=True)
        for name in ("node.sqlite", "node.sqlite-wal"):
            if (folder / name).exists():
                shutil.copy(folder / name, kept / name)
        await self._simulation.stop(office)
        office.engine.dispose()
        for name in ("node.sqlite-shm", "node.sqlite-wal"):
            (folder / name).unlink(missing_ok=True)
        for file in kept.iterdir():
            shutil.move(file, folder / file.name)
        with (folder / "node.sqlite-wal").open("ab") as log:
            log.write(self._random.randbytes(self._random.randint(0, 3000)))
        await asyncio.sleep(self._random.uniform(0, self._weather.crash_h) * HOUR_S)
        await self._simulation.start(office)
        self._down.discard(office.id)

    async def _part(self) -> None:
        offices = self._stewards.here()
        size = self._random.randint(1, max(1, len(offices) // 2))
        self._air.apart = frozenset(self._random.sample(offices, size))
        self._journal.write("fault", sort="partition", offices=sorted(self._air.apart))
        await asyncio.sleep(self._random.uniform(0, self._weather.partition_h) * HOUR_S)
        self._air.apart = frozenset()

    async def _jump(self) -> None:
        office = self._simulation[self._random.choice(self._stewards.here())]
        before, seconds = office.clock.skew, self._random.choice((-1, 1)) * self._weather.jump_s
        self._journal.write("fault", sort="jump", to=office.id, seconds=seconds)
        office.clock.skew = before + timedelta(seconds=seconds)
        await asyncio.sleep(self._weather.jump_lasts_s)
        office.clock.skew = before

    async def _fork(self, *, until_s: float) -> None:
        """Somebody with the database takes an entry out; the node numbers and signs what is left."""
        await asyncio.sleep(self._random.uniform(0.3, 0.8) * (until_s - _now()))
        office = self._simulation[self._random.choice(self._stewards.here())]
        while office.app is None:
            await asyncio.sleep(60)
        with office.engine.begin() as connection:
            taken = connection.exec_driver_sql(
                "SELECT e.id, e.inquiry FROM entry e JOIN log_leaf l ON l.entry_id = e.id"
                " WHERE l.number = (SELECT max(number) / 2 FROM log_leaf)"
            ).one()
            connection.exec_driver_sql("DELETE FROM entry WHERE id = ?", (taken[0],))
            for statement in (
                "DELETE FROM log_leaf",
                "DELETE FROM log_node",
                "DELETE FROM meta WHERE name IN ('log_checkpoint', 'log_cosigned')",
            ):
                connection.exec_driver_sql(statement)
        self._journal.write("fault", sort="fork", to=office.id, inquiry=taken[1])

    async def _outages(self, *, until_s: float) -> None:
        """Some offices off for so long, then others."""
        weather, size = self._weather, self._weather.down
        order = list(self._stewards.here())
        size += round(self._weather.down_share * len(order))
        if size == 0:
            return
        await asyncio.sleep(weather.down_from_h * HOUR_S)
        for turn in range(weather.down_times):
            if _now() >= until_s:
                break
            start = turn * size % len(order)
            self._air.off = frozenset((order * 2)[start : start + size])
            self._journal.write("fault", sort="outage", offices=sorted(self._air.off))
            await asyncio.sleep(min(weather.down_h * HOUR_S, max(0.0, until_s - _now())))
        self._air.off = frozenset()


def _now() -> float:
    return asyncio.get_running_loop().time()
