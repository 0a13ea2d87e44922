"""`jejak simulate`: a federation in one process, on virtual time, under a profile of faults."""

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from office_node import logs
from services.simulator.storm.profile import SHIPPED, Profile, load_profile
from services.simulator.storm.run import MUST_BE_ZERO, Plan, play
from services.simulator.storm.sabotage import SABOTAGE


def simulate(
    offices: Annotated[int, typer.Option(min=2, max=500, help="How many offices.")] = 12,
    days: Annotated[float, typer.Option(min=0.1, max=366, help="Virtual days.")] = 5,
    per_day: Annotated[float, typer.Option(min=0, max=500, help="New applicants a day in each office.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed plays the same run.")] = 1,
    faults: Annotated[str, typer.Option(help=f"{', '.join(SHIPPED)}, or a TOML file.")] = "storm",
    sabotage: Annotated[str | None, typer.Option(help=f"Break every node on purpose: {', '.join(SABOTAGE)}.")] = None,
    keep: Annotated[Path | None, typer.Option(help="A new folder for the journal and the databases.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON and nothing else.")] = False,
) -> None:
    """Play a federation through faults and count what was lost; exit 1 if anything was that must not be."""
    if sabotage is not None and sabotage not in SABOTAGE:
        raise typer.BadParameter(f"one of {', '.join(SABOTAGE)}", param_hint="--sabotage")
    plan = Plan(offices, days, per_day, seed, _profile(faults), sabotage)
    if keep is not None:
        keep.mkdir(parents=True)
    with Path(keep or os.devnull, "nodes.log" if keep else "").open("w", encoding="utf-8") as lines:
        logs.configure(lines)
        counted = play(plan, keep=keep)
    logs.configure()
    if not as_json:
        typer.echo("\n".join(f"{name:26} {_plain(value)}" for name, value in counted.items()))
    typer.echo(json.dumps(counted, separators=(",", ":")))
    raise typer.Exit(1 if any(counted[name] for name in MUST_BE_ZERO) else 0)


def _plain(value: Any) -> str:
    return (
        ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
        if isinstance(value, dict)
        else str(value)
    )


def _profile(name: str) -> Profile:
    try:
        return load_profile(name)
    except FileNotFoundError as error:
        raise typer.BadParameter(f"no such profile or file: {name}", param_hint="--faults") from error
    except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError, IsADirectoryError) as error:
        raise typer.BadParameter(f"{name} is no profile: {error}", param_hint="--faults") from error
