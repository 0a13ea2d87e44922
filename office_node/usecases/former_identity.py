"""Who a person was before her data were corrected: for 90 days she is found by the old values as well.

So a correction cannot be used to walk away from a trace, and a wrong one loses nobody. The newest correction counts; of
two within 90 days the earlier identity is not kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.domain.person_keys import PersonKeys, token_set
from office_node.node import Node
from office_node.store import case_former
from office_node.store.transactions import Connection
from shared_schemas.base import rfc3339
from shared_schemas.person import Person

KEPT = timedelta(days=90)
_SEALED = "case_former"
_NONCE_BYTES = 16


@dataclass(frozen=True)
class Former:
    """A former identity, unsealed, and until when it counts."""

    person: Person
    keys: PersonKeys
    until: datetime


def keep_former(
    connection: Connection, node: Node, case_ref: str, *, person: Person, keys: PersonKeys, now: datetime
) -> None:
    """From now on this is who she was."""
    plain = {"person": person.model_dump(mode="json"), "keys": keys.to_json()}
    sealed = node.sealer.seal(_SEALED, case_ref, json.dumps(plain).encode())
    case_former.put(connection, case_former.StoredFormer(case_ref, now + KEPT, sealed))


def former_of(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> Former | None:
    """Who she was, while that counts."""
    row = case_former.get(connection, case_ref, now=now)
    if row is None:
        return None
    plain = json.loads(node.sealer.unseal(_SEALED, case_ref, row.sealed))
    return Former(Person.model_validate(plain["person"]), PersonKeys.from_json(plain["keys"]), row.until)


def told_before(
    connection: Connection, node: Node, case_ref: str, *, revision: int, until: datetime | None, now: datetime
) -> dict[str, object] | None:
    """The member `before` of a notice: her former tokens, under the newest epoch that they were stretched for."""
    former = former_of(connection, node, case_ref, now=now)
    if former is None or until is None:
        return None
    live = [epoch.id for epoch in node.roster.current().live_epochs() if epoch.id in former.keys.stretched]
    known = [epoch for epoch in live if epoch in node.roster.epoch_keys]
    if not known or not former.keys.index:
        return None
    tokens = token_set(
        former.keys, epoch=known[-1], epoch_key=node.roster.epoch_keys[known[-1]], nonce=node.random(_NONCE_BYTES),
        case=bytes.fromhex(case_ref), revision=revision,
    )  # fmt: skip
    return {"tokens": tokens.model_dump(mode="json"), "until": rfc3339(min(former.until, until))}
