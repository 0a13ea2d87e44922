"""Every error of the node, sorted by whose fault it is; facts as attributes, never a status, never a person.

Which HTTP status an error becomes is decided in one place of the edge, by type. `code` is the stable name of
the error on the wire and in logs: never reused, never renamed. The text of an error is its code and its
facts, so it may be logged: no attribute of an error ever holds personal data.

    JejakError
    ├── AskerError                       who asked made the mistake
    │   ├── CarriageError                the signed HTTP message (RFC 9421) was not accepted
    │   │   ├── UnsignedError
    │   │   ├── MalformedSignatureError      rule
    │   │   ├── UnknownKeyError              keyid
    │   │   ├── RevokedKeyError              keyid
    │   │   ├── BadDigestError               keyid (claimed)
    │   │   ├── BadSignatureError            keyid (claimed)
    │   │   ├── WrongDestinationError        keyid
    │   │   ├── ExpiredError                 keyid, skew_s
    │   │   ├── NotYetValidError             keyid, skew_s
    │   │   └── ReplayedError                keyid
    │   └── StatementError               the signed body (DSSE) was not accepted
    │       ├── MalformedStatementError      rule
    │       ├── WrongTypeError
    │       ├── WrongAudienceError
    │       ├── IssuerMismatchError
    │       ├── StatementUnknownKeyError     keyid
    │       ├── StatementBadSignatureError   keyid
    │       ├── TooFewSignaturesError        found, needed
    │       └── RosterRefusedError           reason
    ├── PeerError                        a far office did not answer as it should: *unknown*, never "no"
    │   ├── PeerUnreachableError
    │   ├── PeerTimeoutError
    │   ├── PeerRefusedError                 refusal, status, skew_s
    │   ├── PeerAnswerInvalidError           reason
    │   └── PeerTooLargeError
    └── NodeError                        this node cannot do its work
        ├── RosterMissingError
        ├── RosterExpiredError
        ├── KeyMissingError                  key
        ├── SealedBoxError
        └── NodeNotReadyError                reason
"""

from typing import ClassVar


class JejakError(Exception):
    """Root of everything that this system raises on purpose; its text is its code and its facts."""

    code: ClassVar[str] = "jejak-error"

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in vars(self).items() if value is not None)
        return f"{self.code} ({facts})" if facts else self.code


class AskerError(JejakError):
    """Who asked made the mistake; asking the same again gives the same."""

    code: ClassVar[str] = "asker-error"


class PeerError(JejakError):
    """A far office did not answer as it should. For a screening this is *unknown*."""

    code: ClassVar[str] = "peer-error"


class NodeError(JejakError):
    """This node cannot do its work; nobody who asks can mend it."""

    code: ClassVar[str] = "node-error"


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


class StatementUnknownKeyError(StatementError):
    """The statement is signed with a key that the roster does not hold for that time."""

    code: ClassVar[str] = "statement-unknown-key"


class StatementBadSignatureError(StatementError):
    """The named key did not sign this statement."""

    code: ClassVar[str] = "statement-bad-signature"


class TooFewSignaturesError(StatementError):
    """Fewer distinct keys than the threshold signed: `found` of `needed`."""

    code: ClassVar[str] = "too-few-signatures"

    def __init__(self, found: int, needed: int) -> None:
        super().__init__()
        self.found = found
        self.needed = needed


class PeerUnreachableError(PeerError):
    """No connection, or it broke before the answer was whole."""

    code: ClassVar[str] = "peer-unreachable"


class PeerTimeoutError(PeerError):
    """The office did not answer within the deadline."""

    code: ClassVar[str] = "peer-timeout"


class PeerRefusedError(PeerError):
    """The office answered with an error. It is unsigned, so it never means more than *unknown*.

    `refusal` is the code that it gave, `status` the HTTP status that it sent, `skew_s` our clock minus its
    clock if it complained about the time.
    """

    code: ClassVar[str] = "peer-refused"

    def __init__(self, refusal: str | None, *, status: int, skew_s: int | None = None) -> None:
        super().__init__()
        self.refusal = refusal
        self.status = status
        self.skew_s = skew_s


class PeerAnswerInvalidError(PeerError):
    """The office's answer cannot be accepted; `reason` is the code of the error that it ran into."""

    code: ClassVar[str] = "peer-answer-invalid"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class PeerTooLargeError(PeerError):
    """The office's answer is larger than the protocol allows."""

    code: ClassVar[str] = "peer-too-large"


class RosterMissingError(NodeError):
    """The node has no verified roster yet."""

    code: ClassVar[str] = "roster-missing"


class RosterExpiredError(NodeError):
    """The node's roster has been expired for too long to act on."""

    code: ClassVar[str] = "roster-expired"


class KeyMissingError(NodeError):
    """The node lacks a key of its own; `key` is its name (`signing`, `epoch 2026` …), never its bytes."""

    code: ClassVar[str] = "key-missing"

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class SealedBoxError(NodeError):
    """A sealed box does not open with this node's encryption key."""

    code: ClassVar[str] = "sealed-box"


class NodeNotReadyError(NodeError):
    """The node is in restore, in migration or otherwise not ready; `reason` is a fixed word for operators."""

    code: ClassVar[str] = "not-ready"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class RosterRefusedError(StatementError):
    """A roster, or what belongs to one, was not accepted although its form is right; the old one stays.

    `reason` is a fixed word: `rolled-back`, `other-bytes` (of the version that is held), `expired`,
    `wrong-fingerprint`, `root-rolled-back`, `bad-key`, `no-member`, `lifted`, `sealed-file`, `epoch-key`.
    """

    code: ClassVar[str] = "roster-refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
