"""The tokens by which an office finds its own cases, under its local key: kept under one key, looked up under all.

While a new local key replaces an old one (`change_keys`), a case is found by whichever of them its row has.
"""

from collections.abc import Collection

from office_node.domain.blocking import local_keys
from office_node.domain.profile import profile
from office_node.domain.record import record_of
from office_node.domain.tokens import local_token
from office_node.node import Node
from shared_schemas.person import Person

OWN, REGISTER, APPLICATION = "own/1", "register/1", "application/1"


def own_tokens(node: Node, person: Person) -> list[int]:
    """What a case is kept under, as signed 64-bit integers."""
    return _tokens(node.local_key, person)


def case_tokens(node: Node, person: Person, *, application_no: str, held: Collection[int] = ()) -> list[int]:
    """Everything that a case is kept under: what it has of a register (`held`) stays."""
    register = [register_token(node, application_no)] if set(held) & set(register_tokens(node, application_no)) else []
    return [*own_tokens(node, person), signed_token(node.local_key, APPLICATION, application_no), *register]


def application_tokens(node: Node, application_no: str) -> list[int]:
    """What cases with this application number are looked for by, under every local key that is here."""
    return [signed_token(key, APPLICATION, application_no) for key in node.keys.keys["local"].values()]


def looked_up(node: Node, person: Person) -> list[int]:
    """What a case is looked for by: under every local key that is here."""
    return [token for key in node.keys.keys["local"].values() for token in _tokens(key, person)]


def register_token(node: Node, application_no: str) -> int:
    """What a row of an imported register is known by."""
    return signed_token(node.local_key, REGISTER, application_no)


def register_tokens(node: Node, application_no: str) -> list[int]:
    """The same, under every local key that is here."""
    return [signed_token(key, REGISTER, application_no) for key in node.keys.keys["local"].values()]


def signed_token(key: bytes, kind: str, value: str) -> int:
    """One token as the database keeps it."""
    return int.from_bytes(local_token(key, kind, value=value), "big", signed=True)


def _tokens(key: bytes, person: Person) -> list[int]:
    values = local_keys(profile(record_of(person)))
    return list(dict.fromkeys(signed_token(key, OWN, value) for value in values))
