"""Is she who she says she is: password, code, account; the same work and the same refusal whatever was wrong.

The attempt is counted before anything is compared and taken off if it succeeds, so that many at once gain nothing. The
code is used up in the transaction that acts on it. A password alone forgives no refused codes of who has an
authenticator: else whoever knows it could try codes without end.
"""

import hashlib
import hmac
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar, get_args

from office_node.domain import authenticators, throttle
from office_node.domain.passwords import NOBODY
from office_node.node import Node
from office_node.store import login_failures, officers
from office_node.store.login_failures import Counted
from office_node.store.officers import Account
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import LoginLockedError, LoginRefusedError
from office_node.usecases.hash_passwords import password_matches
from office_node.usecases.record import Act, enter
from shared_schemas.ids import OfficerRef

T = TypeVar("T")
Factor = Literal["none", "if-enrolled", "needed"]
"""Whether a code must stand beside the password: not where a session does, if she has one, always."""
TEMPORARY_DAYS = 3
_REF = re.compile(get_args(OfficerRef)[1].pattern)


@dataclass(frozen=True, repr=False)
class Claim:
    """Who somebody says she is, with what proves it, and the address it came from."""

    officer: str
    password: str
    code: str | None
    source: str


@dataclass(frozen=True)
class _Wrong:
    """What was wrong, for the office's own log alone."""

    reason: str


async def verify_officer(
    node: Node, claim: Claim, *, factor: Factor, then: Callable[[Connection, Account, datetime], T]
) -> T:
    """Run `then` for the officer in the transaction that uses up her code. LoginRefusedError, LoginLockedError."""
    name = _name(claim.officer)
    subjects = subjects_of(node, name, source=claim.source)
    account = await node.run.write(lambda connection: _begin(connection, node, name, subjects))
    kept = NOBODY if account is None else _unsealed(node, account, "password", account.password_sealed)
    right = await password_matches(node, kept, claim.password)

    def finish(connection: Connection) -> T | _Wrong:
        now = node.clock.now()
        wrong = _fault(connection, node, account, claim=claim, right=right, factor=factor, now=now)
        if wrong is not None:
            officer = None if account is None else account.officer
            _enter(connection, node, "login-refused", officer, reason=wrong, now=now)
            return _Wrong(wrong)
        assert account is not None  # else something was wrong
        take_off_attempt(connection, subjects)
        if factor != "none" or account.totp_sealed is None:
            login_failures.clear(connection, "name", subject=subjects["name"])
        return then(connection, account, now)

    result = await node.run.write(finish)
    if isinstance(result, _Wrong):
        raise LoginRefusedError
    return result


def subjects_of(node: Node, name: str, *, source: str) -> dict[Counted, str]:
    """Under what attempts are counted. A keyed hash of the name: people type their password into the wrong field."""
    hidden = hmac.new(node.local_key, b"login name\0" + name.encode(), hashlib.sha256).hexdigest()
    return {"name": hidden, "source": throttle.network_of(source)}


def count_attempt(connection: Connection, subjects: dict[Counted, str], *, now: datetime) -> None:
    """One more, as if it were refused. LoginLockedError if it comes too early."""
    for kind, subject in subjects.items():
        until = login_failures.locked_until(connection, kind, subject=subject)
        if until is not None and until > now:
            raise LoginLockedError(math.ceil((until - now).total_seconds()))
    for kind, subject in subjects.items():
        failed = login_failures.count(connection, kind, subject=subject, now=now)
        pause = throttle.wait(kind, failed)
        login_failures.lock(connection, kind, subject=subject, until=None if pause is None else now + pause)


def take_off_attempt(connection: Connection, subjects: dict[Counted, str]) -> None:
    """It has succeeded; what was refused before still counts."""
    for kind, subject in subjects.items():
        login_failures.take_off(connection, kind, subject=subject)


def _begin(connection: Connection, node: Node, name: str, subjects: dict[Counted, str]) -> Account | None:
    count_attempt(connection, subjects, now=node.clock.now())
    return officers.get(connection, name) if _REF.fullmatch(name) else None


def _fault(
    connection: Connection, node: Node, before: Account | None, *, claim: Claim, right: bool, factor: Factor,
    now: datetime,
) -> str | None:  # fmt: skip
    """What is wrong with the claim; None, and the code is used up, if nothing is."""
    if before is None:
        return "unknown"
    account = officers.get(connection, before.officer)
    if account is None or account.version != before.version:
        return "changed"
    if not right:
        return "password"
    if account.state != "active":
        return "disabled"
    if account.must_change and now >= account.password_at + timedelta(days=TEMPORARY_DAYS):
        return "temporary-password-too-old"
    if factor == "none" or (factor == "if-enrolled" and account.totp_sealed is None):
        return None
    return None if claim.code is not None and _uses(connection, node, account, claim.code, now=now) else "code"


def _uses(connection: Connection, node: Node, account: Account, code: str, *, now: datetime) -> bool:
    """Use up an authenticator's code or a recovery code; False if it does not count."""
    if account.totp_sealed is None:
        return False
    if not authenticators.is_totp(code):
        used = officers.use_code(
            connection, account.officer, hashed=authenticators.recovery_hash(account.officer, code)
        )
        if used:
            _enter(connection, node, "recovery-code-used", account.officer, now=now)
        return used
    secret = _unsealed(node, account, "totp", account.totp_sealed)
    step = authenticators.step_of(secret, code, now=now, after=account.totp_step)
    return step is not None and officers.use_step(connection, account.officer, step=step)


def _enter(
    connection: Connection, node: Node, what: str, officer: str | None, *, now: datetime, reason: str | None = None
) -> None:
    """Also of a name that nobody has, which is not told: the same work again."""
    members = {"officer": officer} | ({} if reason is None else {"reason": reason})
    enter(connection, node, act=Act(what, now, node.machine, members))


def _unsealed(node: Node, account: Account, column: str, sealed: bytes) -> str:
    return node.sealer.unseal(f"officer_account.{column}", account.officer, sealed).decode()


def _name(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().casefold()
