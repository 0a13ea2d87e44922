"""One office's node, put together: what every use case is handed.

It holds no state that a second process would need.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from office_node.clock import Clock, Random
from office_node.domain import protocol
from office_node.domain.step_rules import Periods
from office_node.domain.workdays import Workdays
from office_node.errors import NodeNotReadyError, RolledBackError
from office_node.keyring import Keyring, Purpose
from office_node.logs import log
from office_node.node_roster import NodeRoster
from office_node.peers.client import Peers
from office_node.peers.provider import Provider
from office_node.peers.webhooks import Webhooks
from office_node.settings import Settings
from office_node.signing.keys import SigningKey
from office_node.store.sealing import Sealer
from office_node.store.transactions import Runner
from shared_schemas.statement import Actor

_REF_BYTES = 16


@dataclass
class Errands:
    """Tasks of this process that go on after a response: strong references, and one place to end them."""

    running: set[asyncio.Task[None]] = field(default_factory=set)
    single: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run it beside everything else; a failure is logged by its type, the stored outbox tries again."""
        self._start(name, work)

    def start_once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Like `start`, unless an errand that was started so under this name has not ended yet."""
        if name not in self.single:
            self.single[name] = self._start(name, work)
            self.single[name].add_done_callback(lambda _: self.single.pop(name))

    async def together(self, name: str, works: Iterable[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        """Run them at once and wait for all; the failure of one is logged and ends none of the others."""
        await asyncio.gather(*(self._guard(name, work) for work in works))

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(name, work), name=name)
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return task

    async def _guard(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Exception as error:  # the outbox has the work; one failure must not end the process
            log.error("errand-failed", task=name, error=type(error).__name__)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)


@dataclass
class Hashing:
    """How many passwords wait to be hashed in this process: each costs memory and time, so they cannot be endless."""

    waiting: int = 0


@dataclass
class Era:
    """Which generation of its log this node writes, and whether its database was put back from a backup."""

    generation: int = 1
    restored: str | None = None
    """When the backup was made, until `recover` has been through."""
    rolled_back: str | None = None
    """The own checkpoint that this database does not hold (`roll_back`), until `recover` has been through."""


@dataclass(frozen=True)
class Node:
    """The parts of one node."""

    settings: Settings
    clock: Clock
    random: Random
    run: Runner
    keys: Keyring
    sealer: Sealer
    roster: NodeRoster
    peers: Peers
    provider: Provider | None = None
    webhooks: Webhooks | None = None
    errands: Errands = field(default_factory=Errands)
    hashing: Hashing = field(default_factory=Hashing)
    using: dict[Purpose, str] = field(default_factory=dict)
    """The storage and the local key that are written under; the newest where nothing else is said (`keys_in_use`)."""
    limited: dict[str, datetime] = field(default_factory=dict)
    """Members for whom nothing is free until then, as the database has said; only spares asking it again."""
    era: Era = field(default_factory=Era)
    process: str = ""
    """Names this process among those of the same office, for leases."""

    @property
    def office(self) -> str:
        """This office's id."""
        return self.settings.office

    @property
    def generation(self) -> int:
        """The generation of this office's log: one more after every recovery."""
        return self.era.generation

    def check_serving(self, *, of_log: bool = False) -> None:
        """NodeNotReadyError while what it would say is not to be believed: put back, or not released by stewards.

        RolledBackError if an old copy runs; even so it gives its word on its log (`of_log`), the others' proof.
        """
        if self.era.restored is not None:
            raise NodeNotReadyError("restored")
        if self.era.rolled_back is not None and not of_log:
            raise RolledBackError
        member = self.roster.current().member(self.office) if self.roster.known else None
        if member is not None and member.generation != self.generation:
            raise NodeNotReadyError("generation-unreleased")

    @property
    def signing(self) -> SigningKey:
        """The newest signing key that the roster lists and that counts now; before it lists any, the newest."""
        if self.roster.known:
            roster, now = self.roster.current(), self.clock.now()
            for key in reversed(self.keys.signing_keys):
                if roster.lists(key.keyid, key.public_hex, now):
                    return key
        return self.keys.signing

    @property
    def local_key(self) -> bytes:
        """The key of the tokens that own cases are kept under."""
        return self.keys.keys["local"][self.using.get("local", self.keys.newest("local"))]

    @property
    def writes(self) -> int:
        """The protocol version that this node's statements are written in."""
        minimum = self.roster.current().roster.minimum_protocol if self.roster.known else 1
        return protocol.written(self.settings.protocol, minimum=minimum)

    @property
    def workdays(self) -> Workdays:
        """The office's working days."""
        return Workdays(self.settings.zone, frozenset(self.settings.extra_holidays))

    @property
    def periods(self) -> Periods:
        """How long each state of a case may wait."""
        told = self.settings
        return Periods(told.completion_days, told.examination_days, told.issue_days, told.collect_days)

    @property
    def machine(self) -> Actor:
        """The actor of what no person does."""
        return Actor(office=self.office, role="node")

    def new_ref(self) -> str:
        """A random 128-bit reference, hex."""
        return self.random(_REF_BYTES).hex()
