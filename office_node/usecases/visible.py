"""Own rows that peers may know of, and what another office's tokens say of them.

Only a case whose notice is live counts. Cleared and issued cases never answer; that a case is flagged is never said.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from office_node.domain.agreement import Agreement, TheirTokens, agree
from office_node.domain.person_keys import PersonKeys
from office_node.domain.tokenscore import hit_rule
from office_node.node import Node
from office_node.store import cases, notices
from office_node.store.transactions import Connection
from office_node.usecases.former_identity import formers_of
from shared_schemas.person import Person


@dataclass(frozen=True)
class OwnCase:
    """One own case, unsealed."""

    row: cases.OfficeCase
    person: Person
    application_no: str
    keys: PersonKeys


def seal_case(node: Node, *, ref: str, person: Person, application_no: str, keys: PersonKeys) -> bytes:
    """Person, number and keys of a case as one sealed blob."""
    plain = {
        "person": person.model_dump(mode="json"),
        "application_no": application_no,
        "keys": keys.to_json(),
    }
    return node.sealer.seal("office_case", ref, json.dumps(plain).encode())


def open_case(node: Node, row: cases.OfficeCase) -> OwnCase:
    """Back from `seal_case`."""
    plain = json.loads(node.sealer.unseal("office_case", row.ref, row.sealed))
    return OwnCase(
        row=row,
        person=Person.model_validate(plain["person"]),
        application_no=plain["application_no"],
        keys=PersonKeys.from_json(plain["keys"]),
    )


def by_case(postings: Iterable[notices.Posting]) -> Mapping[tuple[str, str], notices.Posting]:
    """One posting per (issuer, case)."""
    return {(posting.issuer, posting.case_ref): posting for posting in postings}


@dataclass(frozen=True)
class OwnHit:
    """An own row that meets the rule for a hit."""

    case: OwnCase
    agreement: Agreement


def own_hits(
    connection: Connection, node: Node, *, case_refs: list[str], theirs: TheirTokens, now: datetime
) -> list[OwnHit]:
    """The own cases among these that meet the rule for a hit (`docs/protocol.md` section 8, "The rule for a hit").

    A case whose person was corrected is found by each identity.
    """
    found: list[OwnHit] = []
    rows = notices.size(connection)
    for row in cases.by_refs(connection, case_refs):
        case, formers = open_case(node, row), formers_of(connection, node, row.ref, now=now)
        for keys in (case.keys, *(former.keys for former in formers)):
            agreement = agree(keys, theirs, epoch_keys=node.roster.epoch_keys)
            verdict = hit_rule(
                agreement.index_kinds, agreement.field_kinds, compared_field_kinds=agreement.compared_fields, rows=rows
            )
            if verdict.hit:
                found.append(OwnHit(case, agreement))
                break
    return found
