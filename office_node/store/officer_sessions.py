"""Sessions of officers, and the proofs of second officers: found by a hash, gone when their time is over."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms
from shared_schemas.accounts import Method, ProvedAct
from shared_schemas.statement import Role

_ADD = HotStatement(
    "INSERT INTO officer_session (hash, officer, version, method, roles, started_at, seen_at, ends_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_FIND = HotStatement(
    "SELECT officer, version, method, roles, started_at, seen_at, ends_at FROM officer_session WHERE hash = ?"
)
_SEEN = HotStatement("UPDATE officer_session SET seen_at = ? WHERE hash = ? AND seen_at < ?")
_END = HotStatement("DELETE FROM officer_session WHERE hash = ?")
_END_ALL = HotStatement("DELETE FROM officer_session WHERE officer = ?")
_END_EVERYBODYS = (HotStatement("DELETE FROM officer_session"), HotStatement("DELETE FROM officer_proof"))
_FORGET = HotStatement("DELETE FROM officer_session WHERE ends_at <= ? OR seen_at <= ?")
_PROVE = HotStatement(
    "INSERT INTO officer_proof (hash, officer, version, role, case_ref, act, subject, first, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_USE = HotStatement(
    "DELETE FROM officer_proof WHERE hash = ?"
    " RETURNING officer, version, role, case_ref, act, subject, first, expires_at"
)
_UNPROVE = HotStatement("DELETE FROM officer_proof WHERE officer = ?")
_FORGET_PROOFS = HotStatement("DELETE FROM officer_proof WHERE expires_at <= ?")


@dataclass(frozen=True, slots=True)
class OfficerSession:
    """A session as it is kept."""

    officer: str
    version: int
    method: Method
    roles: tuple[Role, ...]
    started_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OfficerProof:
    """What a second officer has signed, and until when it can be used. `subject`: the step, the request, or empty."""

    officer: str
    version: int
    role: Role
    case_ref: str
    act: ProvedAct
    subject: str
    first: str
    expires_at: datetime


def add(connection: Connection, hashed: bytes, *, session: OfficerSession) -> None:
    """Keep a session under the hash of its id."""
    _ADD.run(
        connection,
        (
            hashed, session.officer, session.version, session.method, json.dumps(session.roles),
            to_ms(session.started_at), to_ms(session.seen_at), to_ms(session.ends_at),
        ),
    )  # fmt: skip


def find(connection: Connection, hashed: bytes) -> OfficerSession | None:
    """The session with this hash, whatever has become of it."""
    row = _FIND.row(connection, (hashed,))
    if row is None:
        return None
    officer, version, method, roles, started_at, seen_at, ends_at = row
    times = (from_ms(started_at), from_ms(seen_at), from_ms(ends_at))
    return OfficerSession(officer, int(version), method, tuple(json.loads(roles)), *times)


def seen(connection: Connection, hashed: bytes, *, now: datetime) -> None:
    """Note that it was used."""
    _SEEN.run(connection, (to_ms(now), hashed, to_ms(now)))


def end(connection: Connection, hashed: bytes) -> bool:
    """End it; False if there is none."""
    return _END.run(connection, (hashed,)) == 1


def end_all(connection: Connection, officer: str) -> int:
    """End every session and every unused proof of an officer; how many sessions."""
    _UNPROVE.run(connection, (officer,))
    return _END_ALL.run(connection, (officer,))


def end_everybodys(connection: Connection) -> None:
    """End every session and every unused proof."""
    for statement in _END_EVERYBODYS:
        statement.run(connection, ())


def keep_proof(connection: Connection, hashed: bytes, *, proof: OfficerProof) -> None:
    """Keep a proof under the hash of its reference."""
    _PROVE.run(
        connection,
        (
            hashed, proof.officer, proof.version, proof.role, proof.case_ref, proof.act, proof.subject,
            proof.first, to_ms(proof.expires_at),
        ),
    )  # fmt: skip


def use_proof(connection: Connection, hashed: bytes) -> OfficerProof | None:
    """The proof with this hash, which is gone with that; whether it fits is for the caller to see."""
    row = _USE.row(connection, (hashed,))
    if row is None:
        return None
    officer, version, role, case_ref, act, subject, first, expires_at = row
    return OfficerProof(officer, int(version), role, case_ref, act, subject, first, from_ms(expires_at))


def forget_ended(connection: Connection, *, now: datetime, seen_before: datetime) -> int:
    """Remove sessions and proofs whose time is over; how many."""
    return _FORGET.run(connection, (to_ms(now), to_ms(seen_before))) + _FORGET_PROOFS.run(connection, (to_ms(now),))
