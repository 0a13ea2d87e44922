"""The stored outbox of notices: the newest revision of each case goes to each member until it is acknowledged.

Each member is served by an errand of its own (`drain`).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from pydantic import ValidationError

from office_node.domain.protocol import SUSPENSIONS_RIDE
from office_node.errors import PeerAnswerInvalidError, PeerError
from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.store import deliveries, meta, notices, peers
from office_node.store.transactions import Connection
from office_node.usecases.claims import claim_until
from office_node.usecases.drain import AT_ONCE, drain
from office_node.usecases.greet import keep_facts, make_hello
from office_node.usecases.suspend import riding
from office_node.usecases.unanswered import note_dispute, note_unanswered
from shared_schemas.trace import Acknowledgement

_RIDING = "hello_riding"
"""Which suspensions rode on the last hello that went to everybody."""


async def deliver_due(node: Node) -> None:
    """Send every member the notices that are due to it, beside whoever calls."""
    await drain(node, "deliver", due_offices=deliveries.due_offices, claim=_claim, send=_deliver)


def _claim(connection: Connection, *, node: Node, office: str, now: datetime) -> list[deliveries.Delivery]:
    until = claim_until(node, now=now, exchanges=1)
    return deliveries.claim_due(connection, office, now=now, claim_until=until, limit=AT_ONCE)


async def _deliver(node: Node, due: deliveries.Delivery) -> None:
    held = await node.run.read(lambda connection: notices.get(connection, node.office, case_ref=due.case_ref))
    if held is None:  # its time was over before the member took it: nothing is owed any more
        await node.run.write(lambda connection: deliveries.forget(connection, due.office, case_ref=due.case_ref))
        return
    sent_at = node.clock.now()
    try:
        raw = await node.peers.post(
            due.office,
            "/federation/v1/notices",
            body={"notice": held.statement.to_dict()},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except PeerError as error:
        await _failed(node, due, error, sent_at=sent_at)
        return
    except ValidationError:
        await _failed(node, due, PeerAnswerInvalidError("malformed"), sent_at=sent_at)
        return

    def keep(connection: Connection) -> None:
        now = node.clock.now()
        peers.accepted(connection, due.office, now=now)
        deliveries.delivered(connection, due.office, case_ref=due.case_ref, revision=held.revision, now=now)
        keep_facts(connection, due.office, taken.hello, statement=None, now=now)

    await node.run.write(keep)


async def _failed(node: Node, due: deliveries.Delivery, error: PeerError, *, sent_at: datetime) -> None:
    now = node.clock.now()

    def keep(connection: Connection) -> None:
        until = note_unanswered(connection, node, due.office, error=error, sent_at=sent_at, now=now)
        deliveries.failed(connection, due.office, case_ref=due.case_ref, next_due=until)

    await node.run.write(keep)


async def say_hello(node: Node) -> frozenset[str]:
    """Say hello to every member, as a node does when it starts; who answered."""
    return await _greet_all(node, _others(node))


async def greet_due(node: Node) -> frozenset[str]:
    """Say hello to whom it is time to, to whoever did not answer the last time, and to all of a new suspension."""
    riding_now = hashlib.sha256(canonical({"suspensions": riding(node)})).hexdigest()
    since = node.clock.now() - timedelta(seconds=node.settings.hello_every_s)

    def due(connection: Connection) -> list[str]:
        if meta.get(connection, _RIDING) != riding_now:
            return _others(node)
        greeted = peers.greeted_since(connection, since=since)
        return [office for office in _others(node) if office not in greeted]

    offices = await node.run.read(due)
    if not offices:
        return frozenset()
    answered = await _greet_all(node, offices)
    await node.run.write(lambda connection: meta.put(connection, _RIDING, value=riding_now))
    return answered


def _others(node: Node) -> list[str]:
    return [m.id for m in node.roster.current().offices(node.clock.now()) if m.id != node.office]


async def _greet_all(node: Node, offices: Sequence[str]) -> frozenset[str]:
    answered: set[str] = set()
    now = node.clock.now()
    hello = await node.run.write(lambda connection: make_hello(connection, node, now=now))
    body: dict[str, object] = {"hello": hello.to_dict()}
    if node.writes >= SUSPENSIONS_RIDE:
        body["suspensions"] = riding(node)
    await node.errands.together("hello", (partial(_greet, node, office, body, answered) for office in offices))
    return frozenset(answered)


async def _greet(node: Node, office: str, body: dict[str, object], answered: set[str]) -> None:
    try:
        raw = await node.peers.post(
            office,
            "/federation/v1/hello",
            body=body,
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except ValidationError:
        return
    except PeerError as error:
        failure, now = error, node.clock.now()

        def note(connection: Connection) -> None:
            note_dispute(connection, office, error=failure, now=now)
            peers.greeted(connection, office, at=None)

        await node.run.write(note)
        return

    def keep(connection: Connection) -> None:
        now = node.clock.now()
        peers.accepted(connection, office, now=now)
        peers.greeted(connection, office, at=now)
        if taken.speaks is not None:
            peers.speaks(connection, office, version=taken.speaks)
        keep_facts(connection, office, taken.hello, statement=None, now=now)

    await node.run.write(keep)
    answered.add(office)
