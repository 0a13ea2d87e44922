"""A notice arrives, from its issuer or through a third office: the trace is kept, the highest revision wins.

What its issuer has ended does not come back through somebody who missed the end (`is_over`).
"""

from datetime import datetime
from typing import Any

from office_node.domain.agreement import posting_tokens
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import feeds, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried, read_body, to_statement
from office_node.usecases.admit import admit
from office_node.usecases.greet import own_facts
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting
from shared_schemas.trace import Notice, NoticeSent


def keep_trace(connection: Connection, notice: Notice, statement: Statement, *, now: datetime) -> bool:
    """Store the statement with one posting per index token; False if it is not newer than what is held."""
    return notices.put(
        connection,
        notices.NewNotice(
            issuer=notice.issuer,
            case_ref=notice.case,
            revision=notice.revision,
            number=notice.number,
            generation=notice.generation,
            standing=notice.standing,
            reason_group=notice.reason_group,
            until=notice.until,
            lapses_at=notice.lapses_at,
            arrived_at=now,
            keyid=statement.keyid,
            signature=statement.signature,
            payload=statement.payload,
        ),
        tokens=posting_tokens(notice.tokens.index if notice.tokens else ()),
        former=[(posting_tokens(one.tokens.index), one.until) for one in notice.before],
    )


def is_over(connection: Connection, issuer: str, *, case_ref: str, number: int) -> bool:
    """Whether a notice is known to be in force no more: its number is accounted for, and its case is not held.

    A later revision was held until its time was over, or the issuer itself has said that the number is not live.
    """
    if notices.get(connection, issuer, case_ref=case_ref) is not None:
        return False
    return feeds.is_accounted(connection, issuer, number=number)


async def take_notice(node: Node, sent: NoticeSent, *, carried: Carried) -> dict[str, Any]:
    """Commit a notice pushed by its issuer; the acknowledgement with the leaf of this node's entry."""
    statement = to_statement(sent.notice)
    notice = read_body(node, statement, model=Notice, issuer=carried.office, now=carried.arrived_at)

    def take(connection: Connection) -> dict[str, Any]:
        values = admit(connection, node, carried)
        keep_trace(connection, notice, statement, now=carried.arrived_at)
        feeds.account(connection, carried.office, numbers=[notice.number, *notice.replaces])
        leaf = enter(
            connection,
            node,
            act=Act(
                type="notice-taken",
                at=carried.arrived_at,
                actor=node.machine,
                peer=carried.office,
                members={
                    "digest": statement.digest,
                    "case": notice.case,
                    "revision": notice.revision,
                    "number": notice.number,
                },
            ),
        )
        facts = own_facts(connection, node, now=carried.arrived_at, last_number=values.get("notice_number", 0))
        return {"leaf": leaf.hex(), "hello": facts}

    return await write_trusting(node, take)


def take_pulled(connection: Connection, node: Node, *, envelopes: list[Statement], via: str, now: datetime) -> int:
    """Keep statements pulled from any peer, each verified by its own issuer's key; how many were newer.

    A statement that does not verify raises StatementError: a peer that forges a third office's trace is not believed.
    One from a stolen key is passed over: the peer may not have heard of it yet.
    """
    newer = 0
    stolen = node.roster.current().compromised_since
    for statement in envelopes:
        if statement.keyid.partition("/")[0] in stolen:
            continue
        notice = read_body(node, statement, model=Notice, issuer=None, now=now)
        if notice.issuer == node.office or is_over(
            connection, notice.issuer, case_ref=notice.case, number=notice.number
        ):
            continue
        if keep_trace(connection, notice, statement, now=now):
            newer += 1
            enter(
                connection,
                node,
                act=Act(
                    type="notice-pulled",
                    at=now,
                    actor=node.machine,
                    peer=via,
                    members={
                        "digest": statement.digest,
                        "of": notice.issuer,
                        "case": notice.case,
                        "revision": notice.revision,
                        "number": notice.number,
                    },
                ),
            )
        feeds.account(connection, notice.issuer, numbers=[notice.number, *notice.replaces])
    return newer
