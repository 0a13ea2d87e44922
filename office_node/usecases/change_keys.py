"""A new storage or local key takes the place of an old one while the node works.

The database says which keys its rows may be under, the last of them the one that is written under. A node that starts
to serve takes the newest up; then, a page at a time, all rows move to it, and the old ones are named no more. Until
then both are needed: values open under either, and own cases are looked up under either. It goes on after any kill.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from office_node.errors import KeyMissingError
from office_node.keyring import Purpose
from office_node.node import Node
from office_node.store import cases, leases, meta, resealing
from office_node.store.resealing import SEALED, Sealed
from office_node.store.transactions import Connection
from office_node.usecases.own_tokens import case_tokens
from office_node.usecases.pattern_tokens import keep_phones
from office_node.usecases.visible import OwnCase, open_case

CHANGED: tuple[Purpose, ...] = ("storage", "local")
_DUTY = "change-keys"
_DUTY_S = 120.0
_PAGE = 200
_CASES = 50
PAUSE_S = 0.05
"""Between two pages, so that officers and peers notice nothing."""


def choose_keys(connection: Connection, *, node: Node, newest: bool) -> None:
    """Take up the keys that this database is written under. KeyMissingError if one is missing that rows may need."""
    for purpose in CHANGED:
        here = list(node.keys.keys[purpose])
        named = in_use(connection, purpose) or here
        if missing := [keyid for keyid in named if keyid not in here]:
            raise KeyMissingError(f"{purpose} {missing[0]}")
        if newest and named[-1] != here[-1]:
            named = [*(keyid for keyid in named if keyid != here[-1]), here[-1]]
        meta.put(connection, _name(purpose), value=" ".join(named))
        node.using[purpose] = named[-1]
    node.sealer.use(node.using["storage"])


def in_use(connection: Connection, purpose: Purpose) -> list[str]:
    """The keys that rows may be under, the one that is written under last; empty before the first start."""
    return (meta.get(connection, _name(purpose)) or "").split()


async def change_keys(node: Node) -> int:
    """Move what is under older keys to the newest; how many rows were. Costs two look-ups when there is nothing."""
    moved = 0
    works: tuple[tuple[Purpose, Callable[[Node], Awaitable[int | None]]], ...] = (
        ("storage", _reseal),
        ("local", _retoken),
    )
    for purpose, work in works:
        named = await node.run.read(partial(in_use, purpose=purpose))
        if len(named) > 1:
            done = await work(node)
            if done is None:  # another process has the duty
                return moved
            moved += done
            await node.run.write(partial(_ended, node=node, purpose=purpose))
    return moved


async def left_to_move(node: Node) -> int:
    """How many sealed values are still under an older storage key."""

    def count(connection: Connection) -> int:
        return sum(resealing.left(connection, one, sealer=node.sealer) for one in SEALED)

    return await node.run.read(count)


def _ended(connection: Connection, *, node: Node, purpose: Purpose) -> None:
    """Only the newest is named from now on, unless a row was sealed under an older one meanwhile."""
    if purpose == "storage" and any(resealing.left(connection, one, sealer=node.sealer) for one in SEALED):
        return
    meta.put(connection, _name(purpose), value=node.using[purpose])


async def _reseal(node: Node) -> int | None:
    moved = 0
    for one in SEALED:
        after: tuple[Any, ...] | None = None
        while True:
            page = await node.run.write(partial(_reseal_page, node=node, sealed=one, after=after))
            if page is None:
                return None
            moved += page[0]
            if page[1] is None:
                break
            after = page[1]
            await node.clock.sleep(PAUSE_S)
    return moved


def _reseal_page(
    connection: Connection, *, node: Node, sealed: Sealed, after: tuple[Any, ...] | None
) -> tuple[int, tuple[Any, ...] | None] | None:
    if not _on_duty(connection, node):
        return None
    return resealing.move(connection, sealed, sealer=node.sealer, after=after, limit=_PAGE)


async def _retoken(node: Node) -> int | None:
    moved, after = 0, ""
    while True:
        page = await node.run.write(partial(_retoken_page, node=node, after=after))
        if page is None:
            return None
        if not page:
            return moved
        moved, after = moved + len(page), page[-1]
        await node.clock.sleep(PAUSE_S)


def _retoken_page(connection: Connection, *, node: Node, after: str) -> list[str] | None:
    if not _on_duty(connection, node):
        return None
    page = cases.refs(connection, after=after, limit=_CASES)
    for row in cases.by_refs(connection, page):
        case = open_case(node, row)
        held = cases.tokens_of(connection, row.ref)
        keep_phones(connection, node, case_ref=row.ref, person=case.person, at=row.filed_at)
        cases.retoken(connection, row.ref, local_tokens=_tokens(node, case, held=held))
    return page


def _tokens(node: Node, case: OwnCase, *, held: set[int]) -> list[int]:
    return case_tokens(node, case.person, application_no=case.application_no, held=held)


def _on_duty(connection: Connection, node: Node) -> bool:
    now = node.clock.now()
    return leases.take(connection, _DUTY, holder=node.process, now=now, until=now + timedelta(seconds=_DUTY_S))


def _name(purpose: Purpose) -> str:
    return f"{purpose}_keys"
