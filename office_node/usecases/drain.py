"""An outbox goes out by one errand per office: a slow one keeps only what is owed to itself waiting (docs/adr/0019).

Where much is owed, as after a day's outage, each sender keeps to its share, so that all of them do not fall upon the
office that is back.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from office_node.domain.backoff import share_s
from office_node.node import Node
from office_node.store.transactions import Connection

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Send = Callable[[Node, T], Coroutine[Any, Any, None]]

AT_ONCE = 8
"""Messages under way to one office; a claim lasts as long as they can."""


class Claim(Protocol[T_co]):
    """How an outbox hands out what is due."""

    def __call__(self, connection: Connection, *, node: Node, office: str, now: datetime) -> Sequence[T_co]:
        """At most `AT_ONCE` of what is due to one office; it is the caller's for a while."""


async def drain(
    node: Node, name: str, *, due_offices: Callable[..., list[str]], claim: Claim[T], send: Send[T]
) -> None:
    """Start an errand for every office to which something is due, unless one is under way."""
    for office in await node.run.read(partial(due_offices, now=node.clock.now())):
        node.errands.start_once(f"{name} {office}", partial(_drain_one, node, name, office, claim, send))


async def _drain_one(node: Node, name: str, office: str, claim: Claim[T], send: Send[T]) -> None:
    while True:
        due = await node.run.write(partial(claim, node=node, office=office, now=node.clock.now()))
        await node.errands.together(name, (partial(send, node, one) for one in due))
        if len(due) < AT_ONCE:
            return
        jitter = int.from_bytes(node.random(2), "big") / 2**16
        pause = share_s(AT_ONCE, members=len(node.roster.current().roster.members))
        await node.clock.sleep(pause * (0.8 + 0.4 * jitter))
