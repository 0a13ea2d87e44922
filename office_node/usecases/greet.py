"""Hello: what this office says of its own feed, and what it keeps of another's."""

from datetime import datetime
from typing import Any

from office_node.domain.protocol import SUSPENSIONS_RIDE
from office_node.domain.ranges import MAX_RIDING, to_ranges
from office_node.errors import ProtocolTooNewError
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import counters, feeds, log, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried, read_body, to_statement
from office_node.usecases.admit import admit
from office_node.usecases.record import Act, enter, issue
from office_node.usecases.suspend import keep_suspensions
from office_node.usecases.trusting import write_trusting
from office_node.usecases.watch_log import is_vouched, shown, watch
from shared_schemas.base import rfc3339
from shared_schemas.trace import Hello, HelloFacts, HelloSent

MAX_LIVE = 40_000
"""Bytes of live ranges in a hello, which has to fit a body. With more, `live` is null and pages account for them."""


def own_facts(
    connection: Connection, node: Node, *, now: datetime, last_number: int, whole: bool = False
) -> dict[str, Any]:
    """This office's hello facts as JSON, with the newest cosigned checkpoint.

    Only with `whole` (the hello statement) the live ranges ride along, and a checkpoint that nobody has cosigned.
    """
    live = None
    if whole:
        ranges = to_ranges(notices.live_numbers(connection, node.office, now=now))
        fits = len(ranges) <= MAX_RIDING and sum(len(f"[{first},{last}],") for first, last in ranges) <= MAX_LIVE
        live = [list(one) for one in ranges] if fits else None
    return {
        "at": rfc3339(now),
        "generation": node.generation,
        "last_number": last_number,
        "live": live,
        "checkpoint": log.cosigned(connection) or (log.checkpoint(connection) if whole else None),
    }


def make_hello(connection: Connection, node: Node, *, now: datetime) -> Statement:
    """A signed hello with the live ranges."""
    last = counters.read(connection).get("notice_number", 0)
    members = {
        "facts": own_facts(connection, node, now=now, last_number=last, whole=True),
        "roster_version": node.roster.current().roster.version,
    }
    return issue(connection, node, act=Act(type="hello", at=now, actor=node.machine, members=members))


def keep_facts(
    connection: Connection, office: str, facts: HelloFacts, *, statement: Statement | None, now: datetime
) -> None:
    """Remember what another office says of its feed as of now at the latest, whatever its own clock says.

    Numbers that it says are no longer live are accounted for.
    """
    if facts.at > now:
        facts = facts.model_copy(update={"at": now})
    feeds.note_hello(connection, office, facts=facts, statement=statement)
    if facts.live is not None:
        feeds.account_all_but_live(connection, office, last_number=facts.last_number, live=facts.live)


async def take_hello(node: Node, sent: HelloSent, *, carried: Carried) -> dict[str, Any]:
    """Commit another office's hello; the acknowledgement with the leaf of this node's entry."""
    if sent.suspensions and node.settings.protocol < SUSPENSIONS_RIDE:
        raise ProtocolTooNewError
    statement = to_statement(sent.hello)
    hello = read_body(node, statement, model=Hello, issuer=carried.office, now=carried.arrived_at)
    signed = shown(node, carried.office, hello.facts.checkpoint)
    vouched = signed is not None and is_vouched(node, carried.office, signed)

    def take(connection: Connection) -> dict[str, Any]:
        values = admit(connection, node, carried)
        keep_facts(connection, carried.office, hello.facts, statement=statement, now=carried.arrived_at)
        if signed is not None:
            watch(connection, node, carried.office, signed, vouched=vouched, now=carried.arrived_at)
        leaf = enter(
            connection,
            node,
            act=Act(
                type="hello-taken",
                at=carried.arrived_at,
                actor=node.machine,
                peer=carried.office,
                members={"digest": statement.digest},
            ),
        )
        facts = own_facts(connection, node, now=carried.arrived_at, last_number=values.get("notice_number", 0))
        return {"leaf": leaf.hex(), "hello": facts, "speaks": node.settings.protocol}

    taken = await write_trusting(node, take)
    await keep_suspensions(node, [one.model_dump(mode="json") for one in sent.suspensions])
    return taken
