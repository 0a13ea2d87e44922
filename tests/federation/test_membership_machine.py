"""Whatever happens to the list of members: who is in good standing is found, and no suspended key is believed.

Hypothesis draws commands: join, leave, rotate, suspend, lift, open an epoch, hold an upgrade back, mirrors that lie,
the directory gone; screenings in between. After every screening, each visible row of a member in good standing has been
found; after every suspension no member takes a message of that key.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office_node.domain.roster import suspension_digest
from office_node.domain.suspensions import Reason
from office_node.keyring import Purpose, add_key
from office_node.signing.tuf_client import mirror
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.usecases.hand_over import hand_over
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import Fields, settle
from services.simulator.federation import LAMPUNG, Office, Simulation, enrol_for, new_settings, simulate
from services.simulator.loop import VirtualClock, run_virtual, seeded
from services.simulator.network import Fault, Handler, refuse
from services.stewards.drafts import MAX_EPOCHS, Change, Draft, lifting, with_epoch, without_epoch
from services.stewards.drafts_members import with_keys, with_office, with_successor, without_office
from services.stewards.roster_maker import Federation, next_version, suspend
from shared_schemas.statement import Actor
from tests.federation.cast import AGAIN, FIRST
from tests.federation.sending import notice, send

NEW = ("kanim-metro", "kanim-liwa")
PEOPLE: tuple[tuple[Fields, Fields], ...] = (
    (FIRST, AGAIN),
    (
        {"name": "Muhammad Yusuf Hidayat", "birth_date": "1995-09-23", "nik": "1801062309959002", "sex": "M"},
        {"name": "Moh Jusuf Hidajat", "birth_date": "1995-09-23", "nik": "1801062309959002"},
    ),
)


@dataclass(frozen=True)
class Screen:
    """An office files one of the people."""

    office: int
    person: int


@dataclass(frozen=True)
class Join:
    """One more office joins."""


@dataclass(frozen=True)
class Leave:
    """An office hands its cases to another one and leaves."""

    office: int
    successor: int


@dataclass(frozen=True)
class Suspend:
    """A steward suspends an office."""

    office: int
    reason: Reason


@dataclass(frozen=True)
class Lift:
    """All suspensions end."""


@dataclass(frozen=True)
class Rotate:
    """An office takes a new key."""

    office: int
    purpose: Purpose


@dataclass(frozen=True)
class NewEpoch:
    """An epoch opens; the oldest retires when there are more than two."""


@dataclass(frozen=True)
class Speak:
    """An office's node speaks this protocol version."""

    office: int
    version: int


@dataclass(frozen=True)
class Lie:
    """An office's mirror of the roster lies from now on, or the directory is gone."""

    office: int
    how: Literal["old", "garbage", "silent", "directory", "none"]


Command = Screen | Join | Leave | Suspend | Lift | Rotate | NewEpoch | Speak | Lie
ANY = st.integers(0, 9)
COMMANDS = st.lists(
    st.one_of(
        st.builds(Screen, ANY, st.integers(0, 1)),
        st.builds(Screen, ANY, st.integers(0, 1)),
        st.builds(Join),
        st.builds(Leave, ANY, ANY),
        st.builds(Suspend, ANY, st.sampled_from(["key_compromised", "misconduct"])),
        st.builds(Lift),
        st.builds(Rotate, ANY, st.sampled_from(["signing", "encryption", "storage", "local"])),
        st.builds(NewEpoch),
        st.builds(Speak, ANY, st.sampled_from([1, 2])),
        st.builds(Lie, ANY, st.sampled_from(["old", "garbage", "silent", "directory", "none"])),
    ),
    min_size=8,
    max_size=16,
)


def lowered(draft: Draft) -> Draft:
    """Nobody has to speak the newest protocol version yet."""
    return replace(draft, roster=draft.roster.model_copy(update={"minimum_protocol": 1}))


def lying(how: str, *, first: Federation) -> Fault:
    """The way to a member whose mirror lies; everything else passes."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        if "/roster/v1/" not in request.url.path:
            return await handler(request)
        if how == "silent":
            raise httpx.ConnectError("refused", request=request)
        body = mirror(first.files)(request.url.path.removeprefix("/roster/v1/")) if how == "old" else b'{"signed": 1}'
        return httpx.Response(404 if body is None else 200, content=body or b"", request=request)

    return fault


@dataclass
class Story:
    """The federation, whose row lies where, and who is suspended."""

    simulation: Simulation
    first: Federation
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    steps: int = 0

    def standing(self) -> list[Office]:
        """The offices in good standing."""
        return [o for o in self.simulation.offices.values() if o.id not in self.suspended | self.left]

    def pick(self, number: int) -> Office:
        here = self.standing()
        return here[number % len(here)]

    async def publish(self, *changes: Change) -> None:
        """The stewards publish; the directory is there for it, and every node that runs has heard of it."""
        self.simulation.network.heal("directory")
        now = self.pick(0).clock.now()
        made = next_version(self.simulation.federation, *changes, now=now, random=seeded(f"{self.steps}"))
        self.simulation.federation = made
        await self.tell()

    async def tell(self) -> None:
        for office in self.simulation.offices.values():
            if office.app is not None:
                await refresh_roster(office.node)
        await settle(self.simulation, 30)

    async def restart(self, office: Office) -> None:
        await self.simulation.stop(office)
        await self.simulation.start(office)
        await settle(self.simulation, 5)

    async def do(self, command: Command) -> None:
        """Carry out one command; what makes no sense now is left out."""
        self.steps += 1
        match command:
            case Screen(office, person):
                await self.screen(self.pick(office), person)
            case Join():
                await self.join()
            case Leave(office, successor):
                await self.leave(self.pick(office), self.pick(successor))
            case Suspend(office, reason):
                await self.suspend(self.pick(office), reason)
            case Lift():
                await self.lift()
            case Rotate(office, purpose):
                await self.rotate(self.pick(office), purpose)
            case NewEpoch():
                await self.open_epoch()
            case Speak(office, version):
                one = self.pick(office)
                one.settings = one.settings.model_copy(update={"protocol": version})
                await self.restart(one)
            case Lie(office, how):
                self.lie(self.pick(office).id, how)

    async def screen(self, office: Office, person: int) -> None:
        filed = await acts.file(office, PEOPLE[person][self.steps % 2], key=f"request-{self.steps:04}")
        await settle(self.simulation, 8)
        view = await acts.screening(office, filed.screening)
        found = {(row.office, row.case) for row in view.history}
        members = {one.id for one in self.standing()}
        wanted = {(owner, ref) for ref, (owner, who) in self.rows.items() if who == person and owner in members}
        assert wanted <= found, (wanted - found, view.coverage)
        assert {row.office for row in view.coverage} == members - {office.id}
        await acts.decide(office, filed.case, "postponed", reason_group="B")
        self.rows[filed.case] = (office.id, person)
        await settle(self.simulation, 5)

    async def join(self) -> None:
        name = next((one for one in NEW if one not in self.simulation.offices), None)
        if name is None:
            return
        now, folder = self.pick(0).clock.now(), self.simulation.folder
        made, request = new_settings(
            name, folder=folder, random=seeded(name), now=now, root_fingerprint=self.simulation.federation.fingerprint,
            sweep_every_s=120, deliver_every_s=2,
        )  # fmt: skip
        await self.publish(with_office(request, now=now))
        engine = open_engine(made.sqlalchemy_url)
        upgrade(engine)
        office = Office(name, folder / name, VirtualClock(), engine, made)
        self.simulation.offices[name] = office
        await self.simulation.start(office)
        await settle(self.simulation, 60)
        assert (await office.call("GET", "/readyz")).status_code == 200

    async def leave(self, office: Office, successor: Office) -> None:
        if office is successor or len(self.standing()) < 3:
            return
        await self.publish(with_successor(office.id, successor=successor.id))
        assert await self.hand_over(office)
        now = office.clock.now()
        epoch = with_epoch(opens_at=now, random=seeded(f"left{self.steps}"))
        await self.retire_oldest()
        if len(self.simulation.federation.roster.epochs) >= MAX_EPOCHS:
            return
        self.left.add(office.id)
        self.rows = {
            ref: (successor.id if owner == office.id else owner, who) for ref, (owner, who) in self.rows.items()
        }
        await self.publish(without_office(office.id, now=now, successor=successor.id), epoch)
        await self.simulation.stop(office)
        await settle(self.simulation, 330)

    async def hand_over(self, office: Office) -> bool:
        """Again and again, as an administrator does, until nothing is left; whether that came."""
        for _ in range(8):
            actor = Actor(office=office.id, role="administrator")
            done = await hand_over(office.node, actor=actor, progress=lambda _done: None)
            await settle(self.simulation, 20)
            if not done.waiting and not done.failed:
                return True
        return False

    async def suspend(self, office: Office, reason: Reason) -> None:
        if len(self.standing()) < 3:
            return
        self.simulation.network.heal("directory")
        now = office.clock.now()
        self.simulation.federation = suspend(self.simulation.federation, office.id, now=now, reason=reason)
        self.suspended.add(office.id)
        await self.tell()
        for other in self.standing():
            said = notice(office, case="cd" * 16, number=9000 + self.steps)
            answer = await send(self.simulation, office, other.id, "/notices", notice=said)
            assert answer.json()["code"] == "revoked-key"
            assert "cd" * 16 not in acts.held(other, office.id)

    async def lift(self) -> None:
        if not self.suspended:
            return
        current = self.standing()[0].node.roster.current()
        await self.publish(lifting([suspension_digest(one) for one in current.suspensions]))
        self.suspended.clear()
        await settle(self.simulation, 200)

    async def rotate(self, office: Office, purpose: Purpose) -> None:
        add_key(
            office.settings.keys_dir, purpose, office=office.id, name=str(self.steps), random=seeded(f"{self.steps}")
        )
        await self.restart(office)
        if purpose in ("signing", "encryption"):
            now = office.clock.now()
            await self.publish(with_keys(enrol_for(office.settings, now=now), now=now))

    async def open_epoch(self) -> None:
        await self.retire_oldest()
        if len(self.simulation.federation.roster.epochs) >= MAX_EPOCHS:
            return
        now = self.pick(0).clock.now()
        await self.publish(with_epoch(opens_at=now, random=seeded(f"epoch{self.steps}")))
        await settle(self.simulation, 330)

    async def retire_oldest(self) -> None:
        """As stewards do, once nobody has a notice under it any more; that comes by itself, also after restarts."""
        epochs = self.simulation.federation.roster.epochs
        if len(epochs) <= 2 or self.suspended:
            return
        for _ in range(30):
            if not any(self.is_used(epochs[0].id, office) for office in self.standing()):
                await self.publish(without_epoch(epochs[0].id))
                return
            await settle(self.simulation, 60)
        raise AssertionError(f"{epochs[0].id} is still used")

    def is_used(self, epoch: str, office: Office) -> bool:
        own = acts.held(office, office.id).values()
        return any(f'"epoch":"{epoch}"'.encode() in one.payload for one in own)

    def lie(self, office: str, how: str) -> None:
        network = self.simulation.network
        for one in (*self.simulation.offices, "directory"):
            network.heal(one)
        if how == "directory":
            network.faults["directory"] = refuse
        elif how != "none":
            network.faults[office] = lying(how, first=self.first)


@settings(
    max_examples=9,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(commands=COMMANDS)
def test_who_is_in_good_standing_is_found_and_no_suspended_key_is_believed(commands: list[Command]) -> None:
    async def run(folder: Path) -> int:
        async with simulate(folder, sweep_every_s=120, deliver_every_s=2, longest_backoff_s=20) as simulation:
            story = Story(simulation, simulation.federation)
            await settle(simulation, 5)
            await story.publish(lowered)
            for number, office in enumerate(LAMPUNG[:2]):
                await story.screen(simulation[office], number)
            for command in (*commands, Screen(1, 0), Screen(2, 1)):
                await story.do(command)
            return len(story.rows)

    with TemporaryDirectory() as folder:
        assert run_virtual(run(Path(folder))) >= 2
