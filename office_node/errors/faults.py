"""What is wrong with a far office, or with this node."""

from typing import ClassVar

from office_node.errors.roots import NodeError, PeerError


class PeerUnreachableError(PeerError):
    """No connection, or it broke before the answer was whole; `reason` is `certificate` if TLS proved somebody else."""

    code: ClassVar[str] = "peer-unreachable"

    def __init__(self, reason: str | None = None) -> None:
        super().__init__()
        self.reason = reason


class PeerTimeoutError(PeerError):
    """The office did not answer within the deadline."""

    code: ClassVar[str] = "peer-timeout"


class PeerRefusedError(PeerError):
    """The office answered with an error. It is unsigned, so it never means more than *unknown*.

    `refusal` is the code that it gave, `status` the HTTP status that it sent, `skew_s` our clock minus its
    clock if it complained about the time, `retry_s` for how long it wants to be left alone if it was asked too much.
    """

    code: ClassVar[str] = "peer-refused"

    def __init__(
        self, refusal: str | None, *, status: int, skew_s: int | None = None, retry_s: int | None = None
    ) -> None:
        super().__init__()
        self.refusal = refusal
        self.status = status
        self.skew_s = skew_s
        self.retry_s = retry_s


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


class StoreError(NodeError):
    """The database did not take or give something; nothing of the transaction was kept.

    `reason` is a fixed word for operators: disk-full, locked, read-only, damaged, unreachable, closed,
    failed, or `<row>-missing` where the database contradicts itself.
    """

    code: ClassVar[str] = "store-failed"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class CommitUncertainError(StoreError):
    """The connection broke during the commit: the transaction is whole or absent, and nobody knows which."""

    code: ClassVar[str] = "commit-uncertain"


class UnsealError(NodeError):
    """A sealed value does not open: damaged, moved from another row, or sealed with another key; `table` is where."""

    code: ClassVar[str] = "unseal-failed"

    def __init__(self, table: str) -> None:
        super().__init__()
        self.table = table


class LogDamagedError(NodeError):
    """The stored log is not the one that was signed, so it is neither extended nor signed again."""

    code: ClassVar[str] = "log-damaged"


class ReceiptNotReadyError(NodeError):
    """The log has not numbered what a receipt is to show; a moment later it has."""

    code: ClassVar[str] = "receipt-not-ready"


class InternalError(NodeError):
    """Something that nobody foresaw broke in this node; the log has its type."""

    code: ClassVar[str] = "internal"


class BackupUnreadableError(NodeError):
    """The file is no backup that can be used here.

    `reason` is a fixed word: no-backup, sealed (altered, cut off, or for another key), cut-off, longer, other-office,
    other-database, newer, damaged.
    """

    code: ClassVar[str] = "backup-unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class RecoveryUnneededError(NodeError):
    """This database was not put back from a backup: there is nothing to recover."""

    code: ClassVar[str] = "recovery-unneeded"


class RecoveryAloneError(NodeError):
    """No other office answers, so nothing that was said since the backup can come back."""

    code: ClassVar[str] = "recovery-alone"


class NodeNotReadyError(NodeError):
    """The node is in restore, in migration or otherwise not ready; `reason` is a fixed word for operators."""

    code: ClassVar[str] = "not-ready"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class RolledBackError(NodeNotReadyError):
    """An old copy of the database runs: this office has signed a log that it does not hold."""

    code: ClassVar[str] = "log-rolled-back"

    def __init__(self) -> None:
        super().__init__("rolled-back")


class WebhookRefusedError(NodeError):
    """An endpoint cannot be made or found; `reason` is a fixed word: malformed, not-https, too-many, unknown."""

    code: ClassVar[str] = "webhook-refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def __str__(self) -> str:
        """For the administrator at the command line."""
        return f"webhook refused: {self.reason}"


class ProviderUnavailableError(NodeError):
    """The OpenID provider does not answer, or not as one; officers can still log in with password and code."""

    code: ClassVar[str] = "provider-unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
