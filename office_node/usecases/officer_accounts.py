"""Keeping the officers' accounts: made, reset, disabled, enabled, given roles. One administrator always stays.

`by` is the administrator; without an officer it is the command line, from which the first one comes. Nobody changes the
rights of her own account.
"""

from collections.abc import Callable
from datetime import datetime

from office_node.domain import passwords
from office_node.domain.duties import OFFICER_ROLES
from office_node.domain.standings import add_months
from office_node.node import Node
from office_node.store import officer_sessions, officers
from office_node.store.officers import Account, NewAccount
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import (
    LastAdministratorError,
    OfficerExistsError,
    OwnAccountError,
    RoleNotAllowedError,
)
from office_node.usecases.hash_passwords import hash_password
from office_node.usecases.log_in import check_fit, sealed_password
from office_node.usecases.officer_sessions import end_sessions
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from shared_schemas.accounts import AccountState, OfficerView
from shared_schemas.statement import Actor, Role

DISABLED_MONTHS = 24
"""How long a disabled account is kept: as long as the log names its officer."""
_TEMPORARY_OCTETS = 20


async def make_officer(
    node: Node, officer: str, *, name: str, roles: tuple[Role, ...], by: Actor, password: str | None = None
) -> str:
    """A new account; its temporary password, shown once. OfficerExistsError, RoleNotAllowedError."""
    _check_roles(roles)
    chosen = password or passwords.temporary(node.random(_TEMPORARY_OCTETS))
    hashed = await hash_password(node, chosen)

    def make(connection: Connection) -> None:
        now = node.clock.now()
        account = NewAccount(
            officer=officer,
            name_sealed=node.sealer.seal("officer_account.name", officer, name.encode()),
            password_sealed=sealed_password(node, officer, hashed),
            roles=_ordered(roles),
        )
        if not officers.add(connection, account, now=now):
            raise OfficerExistsError
        if password is not None:
            check_fit(node, _known(connection, officer), password)
        members = {"officer": officer, "roles": list(account.roles)}
        enter(connection, node, act=Act("officer-made", now, by, members))

    await node.run.write(make)
    return chosen


async def reset_officer(node: Node, officer: str, *, by: Actor) -> str:
    """A new temporary password, shown once; authenticator, recovery codes and sessions end. CaseUnknownError."""
    chosen = passwords.temporary(node.random(_TEMPORARY_OCTETS))
    hashed = await hash_password(node, chosen)

    def reset(connection: Connection, account: Account, now: datetime) -> None:
        sealed = sealed_password(node, officer, hashed)
        officers.set_password(connection, officer, password_sealed=sealed, must_change=True, now=now)
        officers.set_totp(connection, officer, totp_sealed=None, step=account.totp_step, now=now)
        officers.set_codes(connection, officer, hashes=())

    await _change(node, officer, by=by, what="officer-reset", change=reset)
    return chosen


async def set_state(node: Node, officer: str, *, state: AccountState, by: Actor) -> None:
    """Disable or enable an account. CaseUnknownError, LastAdministratorError, OwnAccountError."""

    def change(connection: Connection, account: Account, now: datetime) -> None:
        keep_until = add_months(now, DISABLED_MONTHS) if state == "disabled" else None
        officers.set_state(connection, account.officer, state=state, keep_until=keep_until, now=now)

    await _change(
        node, officer, by=by, what=f"officer-{'disabled' if state == 'disabled' else 'enabled'}", change=change
    )


async def set_roles(node: Node, officer: str, *, roles: tuple[Role, ...], by: Actor) -> None:
    """Give her these roles and no others. RoleNotAllowedError, and as `set_state`."""
    _check_roles(roles)

    def change(connection: Connection, account: Account, now: datetime) -> None:
        officers.set_roles(connection, account.officer, roles=_ordered(roles), now=now)

    await _change(node, officer, by=by, what="officer-roles", change=change, roles=_ordered(roles))


async def list_officers(node: Node, *, by: Actor) -> list[OfficerView]:
    """Every account, without anything secret; the reading is in the log."""

    def read(connection: Connection) -> list[OfficerView]:
        found = officers.listed(connection)
        enter(connection, node, act=Act("officers-listed", node.clock.now(), by, {"count": len(found)}))
        return [_view(node, account) for account in found]

    return await node.run.write(read)


async def end_officer_sessions(node: Node, officer: str, *, by: Actor) -> None:
    """End every session of an officer. CaseUnknownError."""

    def end(connection: Connection) -> None:
        _known(connection, officer)
        end_sessions(connection, node, officer, by=by, now=node.clock.now())

    await node.run.write(end)


async def _change(
    node: Node, officer: str, *, by: Actor, what: str, change: Callable[[Connection, Account, datetime], None],
    roles: tuple[Role, ...] | None = None,
) -> None:  # fmt: skip
    """One change of an account: its entry, the end of its sessions, and somebody left who can administrate."""
    if by.officer == officer:
        raise OwnAccountError

    def write(connection: Connection) -> None:
        now = node.clock.now()
        could = _administrators(connection)
        change(connection, _known(connection, officer), now)
        if could and not _administrators(connection):
            raise LastAdministratorError
        officer_sessions.end_all(connection, officer)
        members = {"officer": officer} | ({} if roles is None else {"roles": list(roles)})
        enter(connection, node, act=Act(what, now, by, members))

    await node.run.write(write)


def _administrators(connection: Connection) -> bool:
    """Whether there is one who can log in. Writers are one after the other on both databases (docs/adr/0020)."""
    return any(one.state == "active" and "administrator" in one.roles for one in officers.listed(connection))


def _known(connection: Connection, officer: str) -> Account:
    account = officers.get(connection, officer)
    if account is None:
        raise CaseUnknownError
    return account


def _check_roles(roles: tuple[Role, ...]) -> None:
    if not roles or not set(roles) <= set(OFFICER_ROLES):
        raise RoleNotAllowedError


def _ordered(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(role for role in OFFICER_ROLES if role in roles)


def _view(node: Node, account: Account) -> OfficerView:
    return OfficerView(
        officer=account.officer,
        name=node.sealer.unseal("officer_account.name", account.officer, account.name_sealed).decode(),
        roles=account.roles,
        state=account.state,
        authenticator=account.totp_sealed is not None,
        must_change=account.must_change,
        created_at=account.created_at,
        changed_at=account.changed_at,
    )
