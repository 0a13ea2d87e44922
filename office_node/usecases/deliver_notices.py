"""The stored outbox of notices: the newest revision of each case goes to each member until it is acknowledged."""

import asyncio
from datetime import timedelta

from pydantic import ValidationError

from office_node.domain.backoff import next_pause_s
from office_node.errors import PeerAnswerInvalidError, PeerError, PeerRefusedError
from office_node.node import Node
from office_node.store import deliveries, notices, peers
from office_node.store.transactions import Connection
from office_node.usecases.greet import keep_facts, make_hello
from shared_schemas.trace import Acknowledgement

CLAIM_FOR = timedelta(seconds=15)


async def deliver_due(node: Node, *, limit: int) -> int:
    """Send what is due; how many were tried."""
    now = node.clock.now()
    due = await node.run.write(
        lambda connection: deliveries.claim_due(connection, now=now, claim_until=now + CLAIM_FOR, limit=limit)
    )
    await asyncio.gather(*(_deliver(node, one) for one in due))
    return len(due)


async def _deliver(node: Node, due: deliveries.Delivery) -> None:
    held = await node.run.read(lambda connection: notices.get(connection, node.office, case_ref=due.case_ref))
    if held is None:
        return
    try:
        raw = await node.peers.post(
            due.office,
            "/federation/v1/notices",
            body={"notice": held.statement.to_dict()},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except (PeerError, ValidationError) as error:
        await _failed(node, due, error)
        return

    def keep(connection: Connection) -> None:
        now = node.clock.now()
        deliveries.delivered(connection, due.office, case_ref=due.case_ref, revision=held.revision, now=now)
        peers.heard(connection, due.office, now=now)
        keep_facts(connection, due.office, taken.hello, statement=None)

    await node.run.write(keep)


async def _failed(node: Node, due: deliveries.Delivery, error: Exception) -> None:
    now = node.clock.now()
    skew = isinstance(error, PeerRefusedError) and error.refusal in ("expired", "not-yet-valid")

    def keep(connection: Connection) -> None:
        pause = next_pause_s(
            peers.failures(connection, due.office),
            first_s=node.settings.first_backoff_s,
            longest_s=node.settings.longest_backoff_s,
            random=node.random,
        )
        until = now + timedelta(seconds=pause)
        peers.failed(connection, due.office, now=now, backoff_until=until, skew=skew)
        deliveries.failed(connection, due.office, case_ref=due.case_ref, next_due=until)

    await node.run.write(keep)


async def say_hello(node: Node) -> int:
    """Say hello to every member, as a node does when it starts or finds its network again; how many took it."""
    now = node.clock.now()
    hello = await node.run.write(lambda connection: make_hello(connection, node, now=now))
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    return sum(await asyncio.gather(*(_greet(node, office, hello.to_dict()) for office in offices)))


async def _greet(node: Node, office: str, hello: dict[str, object]) -> int:
    try:
        raw = await node.peers.post(
            office,
            "/federation/v1/hello",
            body={"hello": hello},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except (PeerError, ValidationError, PeerAnswerInvalidError):
        return 0

    def keep(connection: Connection) -> None:
        peers.heard(connection, office, now=node.clock.now())
        keep_facts(connection, office, taken.hello, statement=None)

    await node.run.write(keep)
    return 1
