"""What is wrong with a message or a statement that came in."""

from typing import ClassVar

from office_node.errors.roots import AskerError


class CarriageError(AskerError):
    """The signed HTTP message was not accepted.

    `keyid` is the key that the message names, if one was read. Only where `authentic` is true has its owner
    really made the message, so only such a refusal is evidence about that member. Even then somebody else may
    have sent it once more: evidence is kept once per message, not once per arrival.
    """

    code: ClassVar[str] = "carriage-error"
    authentic: ClassVar[bool] = False

    def __init__(self, keyid: str | None = None) -> None:
        super().__init__()
        self.keyid = keyid


class UnsignedError(CarriageError):
    """The message carries no signature at all."""

    code: ClassVar[str] = "unsigned"


class MalformedSignatureError(CarriageError):
    """The signature does not follow the one profile; `rule` is the part of the profile that failed."""

    code: ClassVar[str] = "malformed-signature"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class UnknownKeyError(CarriageError):
    """No member or partner of the current roster signs with this key."""

    code: ClassVar[str] = "unknown-key"


class RevokedKeyError(CarriageError):
    """The key is known and may not sign now: out of its validity, its owner suspended or denied."""

    code: ClassVar[str] = "revoked-key"


class BadDigestError(CarriageError):
    """The body is not the one that `Content-Digest` names (RFC 9530)."""

    code: ClassVar[str] = "bad-digest"


class BadSignatureError(CarriageError):
    """The key did not sign this message."""

    code: ClassVar[str] = "bad-signature"


class WrongDestinationError(CarriageError):
    """The message was signed for another address than this node's public one."""

    code: ClassVar[str] = "wrong-destination"
    authentic: ClassVar[bool] = True


class ExpiredError(CarriageError):
    """The message's time is over; `skew_s`, negative, is its `created` minus the reader's now."""

    code: ClassVar[str] = "expired"
    authentic: ClassVar[bool] = True

    def __init__(self, keyid: str, *, skew_s: int) -> None:
        super().__init__(keyid)
        self.skew_s = skew_s


class NotYetValidError(CarriageError):
    """Made in the reader's future; `skew_s`, positive, is the message's `created` minus the reader's now."""

    code: ClassVar[str] = "not-yet-valid"
    authentic: ClassVar[bool] = True

    def __init__(self, keyid: str, *, skew_s: int) -> None:
        super().__init__(keyid)
        self.skew_s = skew_s


class ReplayedError(CarriageError):
    """The same key has used this nonce before."""

    code: ClassVar[str] = "replayed"
    authentic: ClassVar[bool] = True


class NotAnOfficeError(AskerError):
    """A member that is no office (a dashboard) asked, or issued, what is for offices; `keyid` is its key."""

    code: ClassVar[str] = "not-an-office"

    def __init__(self, keyid: str) -> None:
        super().__init__()
        self.keyid = keyid


class NotADashboardError(AskerError):
    """Exact statistics were asked for by a member that is no dashboard; `keyid` is its key."""

    code: ClassVar[str] = "not-a-dashboard"

    def __init__(self, keyid: str) -> None:
        super().__init__()
        self.keyid = keyid


class BodyTooLargeError(AskerError):
    """The body is larger than the protocol allows."""

    code: ClassVar[str] = "too-large"


class BodyTooSlowError(AskerError):
    """The body was not whole within the deadline."""

    code: ClassVar[str] = "too-slow"


class TooManyRequestsError(AskerError):
    """More came from this member, access key or officer than its rate; `retry_s`: seconds until the next one counts."""

    code: ClassVar[str] = "too-many-requests"

    def __init__(self, retry_s: int) -> None:
        super().__init__()
        self.retry_s = retry_s


class StatementError(AskerError):
    """A signed body was not accepted; `keyid` is the key that its envelope names, if that matters."""

    code: ClassVar[str] = "statement-error"

    def __init__(self, keyid: str | None = None) -> None:
        super().__init__()
        self.keyid = keyid


class MalformedStatementError(StatementError):
    """The envelope or its body has not the one form that it must have; `rule` is what failed."""

    code: ClassVar[str] = "malformed-statement"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class WrongTypeError(StatementError):
    """A statement of another type stands where this one is expected, or its body names another type."""

    code: ClassVar[str] = "wrong-type"


class WrongAudienceError(StatementError):
    """The statement was made for another office, or answers another statement."""

    code: ClassVar[str] = "wrong-audience"


class IssuerMismatchError(StatementError):
    """The key of the carriage or of the statement belongs to another office than the body's issuer."""

    code: ClassVar[str] = "issuer-mismatch"


class ProtocolTooOldError(StatementError):
    """The statement is written in a protocol version below the roster's minimum, or below what is still read."""

    code: ClassVar[str] = "protocol-too-old"


class ProtocolTooNewError(StatementError):
    """The statement is written in a newer protocol version than this node speaks: this node has to be upgraded."""

    code: ClassVar[str] = "protocol-too-new"


class StatementUnknownKeyError(StatementError):
    """The statement is signed with a key that the roster does not hold for that time."""

    code: ClassVar[str] = "statement-unknown-key"


class StatementBadSignatureError(StatementError):
    """The named key did not sign this statement."""

    code: ClassVar[str] = "statement-bad-signature"


class StatementFromFutureError(StatementError):
    """The statement says that it was issued later than the reader's clock and its tolerance allow."""

    code: ClassVar[str] = "statement-from-future"


class GenerationUnreleasedError(StatementError):
    """The issuer's log is in another generation than the roster says: it was restored, and is not released yet."""

    code: ClassVar[str] = "generation-unreleased"

    def __init__(self, keyid: str) -> None:
        super().__init__()
        self.keyid = keyid


class EvidenceUnprovenError(StatementError):
    """What was shown against an office's log does not prove it."""

    code: ClassVar[str] = "evidence-unproven"


class RosterRefusedError(StatementError):
    """A roster, or what belongs to one, was not accepted although its form is right; the old one stays.

    `reason` is a fixed word: `rolled-back`, `other-bytes` (than the ones that are named), `expired`, `under-threshold`,
    `malformed`, `mixed`, `missing-file`, `too-large`, `wrong-fingerprint`, `no-member`, `other-office`,
    `lifted`, `epoch-key`, `epoch-reused`, `no-fingerprint`.
    """

    code: ClassVar[str] = "roster-refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
