"""A profile: who applies and what goes wrong, as data (TOML). Rates of the population come from `docs/storm.md`."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

SHIPPED = ("calm", "one-down", "half-down", "outage", "storm")
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Population(_Part):
    """Who applies, as shares of those who apply for the first time; and what officers need for a look, in minutes.

    In life 0.8 % are at risk; a profile has more of them, so that a short run has something to miss.
    """

    risk: Share = 0.2
    tries_again: Share = 0.5
    """Of those who were turned away, who goes to another office."""
    changed: Share = 0.5
    """Of these, who changes something: phone, spelling, date, seldom a number."""
    namesake: Share = 0.05
    family: Share = 0.08
    cluster: Share = 0.02
    """Recruiters' clusters: three to six people of one phone."""
    gap_h: tuple[float, float] = (3.0, 40.0)
    """Between being turned away and the next office."""
    decided_h: tuple[float, float] = (0.5, 6.0)
    look_min: float = 4.0
    """To read one row or trace that a screening shows."""
    incomplete_min: float = 1.5
    """To give the reason why an incomplete screening is enough."""


class Weather(_Part):
    """What goes wrong: shares of messages, numbers of offices, rates per day."""

    lost: Share = 0.0
    answer_lost: Share = 0.0
    twice: Share = 0.0
    replayed: Share = 0.0
    slow: Share = 0.0
    slow_s: float = 5.0
    """The longest delay; so messages overtake one another."""
    crashes_per_office_day: float = 0.0
    crash_h: float = 0.5
    partitions_per_day: float = 0.0
    partition_h: float = 1.0
    skewed: Share = 0.0
    skew_s: int = 0
    jumps_per_day: float = 0.0
    jump_s: int = 0
    jump_lasts_s: int = 600
    liars: int = 0
    forks: int = 0
    roster_changes_per_day: float = 0.0
    joins: int = 0
    """New offices in the course of the run."""
    leaves: int = 0
    """Offices that hand over to another one and leave; with fewer than four none leaves."""
    suspensions: int = 0
    """By one steward, until a new roster ends them; with fewer than four none."""
    suspension_h: float = 4.0
    rotations: int = 0
    """Offices that take a new signing key."""
    epochs: int = 0
    """Epochs that open before their time, besides the one of each leaving; four can be open."""
    down: int = 0
    down_share: Share = 0.0
    down_h: float = 24.0
    down_from_h: float = 6.0
    down_times: int = 1_000_000


class Profile(_Part):
    """Both."""

    population: Population = Population()
    weather: Weather = Weather()


def load_profile(name: str) -> Profile:
    """A shipped profile by its name, or any file. FileNotFoundError, tomllib.TOMLDecodeError, ValidationError."""
    if name in SHIPPED:
        text = files("services.simulator.storm").joinpath(f"profiles/{name}.toml").read_text(encoding="utf-8")
    else:
        text = Path(name).read_text(encoding="utf-8")
    return Profile.model_validate(tomllib.loads(text))
