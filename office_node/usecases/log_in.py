"""Logging in with password and authenticator; choosing a password, setting up an authenticator.

Whatever changes what she logs in with ends all her sessions and opens a new one.
"""

from datetime import datetime

from office_node.domain import authenticators, passwords
from office_node.domain.browsers import kept_of
from office_node.node import Node
from office_node.store import officer_sessions, officers
from office_node.store.officers import Account
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import LoginRefusedError, PasswordUnfitError
from office_node.usecases.hash_passwords import hash_password
from office_node.usecases.officer_sessions import LoggedIn, Present, actor_of, open_session
from office_node.usecases.record import Act, enter
from office_node.usecases.verify_officer import Claim, verify_officer
from shared_schemas.accounts import AuthenticatorSecret, Method
from shared_schemas.statement import Actor, Role


async def log_in(node: Node, claim: Claim, *, replaces: str | None = None) -> LoggedIn:
    """Open a session; the one that the browser had (`replaces`) ends. LoginRefusedError, LoginLockedError."""

    def opened(connection: Connection, account: Account, now: datetime) -> LoggedIn:
        return enter_login(
            connection, node, account, method="password", roles=account.roles, now=now, replaces=replaces
        )

    return await verify_officer(node, claim, factor="if-enrolled", then=opened)


def enter_login(
    connection: Connection, node: Node, account: Account, *, method: Method, roles: tuple[Role, ...], now: datetime,
    replaces: str | None,
) -> LoggedIn:  # fmt: skip
    """Open the session and write the log-in down."""
    if replaces is not None:
        officer_sessions.end(connection, kept_of(replaces))
    actor = Actor(office=node.office, role=roles[0], officer=account.officer)
    enter(connection, node, act=Act("login", now, actor, {"method": method, "roles": list(roles)}))
    return open_session(connection, node, account.officer, method=method, roles=roles, now=now)


async def change_password(node: Node, present: Present, *, old: str, new: str, source: str) -> LoggedIn:
    """Choose a new password. PasswordUnfitError, LoginRefusedError if the old one is wrong, LoginLockedError."""
    await node.run.compute(lambda: check_fit(node, present.account, new))
    if passwords.normalised(old) == passwords.normalised(new):
        raise PasswordUnfitError("same")
    hashed = await hash_password(node, new)

    def change(connection: Connection, account: Account, now: datetime) -> LoggedIn:
        officers.set_password(
            connection, account.officer, password_sealed=sealed_password(node, account.officer, hashed),
            must_change=False, now=now,
        )  # fmt: skip
        return _renew(connection, node, present, what="password-changed", now=now)

    return await verify_officer(node, Claim(present.officer, old, None, source), factor="none", then=change)


def check_fit(node: Node, account: Account, password: str) -> None:
    """PasswordUnfitError if an officer may not choose that."""
    name = node.sealer.unseal("officer_account.name", account.officer, account.name_sealed).decode()
    words = (account.officer, name, *name.split(), node.office, *node.office.split("-"))
    rule = passwords.fault(password, words=words)
    if rule is not None:
        raise PasswordUnfitError(rule)


def sealed_password(node: Node, officer: str, hashed: str) -> bytes:
    """The hash as it is kept."""
    return node.sealer.seal("officer_account.password", officer, hashed.encode())


async def enrol_authenticator(node: Node, present: Present, claim: Claim) -> AuthenticatorSecret:
    """Make a secret, shown once; it counts when confirmed. LoginRefusedError, LoginLockedError."""
    secret = authenticators.secret_of(node.random(authenticators.SECRET_OCTETS))

    def keep(connection: Connection, account: Account, now: datetime) -> AuthenticatorSecret:
        sealed = node.sealer.seal("officer_account.totp_pending", account.officer, secret.encode())
        officers.set_pending(connection, account.officer, totp_sealed=sealed)
        enter(connection, node, act=Act("authenticator-begun", now, actor_of(node, present)))
        uri = authenticators.uri_of(secret, officer=account.officer, office=node.office)
        return AuthenticatorSecret(secret=secret, uri=uri)

    return await verify_officer(node, claim, factor="if-enrolled", then=keep)


async def confirm_authenticator(node: Node, present: Present, code: str) -> tuple[LoggedIn, tuple[str, ...]]:
    """The new authenticator counts from now on; recovery codes, shown once. LoginRefusedError."""
    made = [authenticators.RECOVERY_OCTETS] * authenticators.RECOVERY_CODES
    codes = tuple(authenticators.recovery_code(node.random(octets)) for octets in made)

    def confirm(connection: Connection) -> LoggedIn:
        now = node.clock.now()
        account = officers.get(connection, present.officer)
        if account is None or account.totp_pending_sealed is None or account.version != present.account.version:
            raise LoginRefusedError
        pending = node.sealer.unseal("officer_account.totp_pending", account.officer, account.totp_pending_sealed)
        step = authenticators.step_of(pending.decode(), code, now=now, after=0)
        if step is None:
            raise LoginRefusedError
        sealed = node.sealer.seal("officer_account.totp", account.officer, pending)
        officers.set_totp(connection, account.officer, totp_sealed=sealed, step=step, now=now)
        hashes = [authenticators.recovery_hash(account.officer, one) for one in codes]
        officers.set_codes(connection, account.officer, hashes=hashes)
        return _renew(connection, node, present, what="authenticator-enrolled", now=now)

    return await node.run.write(confirm), codes


def _renew(connection: Connection, node: Node, present: Present, *, what: str, now: datetime) -> LoggedIn:
    """Write it down, end all her sessions, and open this browser's anew."""
    enter(connection, node, act=Act(what, now, actor_of(node, present)))
    officer_sessions.end_all(connection, present.officer)
    session = present.session
    return open_session(connection, node, present.officer, method=session.method, roles=session.roles, now=now)
