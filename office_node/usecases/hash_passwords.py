"""argon2id off the event loop, a few at a time and never an endless queue: a stranger can ask for it."""

from collections.abc import Callable
from typing import ClassVar, TypeVar

from office_node.domain import passwords
from office_node.errors import NodeError
from office_node.node import Node

T = TypeVar("T")
MOST_WAITING = 32
_SALT_OCTETS = 16


class HashingBusyError(NodeError):
    """Too many passwords wait to be hashed; nothing was looked at."""

    code: ClassVar[str] = "login-busy"


async def hash_password(node: Node, password: str) -> str:
    """What is kept of a new password. HashingBusyError."""
    salt = node.random(_SALT_OCTETS)
    return await _in_turn(node, lambda: passwords.hashed(password, salt=salt))


async def password_matches(node: Node, kept: str, password: str) -> bool:
    """Whether it is the one. HashingBusyError."""
    return await _in_turn(node, lambda: passwords.matches(kept, password))


async def _in_turn(node: Node, work: Callable[[], T]) -> T:
    """The runner has two threads for such work; this bounds who waits for them."""
    if node.hashing.waiting >= MOST_WAITING:
        raise HashingBusyError
    node.hashing.waiting += 1
    try:
        return await node.run.compute(work)
    finally:
        node.hashing.waiting -= 1
