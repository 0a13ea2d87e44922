"""Evidence of a partner's refusal: the first of a minute are entries of the log, all are counted.

What does not prove that the partner really sent it is counted like any stranger's message, under its source.
"""

from collections.abc import Sequence

from office_node.errors import AssertionRefusedError, JejakError, PartnerUnknownError
from office_node.node import Node
from office_node.signing.partner_tokens import UNPROVED, Asserted, Once, Proved
from office_node.store import nonces, strangers
from office_node.store.times import from_ms
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.refuse import COUNTED_ENTRIES

_PAST_S = 900
"""So much longer than a message could count it is remembered, whatever clocks do (design: 15 minutes at least)."""


def once(connection: Connection, holder: str, seen: Once) -> bool:
    """Remember it; False if it came before."""
    until = from_ms((seen.expires + _PAST_S) * 1000)
    return nonces.remember(connection, holder, nonce=seen.digest, expires_at=until)


def assertion_once(connection: Connection, asserted: Asserted) -> bool:
    """Remember an assertion; False if it came before."""
    return once(connection, f"assertion {asserted.client}", asserted.once)


def proof_once(connection: Connection, proved: Proved) -> bool:
    """Remember a proof; False if it came before."""
    return once(connection, f"dpop {proved.jkt}", proved.once)


def is_proved(error: JejakError) -> bool:
    """Whether the partner that is named has really sent what is refused."""
    unproved = isinstance(error, AssertionRefusedError) and error.rule in UNPROVED
    return not unproved and not isinstance(error, PartnerUnknownError)


async def refuse_partner(
    node: Node, error: JejakError, *, partner: str, route: str, used: Sequence[Asserted | Proved] = ()
) -> None:
    """Write down that a known partner was refused, and why; what it was refused for is used up."""
    now = node.clock.now()

    def write(connection: Connection) -> None:
        for one in used:
            _use_up(connection, one)
        if strangers.count(connection, partner, rule=error.code, now=now) <= COUNTED_ENTRIES:
            members = {"code": error.code, "route": route, "rule": getattr(error, "rule", None)}
            enter(connection, node, act=Act("partner-refused", now, node.machine, members, peer=partner))

    await node.run.write(write)


def _use_up(connection: Connection, one: Asserted | Proved) -> None:
    if isinstance(one, Asserted):
        assertion_once(connection, one)
    else:
        proof_once(connection, one)
