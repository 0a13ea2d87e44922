"""The session API: how an officer logs in at her own node, proves that she is there, and how accounts are kept.

Passwords and codes are never repeated in an answer, an error or a log. What is shown once (a temporary password, a
TOTP secret, recovery codes) is a member of one answer and nowhere else.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.cases import TRANSITIONS, Transition
from shared_schemas.ids import OfficerRef, Ref, Sha256Hex
from shared_schemas.statement import Role

MAX_PASSWORD_OCTETS = 1024


def _short_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) > MAX_PASSWORD_OCTETS:
        raise ValueError("a password has at most 1,024 octets")
    return value


Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD_OCTETS), AfterValidator(_short_enough)]
Code = Annotated[SecretStr, Field(min_length=1, max_length=40)]
"""Six digits of the authenticator, or a recovery code."""

Method = Literal["password", "oidc"]
ProvedAct = Literal["decision", "clearance", "answer"]
"""What a second officer signs: a step of a case, the end of a trace of an office that is gone, a request's answer."""

ToDo = Literal["password", "authenticator"]
AccountState = Literal["active", "disabled"]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=11)]


class LogIn(Ask):
    """Body of `POST /session/v1`. Without an authenticator yet, `code` is left out."""

    officer: Annotated[str, Field(min_length=1, max_length=80)]
    password: Password
    code: Code | None = None


class SessionView(Answer):
    """Who is logged in. `csrf` goes into the header `Jejak-Csrf` of everything that is no GET.

    `unfinished`: what is still to be done (a new password, an authenticator) before the office API answers her.
    """

    officer: OfficerRef
    name: str
    roles: tuple[Role, ...]
    method: Method
    unfinished: tuple[ToDo, ...] = ()
    csrf: Sha256Hex
    started_at: Moment
    ends_at: Moment
    idle_s: int


class ChangePassword(Ask):
    """Body of `POST /session/v1/password`."""

    old: Password
    new: Password


class EnrolAuthenticator(Ask):
    """Body of `POST /session/v1/authenticator`: `code` of the one that she has, if she has one."""

    password: Password
    code: Code | None = None


class AuthenticatorSecret(Answer):
    """Shown once. It counts when a code of it has come back."""

    secret: str
    uri: str


class ConfirmAuthenticator(Ask):
    """Body of `POST /session/v1/authenticator/confirmation`."""

    code: Code


class AuthenticatorConfirmed(Answer):
    """Recovery codes, shown once, each good once; and the session that replaces the old one."""

    recovery_codes: tuple[str, ...]
    session: SessionView


class ProveOfficer(Ask):
    """Body of `POST /session/v1/proofs`: an officer signs with her own password and code beside another one.

    `first`: who decides; the officer of the session if it is left out. `of`: for a decision the step that she saw, for
    an answer the request; her signature holds for nothing else.
    """

    officer: Annotated[str, Field(min_length=1, max_length=80)]
    password: Password
    code: Code
    role: Role
    case: Ref
    act: ProvedAct
    of: Transition | Ref | None = None
    first: OfficerRef | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        is_step = self.of in TRANSITIONS
        if (self.act, self.of is None, is_step) not in (
            ("decision", False, True), ("answer", False, False), ("clearance", True, False),
        ):  # fmt: skip
            raise ValueError("a decision is of a step, an answer of a request, a clearance of the case itself")
        return self


class Proof(Answer):
    """Good once, for that case, act, what it is of, and first officer, until then; it goes into `second.proof`."""

    proof: Sha256Hex
    officer: OfficerRef
    role: Role
    expires_at: Moment


class MakeOfficer(Ask):
    """Body of `POST /session/v1/officers`."""

    officer: OfficerRef
    name: DisplayName
    roles: Roles


class OfficerMade(Answer):
    """A temporary password, shown once; good for three days and for nothing but choosing her own."""

    officer: OfficerRef
    password: str


class ChangeRoles(Ask):
    """Body of `POST /session/v1/officers/{officer}/roles`."""

    roles: Roles


class OfficerView(Answer):
    """One account, without anything secret."""

    officer: OfficerRef
    name: str
    roles: tuple[Role, ...]
    state: AccountState
    authenticator: bool
    must_change: bool
    created_at: Moment
    changed_at: Moment
