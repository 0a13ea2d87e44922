"""A second officer proves that she is there: own password, own code, one case, one act
and what it is of, one first officer, once.

She does it at the desk of the officer who decides, or in a session of her own for the officer whom she names.
"""

from datetime import datetime, timedelta

from office_node.domain.browsers import SECRET_OCTETS, kept_of
from office_node.node import Node
from office_node.store import officer_sessions
from office_node.store.officer_sessions import OfficerProof
from office_node.store.officers import Account
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import ProofRefusedError, RoleNotAllowedError
from office_node.usecases.officer_sessions import Present
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import SameOfficerError
from office_node.usecases.second_signature import SECOND_ROLES
from office_node.usecases.verify_officer import Claim, verify_officer
from shared_schemas.accounts import Proof, ProveOfficer
from shared_schemas.statement import Actor

GOOD_FOR = timedelta(minutes=5)


async def prove_officer(node: Node, present: Present, asked: ProveOfficer, *, source: str) -> Proof:
    """A reference to hand in with the decision. Refusals of a log-in; RoleNotAllowedError, SameOfficerError."""
    claim = Claim(asked.officer, asked.password.get_secret_value(), asked.code.get_secret_value(), source)
    secret = node.random(SECRET_OCTETS).hex()
    first = asked.first or present.officer

    def prove(connection: Connection, account: Account, now: datetime) -> Proof | Exception:
        refusal = _refusal(present, account, asked, first=first)
        if refusal is not None:
            return refusal  # committed: her code stays used up
        proof = OfficerProof(
            account.officer,
            account.version,
            asked.role,
            asked.case,
            asked.act,
            asked.of or "",
            first,
            expires_at=now + GOOD_FOR,
        )
        officer_sessions.keep_proof(connection, kept_of(secret), proof=proof)
        actor = Actor(office=node.office, role=asked.role, officer=account.officer)
        members = {"case": asked.case, "act": asked.act, "of": asked.of, "first": first}
        enter(connection, node, act=Act("officer-proved", now, actor, members, case_ref=asked.case))
        return Proof(proof=secret, officer=account.officer, role=asked.role, expires_at=proof.expires_at)

    result = await verify_officer(node, claim, factor="needed", then=prove)
    if isinstance(result, Exception):
        raise result
    return result


def _refusal(present: Present, account: Account, asked: ProveOfficer, *, first: str) -> Exception | None:
    if account.officer == first:
        return SameOfficerError()
    if present.officer not in (first, account.officer) or account.must_change:
        return ProofRefusedError()
    if asked.role not in account.roles or asked.role not in SECOND_ROLES:
        return RoleNotAllowedError()
    return None
