"""One run: offices, applicants, weather; then quiet, a second look, and the count."""

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from services.simulator.federation import LAMPUNG, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.storm import checker
from services.simulator.storm.applicants import DAY_S, HOUR_S, Applicants
from services.simulator.storm.journal import Journal
from services.simulator.storm.membership import Membership
from services.simulator.storm.misfortunes import Misfortunes
from services.simulator.storm.profile import Profile
from services.simulator.storm.sabotage import runner
from services.simulator.storm.stewards import Stewards
from services.simulator.storm.weather import Air

QUIET_S = 5 * HOUR_S
"""After the storm, before the second look: every back-off has ended and every log was looked at."""
_SETTINGS: dict[str, Any] = {
    "deliver_every_s": 120.0, "log_every_s": 300.0, "sweep_every_s": 1_200.0, "hello_every_s": 7_200.0,
    "roster_refresh_s": 7_200.0, "audit_every_s": 14_400.0, "catch_up_s": 60.0,
}  # fmt: skip
"""Slower rounds than in life: nothing is decided by them, and a day is to pass in seconds."""
KEYS = (
    "attempts", "noticed_at_counter", "noticed_later", "missed", "missed_by_cause", "false_alarms_per_1000",
    "false_reveals_per_1000", "officer_minutes_per_1000", "lost_traces", "false_no", "replays_accepted",
    "forks_unnoticed", "faults", "messages", "bytes", "completion_minutes_max", "seconds",
)  # fmt: skip
MUST_BE_ZERO = ("lost_traces", "false_no", "replays_accepted", "forks_unnoticed")


@dataclass(frozen=True)
class Plan:
    """What is to be played."""

    offices: int
    days: float
    per_day: float
    seed: int
    profile: Profile
    sabotage: str | None = None


def play(plan: Plan, *, keep: Path | None = None) -> dict[str, Any]:
    """The counts of one run, by the names of `KEYS`. `keep`: a folder for journal and databases."""
    counted = play_all(plan, keep=keep)
    return {key: counted[key] for key in KEYS}


def play_all(plan: Plan, *, keep: Path | None = None) -> dict[str, Any]:
    """The same, and what the air knows besides: `peak`, the most messages to one office within a second."""
    began = time.perf_counter()
    folder = keep or Path(tempfile.mkdtemp(prefix="jejak-storm-"))
    try:
        carried = run_virtual(_story(plan, folder))
        files = {one.parent.name: one for one in sorted(folder.glob("*/node.sqlite"))}
        population = plan.profile.population
        minutes = {"look": population.look_min, "incomplete": population.incomplete_min}
        counted = checker.count(folder / "journal.jsonl", files, minutes=minutes)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    return counted | carried | {"seconds": round(time.perf_counter() - began, 1)}


def names(count: int) -> tuple[str, ...]:
    """The offices' ids, Lampung's first."""
    return (*LAMPUNG, *(f"kanim-{number:03}" for number in range(4, count + 1)))[:count]


async def _story(plan: Plan, folder: Path) -> dict[str, int]:
    async with simulate(
        folder, offices=names(plan.offices), seed=str(plan.seed), runner=runner(plan.sabotage), **_SETTINGS
    ) as simulation:
        simulation.network.keeps = False
        journal = Journal(folder / "journal.jsonl", at=asyncio.get_running_loop().time)
        try:
            return await _played(plan, simulation, journal)
        finally:
            journal.close()


async def _played(plan: Plan, simulation: Simulation, journal: Journal) -> dict[str, int]:
    last_s = plan.days * DAY_S

    def random(of: str) -> Random:
        return Random(f"{of}/{plan.seed}")

    air = Air(simulation, plan.profile.weather, journal=journal, random=random("air"))
    stewards = Stewards(simulation, journal=journal, random=random("stewards"))
    membership = Membership(
        simulation, plan.profile.weather, air=air, journal=journal, random=random("membership"), stewards=stewards,
        settings=_SETTINGS,
    )  # fmt: skip
    misfortunes = Misfortunes(
        simulation, plan.profile.weather, air=air, journal=journal, random=random("misfortunes"), stewards=stewards,
        membership=membership,
    )  # fmt: skip
    applicants = Applicants(
        simulation, plan.profile.population, journal=journal, random=random("applicants"), last_s=last_s,
        successors=stewards.successors,
    )  # fmt: skip
    membership.opened = partial(applicants.open, per_day=plan.per_day)
    membership.closing = partial(applicants.look_again, when="later")
    await asyncio.sleep(60)
    visits = applicants.schedule(days=plan.days, per_day=plan.per_day)
    await asyncio.gather(applicants.come(visits), misfortunes.rage(until_s=last_s))
    await misfortunes.calm()
    await asyncio.sleep(QUIET_S)
    for office in stewards.here():
        await applicants.look_again(office, when="later")
    return {"messages": air.messages, "bytes": air.octets, "peak": air.peak}
