"""Whatever three offices do and whatever befalls them: once all is well again, everybody holds and knows the same.

Hypothesis draws a list of commands; they run in one story on virtual time, then everything heals and time passes.
A failure prints the shortest list of commands that it found.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office_node.store import feeds, screenings
from services.simulator import acts
from services.simulator.acts import ActRefusedError, Fields, settle
from services.simulator.federation import LAMPUNG, Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.moves import goals, way
from services.simulator.network import Fault, deliver_twice, lose_answer, on, refuse, slow, tamper
from tests.federation.cast import AGAIN, FIRST

PEOPLE: tuple[tuple[Fields, Fields], ...] = (
    (FIRST, AGAIN),
    (
        {"name": "Muhammad Yusuf Hidayat", "birth_date": "1995-09-23", "nik": "1801062309959002", "sex": "M"},
        {
            "name": "Moh Jusuf Hidajat",
            "birth_date": "1995-09-23",
            "nik": "1801062309959002",
            "phones": ["081377120094"],
        },
    ),
    (
        {"name": "Dewi Lestari Putri", "birth_date": "1999-02-03", "mother_name": "Sukarsih", "birth_place": "Metro"},
        {"name": "Dewi Lestari Puteri", "birth_date": "1999-02-03", "mother_name": "Sukarsih", "birth_place": "Metro"},
    ),
)
FAULTS: dict[str, Fault | None] = {
    "none": None,
    "down": refuse,
    "lost": lose_answer,
    "twice": deliver_twice,
    "slow": slow(4),
    "deaf": on(("/notices", "/hello"), refuse),
    "garbled": tamper(lambda body: body[:-1]),
}
Decision = Literal["postponed", "cleared", "withdrawn"]


@dataclass(frozen=True)
class File:
    """An office files one of the people, spelled one of two ways."""

    office: int
    person: int
    spelling: int


@dataclass(frozen=True)
class Decide:
    """Two officers decide on one of the cases so far."""

    case: int
    standing: Decision


@dataclass(frozen=True)
class AskAgain:
    """One of the cases so far is screened anew."""

    case: int


@dataclass(frozen=True)
class Befall:
    """The way to an office gets a fault, or is well again."""

    office: int
    fault: str


@dataclass(frozen=True)
class Power:
    """An office's node goes off, or on."""

    office: int
    on: bool


@dataclass(frozen=True)
class Pass:
    """Time passes."""

    seconds: float


Command = File | Decide | AskAgain | Befall | Power | Pass
OFFICE = st.integers(0, len(LAMPUNG) - 1)
ANY_CASE = st.integers(0, 9)
FILE = st.builds(File, OFFICE, st.sampled_from([0, 0, 0, 1, 2]), st.integers(0, 1))
COMMANDS = st.lists(
    st.one_of(
        FILE,
        FILE,
        st.builds(Decide, ANY_CASE, st.sampled_from(["postponed", "cleared", "withdrawn"])),
        st.builds(AskAgain, ANY_CASE),
        st.builds(Befall, OFFICE, st.sampled_from(sorted(FAULTS))),
        st.builds(Power, OFFICE, st.booleans()),
        st.builds(Pass, st.sampled_from([0.01, 0.05, 1.0, 15.0])),
    ),
    min_size=14,
    max_size=30,
)
OPENING: list[Command] = [File(1, 0, 0), Pass(1.0)]
"""Somebody is there to be found from the beginning."""


@dataclass
class Case:
    """What the story did with one case. `since` is when it was filed, counted in commands."""

    office: str
    ref: str
    person: int
    since: int
    standing: str = "under_examination"
    revision: int = 1
    ever_cleared: bool = False
    screenings: dict[str, int] = field(default_factory=dict)


@dataclass
class Story:
    """The offices, and what was done so far."""

    simulation: Simulation
    cases: list[Case] = field(default_factory=list)

    async def do(self, command: Command, step: int) -> None:
        """Carry out one command; what an office that is off cannot do is left out."""
        match command:
            case File(office, person, spelling):
                await self._file(self._office(office), person, spelling, step)
            case Decide(case, standing):
                await self._decide(case, standing)
            case AskAgain(case):
                await self._ask_again(case, step)
            case Befall(office, fault):
                self._befall(LAMPUNG[office], FAULTS[fault])
            case Power(office, on):
                await self._power(self._office(office), on=on)
            case Pass(seconds):
                await settle(self.simulation, seconds)

    async def heal(self) -> None:
        """Everything is well again, and time passes."""
        for office in LAMPUNG:
            self._befall(office, None)
            await self._power(self.simulation[office], on=True)
        await settle(self.simulation, 120)

    def _office(self, number: int) -> Office:
        return self.simulation[LAMPUNG[number]]

    def _pick(self, number: int) -> Case | None:
        running = [case for case in self.cases if self.simulation[case.office].app is not None]
        return running[number % len(running)] if running else None

    async def _file(self, office: Office, person: int, spelling: int, step: int) -> None:
        if office.app is None:
            return
        filed = await acts.file(office, PEOPLE[person][spelling], key=f"request-{step:04d}")
        self.cases.append(Case(office.id, filed.case, person, step, screenings={filed.screening: step}))

    async def _decide(self, number: int, standing: Decision) -> None:
        case = self._pick(number)
        if case is None:
            return
        group: Literal["B"] | None = "B" if standing == "postponed" else None
        office = self.simulation[case.office]
        if way((at := (await acts.view(office, case.ref)).state), goals(at, standing)) is None:
            assert case.ever_cleared  # what was annulled or cancelled stays so
            return
        seen = await acts.decide(office, case.ref, standing, reason_group=group)
        assert seen.standing == standing
        assert seen.revision > case.revision or standing == case.standing
        case.standing, case.revision = standing, seen.revision
        case.ever_cleared |= standing == "cleared"

    async def _ask_again(self, number: int, step: int) -> None:
        case = self._pick(number)
        if case is None:
            return
        try:
            case.screenings[await acts.ask_again(self.simulation[case.office], case.ref)] = step
        except ActRefusedError:
            assert case.standing == "cleared"

    def _befall(self, office: str, fault: Fault | None) -> None:
        self.simulation.network.heal(office)
        if fault is not None:
            self.simulation.network.faults[office] = fault

    async def _power(self, office: Office, *, on: bool) -> None:
        if on and office.app is None:
            await self.simulation.start(office)
        elif not on and office.app is not None:
            await self.simulation.stop(office)


def pairs() -> Iterator[tuple[str, str]]:
    """Every office with every other."""
    return ((one, other) for one in LAMPUNG for other in LAMPUNG if one != other)


def check_traces(story: Story) -> None:
    """Every office holds the newest notice of every case, byte for byte; feeds are whole; nothing cleared is left."""
    for issuer in LAMPUNG:
        own = acts.held(story.simulation[issuer], issuer)
        told = {case.ref: (case.revision, case.standing) for case in story.cases if case.office == issuer}
        assert {ref: (one.revision, one.standing) for ref, one in own.items()} == told
    for office, issuer in pairs():
        assert acts.held(story.simulation[office], issuer) == acts.held(story.simulation[issuer], issuer)
        with story.simulation[office].engine.begin() as connection:
            assert feeds.covered_to(connection, issuer) is not None
            assert feeds.first_missing(connection, issuer) is None
        for one in acts.held(story.simulation[office], issuer).values():
            body = json.loads(one.payload)
            assert (body["tokens"] is None) == (one.standing == "cleared") == (one.postings == 0)


async def check_screenings(story: Story) -> None:
    """Every question has ended at every office, left its evidence there, and found who was there to be found."""
    for case in story.cases:
        office = story.simulation[case.office]
        others = {other for other in LAMPUNG if other != case.office}
        alerted = {(one.case, one.office) for one in await acts.alerts(office) if one.kind == "late_hit"}
        for reference, asked_at in case.screenings.items():
            view = await acts.screening(office, reference)
            assert {row.office for row in view.coverage} == others
            assert (view.state, view.complete) == ("settled", True)
            assert {row.outcome for row in view.coverage} <= {"hit", "no_hit"}
            for row in view.coverage:
                answers = acts.acted(story.simulation[row.office], type="answer", peer=case.office)
                assert reference in {one.inquiry for one in answers}
                assert not row.late or row.outcome == "no_hit" or (case.ref, row.office) in alerted
            found = {(row.office, row.case) for row in view.history}
            people = {other.ref: other.person for other in story.cases}
            assert {people[ref] for _, ref in found} <= {case.person}
            for other in story.cases:
                if other.person == case.person and other.office != case.office and other.since < asked_at:
                    hit = next(row for row in view.coverage if row.office == other.office).outcome
                    assert other.ever_cleared or (hit == "hit" and (other.office, other.ref) in found)


def wrapped_nonces(story: Story) -> dict[str, list[bytes]]:
    """Of each office's cleared cases, the wrapped nonces of the first notice: bytes that occur nowhere else."""
    gone: dict[str, list[bytes]] = {}
    for case in story.cases:
        if case.standing == "cleared":
            with story.simulation[case.office].engine.begin() as connection:
                for reference in case.screenings:
                    notice = screenings.get(connection, reference).notice.body()
                    gone.setdefault(case.office, []).append(notice["tokens"]["index"][0]["nonce"].encode())
    return gone


def leftovers(folder: Path, gone: dict[str, list[bytes]]) -> list[str]:
    """Files of other offices that have a byte of a cleared case's earlier notices."""
    return [
        str(file)
        for office, issuer in pairs()
        for file in (folder / office).glob("node.sqlite*")
        if any(nonce in file.read_bytes() for nonce in gone.get(issuer, []))
    ]


@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(commands=COMMANDS)
def test_after_all_heals_everybody_holds_and_knows_the_same(commands: list[Command]) -> None:
    with TemporaryDirectory() as folder:
        gone: dict[str, list[bytes]] = {}

        async def run() -> None:
            async with simulate(Path(folder), longest_backoff_s=10, sweep_every_s=15, deliver_every_s=1) as simulation:
                story = Story(simulation)
                await settle(simulation, 1)
                for step, command in enumerate(OPENING + commands):
                    await story.do(command, step)
                await story.heal()
                check_traces(story)
                await check_screenings(story)
                gone.update(wrapped_nonces(story))

        run_virtual(run())
        assert leftovers(Path(folder), gone) == []
