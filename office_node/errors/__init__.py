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
    │   ├── NotAnOfficeError             keyid
    │   ├── NotADashboardError           keyid
    │   ├── PartnerError                 a partner agency is refused for what it is or may
    │   │   ├── PartnerUnknownError
    │   │   ├── PartnerSuspendedError
    │   │   ├── PartnerExpiredError
    │   │   ├── PartnerElsewhereError
    │   │   ├── ScopeRefusedError
    │   │   ├── PurposeRefusedError
    │   │   ├── FieldsRefusedError
    │   │   ├── RegionRefusedError
    │   │   ├── QuotaReachedError            retry_s
    │   │   ├── TokenRequestError            rule
    │   │   ├── GrantRefusedError
    │   │   ├── AssertionRefusedError        rule
    │   │   ├── AssertionReplayedError
    │   │   ├── DpopRefusedError             rule
    │   │   ├── DpopReplayedError
    │   │   └── TokenRefusedError            rule
    │   ├── BodyTooLargeError
    │   ├── BodyTooSlowError
    │   ├── TooManyRequestsError         retry_s
    │   └── StatementError               the signed body (DSSE) was not accepted
    │       ├── MalformedStatementError      rule
    │       ├── WrongTypeError
    │       ├── WrongAudienceError
    │       ├── IssuerMismatchError
    │       ├── ProtocolTooOldError
    │       ├── ProtocolTooNewError
    │       ├── StatementUnknownKeyError     keyid
    │       ├── StatementBadSignatureError   keyid
    │       ├── StatementFromFutureError     keyid
    │       ├── EvidenceUnprovenError
    │       ├── GenerationUnreleasedError    keyid
    │       └── RosterRefusedError           reason
    ├── PeerError                        a far office did not answer as it should: *unknown*, never "no"
    │   ├── PeerUnreachableError             reason
    │   ├── PeerTimeoutError
    │   ├── PeerRefusedError                 refusal, status, skew_s, retry_s
    │   ├── PeerAnswerInvalidError           reason
    │   └── PeerTooLargeError
    └── NodeError                        this node cannot do its work
        ├── RosterMissingError
        ├── RosterExpiredError
        ├── KeyMissingError                  key
        ├── SealedBoxError
        ├── BackupUnreadableError            reason
        ├── RecoveryUnneededError
        ├── RecoveryAloneError
        ├── StoreError                       reason
        │   └── CommitUncertainError
        ├── UnsealError                      table
        ├── LogDamagedError
        ├── ProviderUnavailableError         reason
        ├── WebhookRefusedError              reason
        ├── ReceiptNotReadyError
        ├── InternalError
        └── NodeNotReadyError                reason
            └── RolledBackError

Below AskerError stand also the refusals of single use cases (`office_node/usecases/refusals.py`).
"""

from office_node.errors.asker import (
    BadDigestError,
    BadSignatureError,
    BodyTooLargeError,
    BodyTooSlowError,
    CarriageError,
    EvidenceUnprovenError,
    ExpiredError,
    GenerationUnreleasedError,
    IssuerMismatchError,
    MalformedSignatureError,
    MalformedStatementError,
    NotADashboardError,
    NotAnOfficeError,
    NotYetValidError,
    ProtocolTooNewError,
    ProtocolTooOldError,
    ReplayedError,
    RevokedKeyError,
    RosterRefusedError,
    StatementBadSignatureError,
    StatementError,
    StatementFromFutureError,
    StatementUnknownKeyError,
    TooManyRequestsError,
    UnknownKeyError,
    UnsignedError,
    WrongAudienceError,
    WrongDestinationError,
    WrongTypeError,
)
from office_node.errors.faults import (
    BackupUnreadableError,
    CommitUncertainError,
    InternalError,
    KeyMissingError,
    LogDamagedError,
    NodeNotReadyError,
    PeerAnswerInvalidError,
    PeerRefusedError,
    PeerTimeoutError,
    PeerTooLargeError,
    PeerUnreachableError,
    ProviderUnavailableError,
    ReceiptNotReadyError,
    RecoveryAloneError,
    RecoveryUnneededError,
    RolledBackError,
    RosterExpiredError,
    RosterMissingError,
    SealedBoxError,
    StoreError,
    UnsealError,
    WebhookRefusedError,
)
from office_node.errors.partner import (
    AssertionRefusedError,
    AssertionReplayedError,
    DpopRefusedError,
    DpopReplayedError,
    FieldsRefusedError,
    GrantRefusedError,
    PartnerElsewhereError,
    PartnerError,
    PartnerExpiredError,
    PartnerSuspendedError,
    PartnerUnknownError,
    PurposeRefusedError,
    QuotaReachedError,
    RegionRefusedError,
    ScopeRefusedError,
    TokenRefusedError,
    TokenRequestError,
)
from office_node.errors.roots import (
    AskerError,
    JejakError,
    NodeError,
    PeerError,
)

__all__ = [
    "AskerError",
    "AssertionRefusedError",
    "AssertionReplayedError",
    "BackupUnreadableError",
    "BadDigestError",
    "BadSignatureError",
    "BodyTooLargeError",
    "BodyTooSlowError",
    "CarriageError",
    "CommitUncertainError",
    "DpopRefusedError",
    "DpopReplayedError",
    "EvidenceUnprovenError",
    "ExpiredError",
    "FieldsRefusedError",
    "GenerationUnreleasedError",
    "GrantRefusedError",
    "InternalError",
    "IssuerMismatchError",
    "JejakError",
    "KeyMissingError",
    "LogDamagedError",
    "MalformedSignatureError",
    "MalformedStatementError",
    "NodeError",
    "NodeNotReadyError",
    "NotADashboardError",
    "NotAnOfficeError",
    "NotYetValidError",
    "PartnerElsewhereError",
    "PartnerError",
    "PartnerExpiredError",
    "PartnerSuspendedError",
    "PartnerUnknownError",
    "PeerAnswerInvalidError",
    "PeerError",
    "PeerRefusedError",
    "PeerTimeoutError",
    "PeerTooLargeError",
    "PeerUnreachableError",
    "ProtocolTooNewError",
    "ProtocolTooOldError",
    "ProviderUnavailableError",
    "PurposeRefusedError",
    "QuotaReachedError",
    "ReceiptNotReadyError",
    "RecoveryAloneError",
    "RecoveryUnneededError",
    "RegionRefusedError",
    "ReplayedError",
    "RevokedKeyError",
    "RolledBackError",
    "RosterExpiredError",
    "RosterMissingError",
    "RosterRefusedError",
    "ScopeRefusedError",
    "SealedBoxError",
    "StatementBadSignatureError",
    "StatementError",
    "StatementFromFutureError",
    "StatementUnknownKeyError",
    "StoreError",
    "TokenRefusedError",
    "TokenRequestError",
    "TooManyRequestsError",
    "UnknownKeyError",
    "UnsealError",
    "UnsignedError",
    "WebhookRefusedError",
    "WrongAudienceError",
    "WrongDestinationError",
    "WrongTypeError",
]
