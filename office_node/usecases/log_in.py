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
from office_node.usecases.account_refusals import LoginRefusedError, PasswordUnfitError, SessionEndedError
from office_node.usecases.hash_passwords import hash_password
from office_node.usecases.officer_sessions import LoggedIn, Present, actor_of, open_session
from office_node.usecases.record import Act, enter
from office_node.usecases.verify_officer import Claim, count_attempt, subjects_of, take_off_attempt, verify_officer
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


async def confirm_authenticator(
    node: Node, present: Present, code: str, *, source: str
) -> tuple[LoggedIn, tuple[str, ...]]:
    """The new authenticator counts from now on; recovery codes, shown once. LoginRefusedError, LoginLockedError."""
    made = [authenticators.RECOVERY_OCTETS] * authenticators.RECOVERY_CODES
    codes = tuple(authenticators.recovery_code(node.random(octets)) for octets in made)
    hashes = [authenticators.recovery_hash(present.officer, one) for one in codes]
    subjects = subjects_of(node, present.officer, source=source)

    def confirm(connection: Connection) -> LoggedIn | None:
        now = node.clock.now()
        count_attempt(connection, subjects, now=now)
        if not _confirms(connection, node, present, code, now=now):
            members = {"officer": present.officer, "reason": "confirmation"}
            enter(connection, node, act=Act("login-refused", now, node.machine, members))
            return None
        take_off_attempt(connection, subjects)
        officers.set_codes(connection, present.officer, hashes=hashes)
        return _renew(connection, node, present, what="authenticator-enrolled", now=now)

    opened = await node.run.write(confirm)
    if opened is None:
        raise LoginRefusedError
    return opened, codes


def _confirms(connection: Connection, node: Node, present: Present, code: str, *, now: datetime) -> bool:
    """Whether the code is of the secret that she was shown; that counts with this."""
    account = officers.get(connection, present.officer)
    if account is None or account.totp_pending_sealed is None or account.version != present.account.version:
        return False
    pending = node.sealer.unseal("officer_account.totp_pending", account.officer, account.totp_pending_sealed)
    step = authenticators.step_of(pending.decode(), code, now=now, after=0)
    if step is None:
        return False
    sealed = node.sealer.seal("officer_account.totp", account.officer, pending)
    officers.set_totp(connection, account.officer, totp_sealed=sealed, step=step, now=now)
    return True


def _renew(connection: Connection, node: Node, present: Present, *, what: str, now: datetime) -> LoggedIn:
    """Write it down, end all her sessions, and open this browser's anew. SessionEndedError if this one is over."""
    if not officer_sessions.end(connection, kept_of(present.secret)):
        raise SessionEndedError
    enter(connection, node, act=Act(what, now, actor_of(node, present)))
    officer_sessions.end_all(connection, present.officer)
    session = present.session
    return open_session(connection, node, present.officer, method=session.method, roles=session.roles, now=now)
