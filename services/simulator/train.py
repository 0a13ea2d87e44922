"""`jejak train`: three offices with invented people to learn on, marked so that they never meet real ones.

Nothing is told and nothing is kept: exercises with invented applicants are printed, each with what the officer should
find, and everything is gone at the end (docs/training.md).
"""

import signal
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from services.simulator.demo import DemoOffice, prepare, stay
from services.simulator.demo_story import KALIANDA, KOTABUMI, file_application, postpone
from services.simulator.federation import LAMPUNG
from services.simulator.people_story import story, story_late
from services.simulator.processes import DemoError, Stand, free_ports
from shared_schemas.person import Person


@dataclass(frozen=True)
class Exercise:
    """An applicant to file at an office, and what should be found."""

    office: str
    person: Person
    find: str


def exercises() -> tuple[Exercise, ...]:
    """One for each outcome of a screening; the people are those of the demonstration."""
    first, second = story(), story_late()
    stranger = Person(name="Bagus Prakoso Wibowo", birth_date=date(1989, 7, 30), mother_name="Endang Lestari")
    other = {"birth_date": date(1975, 4, 17), "mother_name": "Painem"}
    namesake = first.kotabumi.model_copy(update=other)
    return (
        Exercise(KOTABUMI, first.kotabumi, "a hit in Kalianda: postponed for her purpose; ask what has changed since"),
        Exercise(KOTABUMI, second.kotabumi, "another hit; compare the fields side by side before you decide"),
        Exercise(KOTABUMI, stranger, "nobody knows him: no hit everywhere, which says nothing about him"),
        Exercise(KALIANDA, namesake, "a namesake with other dates: not the same person; say so and why"),
    )


def train(
    port_base: Annotated[
        int | None, typer.Option(min=1, max=65532, help="First of four ports; free ones if not given.")
    ] = None,
    people: Annotated[int, typer.Option(min=0, max=5000, help="Invented cases to import.")] = 300,
    once: Annotated[bool, typer.Option("--once", help="Set up, print the exercises, end.")] = False,
) -> None:
    """Three offices with invented people to learn on; every answer is marked."""
    say = Console(highlight=False)
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _interrupt)
    try:
        _give(free_ports(1 + len(LAMPUNG), port_base), people=people, once=once, say=say)
    except KeyboardInterrupt:
        say.print("\nEnded; nothing is left running.")
    except DemoError as error:
        typer.echo(f"train: {error}", err=True)
        raise typer.Exit(2) from error


def _give(ports: list[int], *, people: int, once: bool, say: Console) -> None:
    stand = Stand()
    try:
        offices, _stewards = prepare(stand, ports=ports, people=people, say=say, training=True)
        _turned_away(offices[KALIANDA])
        speak = partial(say.print, soft_wrap=True)
        speak("\n[bold]Training: every person here is invented[/]; every answer carries the header jejak-training.")
        for number, one in enumerate(exercises(), start=1):
            fields = one.person.model_dump_json(exclude_none=True, exclude_defaults=True)
            speak(f"{number}. File at {one.office}: {fields}\n   You should find {one.find}.")
        if not once:
            stay(offices, stand, say)
    finally:
        stand.close()


def _turned_away(kalianda: DemoOffice) -> None:
    """What the exercises are to find."""
    for number, one in enumerate((story().kalianda, story_late().kalianda), start=1):
        postpone(kalianda, file_application(kalianda, one, key=f"training-{number:04}")["case"])


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
