"""Who a person was before her data were corrected: for 90 days she is found by those values as well.

So a correction cannot be used to walk away from a trace, and a wrong one loses nobody. Each identity counts for itself;
a case has at most three at a time, as many as its notice names.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.domain.person_keys import PersonKeys, token_set
from office_node.node import Node
from office_node.store import case_former
from office_node.store.transactions import Connection
from office_node.usecases.refusals import DecisionInvalidError
from shared_schemas.base import rfc3339
from shared_schemas.person import Person
from shared_schemas.trace import MAX_FORMER

KEPT = timedelta(days=90)
_SEALED = "case_former"
_NONCE_BYTES = 16


@dataclass(frozen=True)
class Former:
    """A former identity, unsealed, and until when it counts."""

    person: Person
    keys: PersonKeys
    until: datetime


def keep_former(connection: Connection, node: Node, case_ref: str, *, was: Former, request: str, now: datetime) -> None:
    """She was this before the request was granted. DecisionInvalidError if there are as many as can be told."""
    if len(case_former.live(connection, case_ref, now=now)) >= MAX_FORMER:
        raise DecisionInvalidError("too-many-corrections")
    plain = {"person": was.person.model_dump(mode="json"), "keys": was.keys.to_json()}
    sealed = node.sealer.seal(_SEALED, request, json.dumps(plain).encode())
    case_former.put(connection, case_former.StoredFormer(request, case_ref, was.until, sealed))


def formers_of(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> list[Former]:
    """Everybody she was, while that counts; the newest first."""
    return [_open(node, row) for row in case_former.live(connection, case_ref, now=now)]


def told_before(
    connection: Connection, node: Node, case_ref: str, *, revision: int, until: datetime | None, now: datetime
) -> list[dict[str, object]]:
    """The member `before` of a notice: former tokens, each under the newest epoch that they were stretched for."""
    if until is None:
        return []
    live = [epoch.id for epoch in node.roster.current().live_epochs() if epoch.id in node.roster.epoch_keys]
    told: list[dict[str, object]] = []
    for former in formers_of(connection, node, case_ref, now=now):
        known = [epoch for epoch in live if epoch in former.keys.stretched]
        if not known or not former.keys.index:
            continue
        tokens = token_set(
            former.keys, epoch=known[-1], epoch_key=node.roster.epoch_keys[known[-1]], nonce=node.random(_NONCE_BYTES),
            case=bytes.fromhex(case_ref), revision=revision,
        )  # fmt: skip
        told.append({"tokens": tokens.model_dump(mode="json"), "until": rfc3339(min(former.until, until))})
    return told


def _open(node: Node, row: case_former.StoredFormer) -> Former:
    plain = json.loads(node.sealer.unseal(_SEALED, row.request, row.sealed))
    return Former(Person.model_validate(plain["person"]), PersonKeys.from_json(plain["keys"]), row.until)
