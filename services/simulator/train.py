"""`jejak train`: three offices with invented people to learn on, marked so that they never meet real ones.

Nothing is told and nothing is kept: exercises with invented applicants are printed, each with what the officer should
find, and everything is gone at the end (docs/training.md).
"""

import select
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from services.simulator.demo import DemoOffice, prepare, stay
from services.simulator.demo_story import KALIANDA, KOTABUMI, all_hold, file_application, postpone, until
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
    first = story()
    stranger = Person(name="Bagus Prakoso Wibowo", birth_date=date(1989, 7, 30), mother_name="Endang Lestari")
    other = {"birth_date": date(1975, 4, 17), "mother_name": "Painem"}
    namesake = first.kotabumi.model_copy(update=other)
    return (
        Exercise(KOTABUMI, first.kotabumi, "a hit in Kalianda: postponed for her purpose; ask what has changed since"),
        Exercise(KOTABUMI, stranger, "nobody knows him: no hit everywhere, which says nothing about him"),
        Exercise(KALIANDA, namesake, "a namesake with other dates: not the same person; say so and why"),
        Exercise(
            KALIANDA,
            first.kalianda,
            "her own earlier case at this office; end its postponement with two officers, or say why it stays",
        ),
    )


class Silence:
    """The exercises that need an office to be silent: Enter ends Kalianda's node, Enter again brings it back."""

    def __init__(self, kalianda: DemoOffice, say: Callable[[str], None]) -> None:
        self.kalianda, self.say = kalianda, say
        self.silent = False
        self.read = True

    def announce(self) -> None:
        """How it begins."""
        self.say("Then press Enter: Kalianda's node ends, as in a power cut.")

    def wait(self, seconds: float) -> None:
        """So long, or until somebody presses Enter; without a keyboard nothing happens."""
        if select.select([sys.stdin] if self.read else [], [], [], seconds)[0]:
            self.read = bool(sys.stdin.readline())
            if self.read:
                self._turn()

    def _turn(self) -> None:
        self.silent = not self.silent
        if self.silent:
            self.kalianda.stand.kill(KALIANDA)
            self.say(_told(5, KOTABUMI, story_late().kotabumi))
            self.say(
                "   You should find Kalianda unknown, and its postponement of him all the same, from the notice that"
            )
            self.say(
                "   Kotabumi holds: until when Kalianda's notices are here says covered_to. Do not call him clean."
            )
            self.say("   Then press Enter: Kalianda comes back.")
        else:
            self.kalianda.start()
            self.say("6. Kalianda is back; nobody asks again by hand. Within a minute the hit comes late: read the")
            self.say("   alert in Kotabumi, compare the fields side by side, and sign it.")


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
        _turned_away(offices[KALIANDA], others=tuple(one for one in offices.values() if one.id != KALIANDA))
        speak = partial(say.print, soft_wrap=True)
        speak("\n[bold]Training: every person here is invented[/]; every answer carries the header jejak-training.")
        for number, one in enumerate(exercises(), start=1):
            speak(f"{_told(number, one.office, one.person)}\n   You should find {one.find}.")
        silence = Silence(offices[KALIANDA], speak)
        if not once:
            silence.announce()
            stay(offices, stand, say, wait=silence.wait)
    finally:
        stand.close()


def _told(number: int, office: str, person: Person) -> str:
    fields = person.model_dump_json(exclude_none=True, exclude_defaults=True)
    return f"{number}. File at {office}: {fields}"


def _turned_away(kalianda: DemoOffice, *, others: tuple[DemoOffice, ...]) -> None:
    """What the exercises are to find; the other offices have heard of it."""
    for number, one in enumerate((story().kalianda, story_late().kalianda), start=1):
        case = file_application(kalianda, one, key=f"training-{number:04}")["case"]
        postpone(kalianda, case)
        until("the notice of a postponement", partial(all_hold, others, case))


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
