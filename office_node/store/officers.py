"""Accounts of officers, and their recovery codes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms, to_ms_or_none
from shared_schemas.accounts import AccountState
from shared_schemas.statement import Role

_COLUMNS = (
    "officer, name_sealed, password_sealed, totp_sealed, totp_pending_sealed, totp_step, roles, state, must_change,"
    " version, password_at, created_at, changed_at"
)
_ADD = HotStatement(
    f"INSERT INTO officer_account ({_COLUMNS}) VALUES (?, ?, ?, NULL, NULL, 0, ?, 'active', ?, 1, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_GET = HotStatement(f"SELECT {_COLUMNS} FROM officer_account WHERE officer = ?")
_LIST = HotStatement(f"SELECT {_COLUMNS} FROM officer_account ORDER BY officer")
_STATE = HotStatement(
    "UPDATE officer_account SET state = ?, keep_until = ?, changed_at = ?, version = version + 1 WHERE officer = ?"
)
_ROLES = HotStatement("UPDATE officer_account SET roles = ?, changed_at = ?, version = version + 1 WHERE officer = ?")
_PASSWORD = HotStatement(
    "UPDATE officer_account SET password_sealed = ?, must_change = ?, password_at = ?, changed_at = ?,"
    " version = version + 1 WHERE officer = ?"
)
_PENDING = HotStatement("UPDATE officer_account SET totp_pending_sealed = ? WHERE officer = ?")
_TOTP = HotStatement(
    "UPDATE officer_account SET totp_sealed = ?, totp_pending_sealed = NULL, totp_step = ?, changed_at = ?,"
    " version = version + 1 WHERE officer = ?"
)
_STEP = HotStatement("UPDATE officer_account SET totp_step = ? WHERE officer = ? AND totp_step < ?")
_FORGET = HotStatement("DELETE FROM officer_account WHERE keep_until <= ?")
_NEW_CODE = HotStatement("INSERT INTO officer_recovery (officer, hash) VALUES (?, ?)")
_USE_CODE = HotStatement("DELETE FROM officer_recovery WHERE officer = ? AND hash = ?")
_NO_CODES = HotStatement("DELETE FROM officer_recovery WHERE officer = ?")


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """One officer's account as it is kept."""

    officer: str
    name_sealed: bytes
    password_sealed: bytes
    totp_sealed: bytes | None
    totp_pending_sealed: bytes | None
    totp_step: int
    roles: tuple[Role, ...]
    state: AccountState
    must_change: bool
    version: int
    password_at: datetime
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class NewAccount:
    """An account before it is kept."""

    officer: str
    name_sealed: bytes
    password_sealed: bytes
    roles: tuple[Role, ...]


def add(connection: Connection, account: NewAccount, *, now: datetime) -> bool:
    """Add it, with a password that must be changed; False if there is one of this name."""
    at = to_ms(now)
    values = (
        account.officer, account.name_sealed, account.password_sealed, json.dumps(account.roles), True, at, at, at,
    )  # fmt: skip
    return _ADD.run(connection, values) == 1


def get(connection: Connection, officer: str) -> Account | None:
    """The account of this name."""
    row = _GET.row(connection, (officer,))
    return None if row is None else _account(row)


def listed(connection: Connection) -> list[Account]:
    """All accounts, by name."""
    return [_account(row) for row in _LIST.rows(connection)]


def set_state(
    connection: Connection, officer: str, *, state: AccountState, keep_until: datetime | None, now: datetime
) -> None:
    """Disable or enable it; a disabled one has an end."""
    _STATE.run(connection, (state, to_ms_or_none(keep_until), to_ms(now), officer))


def set_roles(connection: Connection, officer: str, *, roles: tuple[Role, ...], now: datetime) -> None:
    """Give it these roles and no others."""
    _ROLES.run(connection, (json.dumps(roles), to_ms(now), officer))


def set_password(
    connection: Connection, officer: str, *, password_sealed: bytes, must_change: bool, now: datetime
) -> None:
    """Replace the password."""
    _PASSWORD.run(connection, (password_sealed, must_change, to_ms(now), to_ms(now), officer))


def set_pending(connection: Connection, officer: str, *, totp_sealed: bytes) -> None:
    """Keep a TOTP secret that no code has confirmed yet."""
    _PENDING.run(connection, (totp_sealed, officer))


def set_totp(
    connection: Connection, officer: str, *, totp_sealed: bytes | None, step: int, now: datetime
) -> None:  # fmt: skip
    """Replace the TOTP secret, or remove it; `step`: the last one that was used."""
    _TOTP.run(connection, (totp_sealed, step, to_ms(now), officer))


def use_step(connection: Connection, officer: str, *, step: int) -> bool:
    """False if this TOTP step, or a later one, was used before."""
    return _STEP.run(connection, (step, officer, step)) == 1


def set_codes(connection: Connection, officer: str, *, hashes: Iterable[bytes]) -> None:
    """Replace the recovery codes."""
    _NO_CODES.run(connection, (officer,))
    _NEW_CODE.run_many(connection, [(officer, one) for one in hashes])


def use_code(connection: Connection, officer: str, *, hashed: bytes) -> bool:
    """False if there is no such recovery code any more."""
    return _USE_CODE.run(connection, (officer, hashed)) == 1


def forget_ended(connection: Connection, *, now: datetime) -> int:
    """Remove accounts that were disabled long ago, with what hangs on them; how many."""
    return _FORGET.run(connection, (to_ms(now),))


def _account(row: tuple[Any, ...]) -> Account:
    return Account(
        officer=row[0],
        name_sealed=bytes(row[1]),
        password_sealed=bytes(row[2]),
        totp_sealed=None if row[3] is None else bytes(row[3]),
        totp_pending_sealed=None if row[4] is None else bytes(row[4]),
        totp_step=int(row[5]),
        roles=tuple(json.loads(row[6])),
        state=row[7],
        must_change=bool(row[8]),
        version=int(row[9]),
        password_at=from_ms(row[10]),
        created_at=from_ms(row[11]),
        changed_at=from_ms(row[12]),
    )
