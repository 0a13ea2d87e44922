"""No case is asked about, decided or shown with keys that lack a live epoch or kind.

Rows filed since an epoch opened carry its tokens only: whoever asks without them is told *no hit* by everybody.
Stretching is slow, so it is done before the transaction, off the event loop; the transaction checks that it was enough.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

from office_node.domain.person_keys import NO_KEYS, PersonKeys, renewed, up_to_date
from office_node.errors import NodeError
from office_node.node import Node
from office_node.node_roster import TrustChangedError
from office_node.store import cases
from office_node.store.transactions import Connection
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import OwnCase, open_case, seal_case
from shared_schemas.person import Person

T = TypeVar("T")
_TRIES = 5


class KeysBehindError(NodeError):
    """The keys of this case lack a live epoch or kind: stretch them and run again."""

    code: ClassVar[str] = "keys-behind"

    def __init__(self, case_ref: str) -> None:
        super().__init__()
        self.case_ref = case_ref


async def stretch_person(node: Node, person: Person, *, known: PersonKeys = NO_KEYS) -> PersonKeys:
    """The person's keys under every epoch held, computed off the event loop; `known` ones are not stretched again."""
    roster = node.roster.current().roster
    epochs = dict(node.roster.epoch_keys)
    kinds, n = frozenset(roster.kinds), roster.stretch.n
    return await node.run.compute(lambda: renewed(known, person, epochs=epochs, kinds=kinds, n=n))


async def write_stretched(node: Node, person: Person, function: Callable[[Connection, PersonKeys], T]) -> T:
    """Like `write_trusting`, with the person's keys made before."""

    def checked(connection: Connection, keys: PersonKeys) -> T:
        node.roster.check(connection)
        _check(node, keys, person=person, case_ref="")
        return function(connection, keys)

    keys = NO_KEYS
    for _ in range(_TRIES):
        keys = await stretch_person(node, person, known=keys)
        try:
            return await write_trusting(node, partial(checked, keys=keys))
        except KeysBehindError:
            continue
    raise TrustChangedError


async def write_renewed(node: Node, function: Callable[[Connection], T]) -> T:
    """Like `write_trusting`; a case that `open_renewed` finds behind is renewed, then all runs again."""
    for _ in range(_TRIES):
        try:
            return await write_trusting(node, function)
        except KeysBehindError as error:
            await renew_case(node, error.case_ref)
    raise TrustChangedError


def open_renewed(node: Node, row: cases.OfficeCase) -> OwnCase:
    """The case, unsealed; KeysBehindError if its keys lack a live epoch or kind."""
    case = open_case(node, row)
    _check(node, case.keys, person=case.person, case_ref=row.ref)
    return case


async def renew_case(node: Node, case_ref: str) -> bool:
    """Stretch what the case's keys lack and seal them again; False if nothing was lacking."""
    row = await node.run.read(lambda connection: cases.get(connection, case_ref))
    if row is None:
        return False
    case = open_case(node, row)
    if _is_renewed(node, case.keys, person=case.person):
        return False
    keys = await stretch_person(node, case.person, known=case.keys)
    sealed = seal_case(node, ref=case_ref, person=case.person, application_no=case.application_no, keys=keys)
    return await node.run.write(lambda connection: cases.reseal(connection, case_ref, before=row.sealed, sealed=sealed))


def _is_renewed(node: Node, keys: PersonKeys, *, person: Person) -> bool:
    kinds = frozenset(node.roster.current().roster.kinds)
    return up_to_date(keys, person, epochs=node.roster.epoch_keys.keys(), kinds=kinds)


def _check(node: Node, keys: PersonKeys, *, person: Person, case_ref: str) -> None:
    if not _is_renewed(node, keys, person=person):
        raise KeysBehindError(case_ref)
