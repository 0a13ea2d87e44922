"""The stored outbox of notices: the newest revision of each case goes to each member until it is acknowledged.

Each member is served by an errand of its own: a slow one keeps only its own notices waiting.
"""

from functools import partial

from pydantic import ValidationError

from office_node.errors import PeerAnswerInvalidError, PeerError
from office_node.node import Node
from office_node.store import deliveries, notices, peers
from office_node.store.transactions import Connection
from office_node.usecases.claims import claim_until
from office_node.usecases.greet import keep_facts, make_hello
from office_node.usecases.unanswered import note_dispute, note_unanswered
from shared_schemas.trace import Acknowledgement

AT_ONCE = 8
"""Notices under way to one member."""


async def deliver_due(node: Node) -> None:
    """Start an errand for every member to whom something is due, unless one is under way."""
    now = node.clock.now()
    for office in await node.run.read(partial(deliveries.due_offices, now=now)):
        node.errands.start_once(f"deliver {office}", partial(_deliver_all, node, office))


async def _deliver_all(node: Node, office: str) -> None:
    while True:
        now = node.clock.now()
        until = claim_until(node, now=now, exchanges=1)
        due = await node.run.write(
            partial(deliveries.claim_due, office=office, now=now, claim_until=until, limit=AT_ONCE)
        )
        await node.errands.together("deliver", (partial(_deliver, node, one) for one in due))
        if len(due) < AT_ONCE:
            return


async def _deliver(node: Node, due: deliveries.Delivery) -> None:
    held = await node.run.read(lambda connection: notices.get(connection, node.office, case_ref=due.case_ref))
    if held is None:  # its time was over before the member took it: nothing is owed any more
        await node.run.write(lambda connection: deliveries.forget(connection, due.office, case_ref=due.case_ref))
        return
    try:
        raw = await node.peers.post(
            due.office,
            "/federation/v1/notices",
            body={"notice": held.statement.to_dict()},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except PeerError as error:
        await _failed(node, due, error)
        return
    except ValidationError:
        await _failed(node, due, PeerAnswerInvalidError("malformed"))
        return

    def keep(connection: Connection) -> None:
        now = node.clock.now()
        peers.accepted(connection, due.office, now=now)  # the peer's row first, as everywhere: no deadlock
        deliveries.delivered(connection, due.office, case_ref=due.case_ref, revision=held.revision, now=now)
        keep_facts(connection, due.office, taken.hello, statement=None, now=now)

    await node.run.write(keep)


async def _failed(node: Node, due: deliveries.Delivery, error: PeerError) -> None:
    now = node.clock.now()

    def keep(connection: Connection) -> None:
        until = note_unanswered(connection, node, due.office, error=error, now=now)
        deliveries.failed(connection, due.office, case_ref=due.case_ref, next_due=until)

    await node.run.write(keep)


async def say_hello(node: Node) -> None:
    """Say hello to every member, as a node does when it starts or finds its network again."""
    now = node.clock.now()
    hello = await node.run.write(lambda connection: make_hello(connection, node, now=now))
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    await node.errands.together("hello", (partial(_greet, node, office, hello.to_dict()) for office in offices))


async def _greet(node: Node, office: str, hello: dict[str, object]) -> None:
    try:
        raw = await node.peers.post(
            office,
            "/federation/v1/hello",
            body={"hello": hello},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = Acknowledgement.model_validate_json(raw)
    except ValidationError:
        return
    except PeerError as error:
        failure, now = error, node.clock.now()
        await node.run.write(lambda connection: note_dispute(connection, office, error=failure, now=now))
        return

    def keep(connection: Connection) -> None:
        now = node.clock.now()
        peers.accepted(connection, office, now=now)
        keep_facts(connection, office, taken.hello, statement=None, now=now)

    await node.run.write(keep)
