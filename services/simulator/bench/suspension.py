"""How long until 149 simulated nodes refuse a suspended key, on virtual time, each with its own jittered refresh."""

import tempfile
from datetime import timedelta
from pathlib import Path

from services.simulator.bench.row import Row
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual
from services.stewards.roster_maker import suspend

OFFICES = tuple(f"kanim-{n:03}" for n in range(150))
_NEVER = 1e7
"""No hello, no feeds: the refresh alone carries it, which is the slower way."""


def measure() -> Row:
    """Virtual minutes from publication to the last node."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as folder:
        minutes = run_virtual(_story(Path(folder)))
    return Row("suspension_reaches_149_min", minutes, "min", bar=15, note="virtual; by refresh alone, without hello")


async def _story(folder: Path) -> float:
    async with simulate(
        folder, offices=OFFICES, sweep_every_s=_NEVER, deliver_every_s=_NEVER, catch_up_s=1.0
    ) as simulation:
        clock = simulation[OFFICES[0]].clock
        await clock.sleep(400)
        began = clock.monotonic()
        simulation.federation = suspend(simulation.federation, OFFICES[0], now=clock.now())
        while not _all_know(simulation):
            await clock.sleep(5)
            if clock.monotonic() - began > timedelta(minutes=30).total_seconds():
                break
        return (clock.monotonic() - began) / 60


def _all_know(simulation: Simulation) -> bool:
    return all(
        not office.node.roster.current().in_good_standing(OFFICES[0], office.clock.now())
        for office in simulation.offices.values()
        if office.id != OFFICES[0]
    )
