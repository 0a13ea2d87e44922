"""Giving a page of a feed: this office's own, or another's that is held here, with the newest hello of its issuer.

A page ends before the cap on its bytes, whatever its notices weigh: a reader takes no more. A hello of one's own names
all that is in force, so it is made once, for the last page.
"""

from typing import Any

from office_node.node import Node
from office_node.peers.client import MAX_PAGE
from office_node.signing.statements import Statement
from office_node.store import feeds, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.admit import admit
from office_node.usecases.greet import make_hello
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting

PAGE = 60
"""Statements a page at most."""
_ROOM = MAX_PAGE - 1024
_AROUND = 512
"""Bytes at most around a payload in an envelope: type, key id, signature."""


def _size(statement: Statement | None) -> int:
    """Bytes of an envelope as JSON, rather too many."""
    return 0 if statement is None else 4 * (len(statement.payload) // 3 + 1) + _AROUND


def _page(held: list[notices.StoredNotice], *, hello: Statement | None) -> list[notices.StoredNotice]:
    """As many of them, from the first, as fit below the cap; one always does, as payloads have a cap of their own."""
    page, room = held[:1], _ROOM - _size(hello)
    room -= sum(_size(one.statement) for one in page)
    for one in held[1:PAGE]:
        room -= _size(one.statement)
        if room < 0:
            break
        page.append(one)
    return page


async def give_notices(node: Node, *, issuer: str, after: int, until: int | None, carried: Carried) -> dict[str, Any]:
    """NoticePage as JSON. The reading is evidence too."""

    def give(connection: Connection) -> dict[str, Any]:
        now = carried.arrived_at
        admit(connection, node, carried)
        held = notices.after(connection, issuer, number=after, until=until, limit=PAGE + 1)
        hello = None if issuer == node.office else feeds.hello_statement(connection, issuer)
        page = _page(held, hello=hello)
        if issuer == node.office and len(page) == len(held):
            hello = make_hello(connection, node, now=now)
            page = _page(held, hello=hello)  # with a large hello the last of it may need one page more
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
            "next_after": page[-1].number if len(page) < len(held) else None,
        }

    return await write_trusting(node, give)
