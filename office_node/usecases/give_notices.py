"""Giving a page of a feed: this office's own, or another's that is held here, with the newest hello of its issuer."""

from typing import Any

from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import feeds, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.admit import admit
from office_node.usecases.greet import make_hello
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting

PAGE = 60
"""Statements a page at most: about 3 KB each as JSON, below the cap of 256 KB."""


async def give_notices(node: Node, *, issuer: str, after: int, until: int | None, carried: Carried) -> dict[str, Any]:
    """NoticePage as JSON. The reading is evidence too."""

    def give(connection: Connection) -> dict[str, Any]:
        now = carried.arrived_at
        admit(connection, node, carried)
        held = notices.after(connection, issuer, number=after, until=until, limit=PAGE + 1)
        hello: Statement | None
        if issuer == node.office:
            hello = make_hello(connection, node, now=now)
        else:
            hello = feeds.hello_statement(connection, issuer)
        page = held[:PAGE]
        enter(
            connection,
            node,
            act=Act(
                type="notices-given",
                at=now,
                actor=node.machine,
                peer=carried.office,
                members={"of": issuer, "after": after, "count": len(page)},
            ),
        )
        return {
            "issuer": issuer,
            "notices": [one.statement.to_dict() for one in page],
            "hello": hello.to_dict() if hello else None,
            "next_after": page[-1].number if len(held) > PAGE else None,
        }

    return await write_trusting(node, give)
