"""The second officer's signature on a decision: proved with her own password and code, where people log in here.

An office system names her, as it names the first one, in a role that its key may act in; it answers for both. A
session stands for one person, so it cannot name another: she has to prove herself (docs/adr/0028).
"""

from datetime import datetime
from typing import Any, NamedTuple

from office_node.domain.browsers import kept_of
from office_node.store import officer_sessions, officers
from office_node.store.access_keys import AccessKey
from office_node.store.transactions import Connection
from office_node.usecases.access import may_act
from office_node.usecases.account_refusals import ProofRefusedError
from office_node.usecases.refusals import DecisionInvalidError, SameOfficerError
from shared_schemas.accounts import ProvedAct
from shared_schemas.office import SecondOfficer
from shared_schemas.statement import Actor

SECOND_ROLES = frozenset({"supervisor", "inteldakim", "kakanim"})


def check_second(second: SecondOfficer, *, officer: Actor) -> None:
    """SameOfficerError, DecisionInvalidError unless she may sign with this officer."""
    if second.officer == officer.officer:
        raise SameOfficerError
    if second.role not in SECOND_ROLES:
        raise DecisionInvalidError("second-officer-role")


class Signed(NamedTuple):
    """What she signs: of which case, what, and the step or the request that she saw; nothing of a clearance."""

    case_ref: str
    act: ProvedAct
    subject: str = ""


def sign_second(
    connection: Connection, key: AccessKey, second: SecondOfficer, *, signed: Signed, now: datetime
) -> dict[str, Any]:
    """What the entry says of her; a proof is used up with that. AccessDeniedError, ProofRefusedError."""
    told = {"role": second.role, "officer": second.officer}
    if key.officer is None:
        may_act(key, second.role)
        return told
    _use_proof(connection, second, signed=signed, first=key.officer, now=now)
    return told | {"proved": True}


def _use_proof(connection: Connection, second: SecondOfficer, *, signed: Signed, first: str, now: datetime) -> None:
    proof = None if second.proof is None else officer_sessions.use_proof(connection, kept_of(second.proof))
    if proof is None or proof.expires_at <= now:
        raise ProofRefusedError
    if (proof.officer, proof.role) != (second.officer, second.role):
        raise ProofRefusedError
    if (proof.case_ref, proof.act, proof.subject) != signed or proof.first != first:
        raise ProofRefusedError
    account = officers.get(connection, proof.officer)
    if account is None or account.state != "active" or account.version != proof.version:
        raise ProofRefusedError
