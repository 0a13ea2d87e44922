"""Why accounts, log-ins and second signatures are refused. None says which part of a log-in was wrong."""

from typing import ClassVar

from office_node.errors import AskerError


class LoginRefusedError(AskerError):
    """Name, password or code are not those of an officer who may log in now; which of them is not told."""

    code: ClassVar[str] = "login-refused"


class LoginLockedError(AskerError):
    """Too many refused log-ins in a row under this name or from this source, whoever has the name."""

    code: ClassVar[str] = "login-locked"

    def __init__(self, retry_s: int) -> None:
        super().__init__()
        self.retry_s = retry_s


class SessionEndedError(AskerError):
    """There is no session of this id, or its time is over, or the account has changed."""

    code: ClassVar[str] = "session-ended"


class AccountUnfinishedError(AskerError):
    """She must choose her own password and set up an authenticator first."""

    code: ClassVar[str] = "account-unfinished"


class ForeignRequestError(AskerError):
    """The request does not come from this node's own pages: another origin, or no token of the session."""

    code: ClassVar[str] = "foreign-request"


class RoleNotAllowedError(AskerError):
    """An officer in this role may not do that, or she has not this role."""

    code: ClassVar[str] = "role-not-allowed"


class PasswordUnfitError(AskerError):
    """The new password is too short, easily guessed, or the old one."""

    code: ClassVar[str] = "password-unfit"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class ProofRefusedError(AskerError):
    """No proof of the second officer that fits this case, act and first officer and is still good."""

    code: ClassVar[str] = "proof-refused"


class OfficerExistsError(AskerError):
    """There is an account of this name already."""

    code: ClassVar[str] = "officer-exists"


class LastAdministratorError(AskerError):
    """Without this account nobody could administrate."""

    code: ClassVar[str] = "last-administrator"


class OwnAccountError(AskerError):
    """Nobody changes the rights of her own account."""

    code: ClassVar[str] = "own-account"
