"""Evidence of a refusal: a known member's in an entry of the log, a stranger's as a count per source and minute.

Whose key was revoked is still known: each of the first messages in a minute is an entry under the member's name, and
all are counted, so that a stolen key cannot fill the disk.
"""

from datetime import datetime
from functools import partial

from office_node.errors import JejakError, ReplayedError, RevokedKeyError, TooManyRequestsError
from office_node.node import Node
from office_node.store import nonces, strangers
from office_node.store.times import from_ms
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.limits import is_free
from office_node.usecases.record import Act, enter

COUNTED_ENTRIES = 10
"""So many refusals of one revoked key, or of one busy member, become an entry of their own in a minute."""


async def refuse_stranger(node: Node, error: JejakError, *, source: str) -> None:
    """Count a message that proves nothing about a member."""
    now = node.clock.now()
    await node.run.write(lambda connection: strangers.count(connection, source, rule=error.code, now=now))


async def refuse_member(node: Node, error: JejakError, *, carried: Carried, route: str) -> None:
    """Write down that a known member was refused, and why; its nonce is used up. Replays are only counted.

    What is refused counts against its rate like what is taken; above it, this too is counted and not entered.
    """

    def write(connection: Connection) -> None:
        early = partial(_is_early, connection, error, source=carried.office, at=carried.arrived_at)
        if is_free(connection, node, carried) or early():
            _refuse(connection, node, error, carried=carried, route=route)

    await node.run.write(write)


async def refuse_revoked(node: Node, error: RevokedKeyError, *, carried: Carried, route: str) -> None:
    """The same about a member whose key counts no more: counted under the key, the first of a minute entered too."""
    await _refuse_counted(node, error, source=carried.keyid, carried=carried, route=route)


async def refuse_busy(node: Node, error: TooManyRequestsError, *, carried: Carried, route: str) -> None:
    """The same about a member above its rate: counted under its name, the first of a minute entered too."""
    await _refuse_counted(node, error, source=carried.office, carried=carried, route=route)


async def _refuse_counted(node: Node, error: JejakError, *, source: str, carried: Carried, route: str) -> None:
    def write(connection: Connection) -> None:
        if _is_early(connection, error, source=source, at=carried.arrived_at):
            _refuse(connection, node, error, carried=carried, route=route)

    await node.run.write(write)


def _is_early(connection: Connection, error: JejakError, *, source: str, at: datetime) -> bool:
    """Count a refusal; whether it is one of the first of its minute."""
    return strangers.count(connection, source, rule=error.code, now=at) <= COUNTED_ENTRIES


def _refuse(connection: Connection, node: Node, error: JejakError, *, carried: Carried, route: str) -> None:
    fresh = nonces.remember(connection, carried.keyid, nonce=carried.nonce, expires_at=carried.nonce_until)
    if not fresh:
        strangers.count(connection, carried.office, rule=ReplayedError.code, now=carried.arrived_at)
        return
    act = Act(
        type="refusal",
        at=carried.arrived_at,
        actor=node.machine,
        peer=carried.office,
        members={"code": error.code, "route": route, "keyid": carried.keyid},
    )
    enter(connection, node, act=act)


async def log_strangers(node: Node) -> int:
    """Past minutes' counts become entries, one per source and minute; how many."""

    def write(connection: Connection) -> int:
        closed = strangers.take_closed(connection, now=node.clock.now())
        for minute, source, rule, count in closed:
            act = Act(
                type="strangers",
                at=from_ms(minute),
                actor=node.machine,
                members={"source": source, "rule": rule, "count": count},
            )
            enter(connection, node, act=act)
        return len(closed)

    return await node.run.write(write)


def nonce_until(expires: int) -> datetime:
    """How long a nonce is kept: 15 minutes past its signature's end and the tolerance.

    It follows from the message alone: whatever the clock says when the message comes once more, this stays the same.
    """
    return from_ms((expires + 120 + 900) * 1000)
