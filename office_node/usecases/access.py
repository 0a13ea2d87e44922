"""Who calls the office API: an office system by its opaque key, naming officer and role with each call."""

import hashlib

from office_node.node import Node
from office_node.store import access_keys
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AccessDeniedError
from shared_schemas.statement import Actor, Role

_PREFIX = "jejak_"
_KEY_BYTES = 32


def hash_of(secret: str) -> bytes:
    """What is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


async def make_access_key(node: Node, *, label: str, roles: tuple[str, ...]) -> tuple[str, str]:
    """(id, secret) of a new key for an office system; the secret is shown once."""
    key_id, secret = node.new_ref(), _PREFIX + node.random(_KEY_BYTES).hex()
    key = access_keys.AccessKey(key_id, label, roles)
    await node.run.write(
        lambda connection: access_keys.add(connection, key, hashed=hash_of(secret), now=node.clock.now())
    )
    return key_id, secret


async def find_key(node: Node, secret: str) -> access_keys.AccessKey:
    """The key in force with this secret. AccessDeniedError."""
    key = await node.run.read(lambda connection: access_keys.find(connection, hash_of(secret)))
    if key is None:
        raise AccessDeniedError
    return key


def may_act(key: access_keys.AccessKey, role: Role) -> None:
    """AccessDeniedError if this key says nothing of officers in that role."""
    if role not in key.roles:
        raise AccessDeniedError


async def refuse_role(node: Node, officer: Actor, *, route: str) -> None:
    """Write down that an officer asked for what her role may not do."""
    act = Act("role-refused", node.clock.now(), officer, {"route": route})

    def write(connection: Connection) -> None:
        enter(connection, node, act=act)

    await node.run.write(write)


def acting(node: Node, key: access_keys.AccessKey, *, role: Role, officer: str) -> Actor:
    """The officer whom an office system names, in a role that its key may act in. AccessDeniedError.

    A session names nobody but its own officer.
    """
    may_act(key, role)
    if key.officer not in (None, officer):
        raise AccessDeniedError
    return Actor(office=node.office, role=role, officer=officer)
