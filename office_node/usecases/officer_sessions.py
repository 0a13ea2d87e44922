"""Sessions of officers: opened by a log-in, found by the cookie's hash, bound to the account as it was then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.domain.browsers import SECRET_OCTETS, csrf_of, kept_of
from office_node.node import Node
from office_node.store import officer_sessions, officers
from office_node.store.officer_sessions import OfficerSession
from office_node.store.officers import Account
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import SessionEndedError
from office_node.usecases.record import Act, enter
from shared_schemas.accounts import Method, SessionView, ToDo
from shared_schemas.statement import Actor, Role

_SEEN_EVERY = timedelta(seconds=60)
"""A session's last use is known to a minute: not every look at a page is a write."""


@dataclass(frozen=True, repr=False)
class Present:
    """An officer who is logged in: her session's id, the session, her account."""

    secret: str
    session: OfficerSession
    account: Account

    @property
    def officer(self) -> str:
        """Her reference."""
        return self.account.officer

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those of her session that her account still has."""
        return tuple(role for role in self.session.roles if role in self.account.roles)

    @property
    def unfinished(self) -> bool:
        """Whether she has something to do before the office API answers her."""
        return bool(_unfinished(self.account, self.session.method))


@dataclass(frozen=True, repr=False)
class LoggedIn:
    """A session that was opened: the cookie's value, which is not kept, and what is told."""

    secret: str
    view: SessionView


def open_session(
    connection: Connection, node: Node, officer: str, *, method: Method, roles: tuple[Role, ...], now: datetime
) -> LoggedIn:
    """A new session of that account as it is now, under an id that nobody has given."""
    account = officers.get(connection, officer)
    assert account is not None  # the caller has just read or changed it
    secret = node.random(SECRET_OCTETS).hex()
    session = OfficerSession(
        officer=account.officer,
        version=account.version,
        method=method,
        roles=roles,
        started_at=now,
        seen_at=now,
        ends_at=now + timedelta(seconds=node.settings.session_longest_s),
    )
    officer_sessions.add(connection, kept_of(secret), session=session)
    return LoggedIn(secret, view_session(node, Present(secret, session, account)))


async def find_session(node: Node, secret: str) -> Present:
    """Who is logged in under this id; a session that has ended goes, with its entry. SessionEndedError."""
    now = node.clock.now()
    present = await node.run.read(lambda connection: _find(connection, secret))
    if present is None:
        raise SessionEndedError
    if _why_ended(node, present, now=now) is not None:
        await node.run.write(lambda connection: _end(connection, node, secret, now=now))
        raise SessionEndedError
    if now - present.session.seen_at >= _SEEN_EVERY:
        await node.run.write(lambda connection: officer_sessions.seen(connection, kept_of(secret), now=now))
    return present


def view_session(node: Node, present: Present) -> SessionView:
    """What her browser is told."""
    account, session = present.account, present.session
    return SessionView(
        officer=account.officer,
        name=node.sealer.unseal("officer_account.name", account.officer, account.name_sealed).decode(),
        roles=present.roles,
        method=session.method,
        unfinished=_unfinished(account, session.method),
        csrf=csrf_of(present.secret),
        started_at=session.started_at,
        ends_at=session.ends_at,
        idle_s=int(node.settings.session_idle_s),
    )


async def log_out(node: Node, present: Present) -> None:
    """End this session."""

    def end(connection: Connection) -> None:
        if officer_sessions.end(connection, kept_of(present.secret)):
            enter(connection, node, act=Act("logout", node.clock.now(), actor_of(node, present)))

    await node.run.write(end)


async def log_out_everywhere(node: Node, present: Present) -> None:
    """End all her sessions and proofs, this one too."""

    def end(connection: Connection) -> None:
        count = officer_sessions.end_all(connection, present.officer)
        act = Act("officer-sessions-ended", node.clock.now(), actor_of(node, present), _told(present.officer, count))
        enter(connection, node, act=act)

    await node.run.write(end)


def end_sessions(connection: Connection, node: Node, officer: str, *, by: Actor, now: datetime) -> None:
    """End all sessions and proofs of an officer, with an entry."""
    count = officer_sessions.end_all(connection, officer)
    enter(connection, node, act=Act("officer-sessions-ended", now, by, _told(officer, count)))


def actor_of(node: Node, present: Present, role: Role | None = None) -> Actor:
    """The officer, in this role or her first."""
    roles = present.roles or present.account.roles
    return Actor(office=node.office, role=role or roles[0], officer=present.officer)


def _told(officer: str, count: int) -> dict[str, object]:
    return {"officer": officer, "count": count}


def _find(connection: Connection, secret: str) -> Present | None:
    session = officer_sessions.find(connection, kept_of(secret))
    account = None if session is None else officers.get(connection, session.officer)
    return None if session is None or account is None else Present(secret, session, account)


def _why_ended(node: Node, present: Present, *, now: datetime) -> str | None:
    session, account = present.session, present.account
    if now >= session.ends_at:
        return "longest"
    if now >= session.seen_at + timedelta(seconds=node.settings.session_idle_s):
        return "idle"
    if account.state != "active" or account.version != session.version or not present.roles:
        return "account-changed"
    return None


def _end(connection: Connection, node: Node, secret: str, *, now: datetime) -> None:
    """Another request may have used it meanwhile: it is looked at once more."""
    present = _find(connection, secret)
    reason = None if present is None else _why_ended(node, present, now=now)
    if present is not None and reason is not None and officer_sessions.end(connection, kept_of(secret)):
        members = {"officer": present.officer, "reason": reason}
        enter(connection, node, act=Act("session-ended", now, node.machine, members))


def _unfinished(account: Account, method: Method) -> tuple[ToDo, ...]:
    """A provider that has checked her has seen to password and second factor itself."""
    if method == "oidc":
        return ()
    missing: tuple[tuple[ToDo, bool], ...] = (
        ("password", account.must_change),
        ("authenticator", account.totp_sealed is None),
    )
    return tuple(name for name, lacks in missing if lacks)
