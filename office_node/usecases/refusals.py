"""Why a use case refuses what was asked. Facts only; the edge turns the type into a status and two sentences."""

from typing import ClassVar

from office_node.errors import AskerError


class CaseUnknownError(AskerError):
    """No such case, screening or alert in this office."""

    code: ClassVar[str] = "not-found"


class RowNotShownError(AskerError):
    """The screening's history shows no such row now, so there is nothing to judge."""

    code: ClassVar[str] = "row-not-shown"


class CheckpointMalformedError(AskerError):
    """What was sent to a witness is no request of C2SP tlog-witness."""

    code: ClassVar[str] = "checkpoint-malformed"


class CheckpointUnsignedError(AskerError):
    """No key of that office that counts now has signed the checkpoint."""

    code: ClassVar[str] = "checkpoint-unsigned"


class LogUnknownError(AskerError):
    """The checkpoint is of no log that this office witnesses."""

    code: ClassVar[str] = "log-unknown"


class LogInconsistentError(AskerError):
    """The proof does not show that the log has only grown."""

    code: ClassVar[str] = "log-inconsistent"


class ProofImpossibleError(AskerError):
    """The log has no such leaf, or not so many entries yet."""

    code: ClassVar[str] = "proof-impossible"


class ReceiptImpossibleError(AskerError):
    """The case was never asked about from this office, so there is nothing to give a receipt of."""

    code: ClassVar[str] = "receipt-impossible"


class NotSuccessorError(AskerError):
    """The roster does not say that this office goes on with the giver's case."""

    code: ClassVar[str] = "not-successor"


class CaseMovedError(AskerError):
    """The case was handed over: the office that goes on with it decides."""

    code: ClassVar[str] = "case-moved"


class CaseChangedError(AskerError):
    """Another step was taken since the officer looked at the case."""

    code: ClassVar[str] = "case-changed"


class StepImpossibleError(AskerError):
    """That step does not lead on from where the case is."""

    code: ClassVar[str] = "step-impossible"


class SupervisorNeededError(AskerError):
    """Not everybody is accounted for, or the level is MERAH: a supervisor approves, and says why."""

    code: ClassVar[str] = "supervisor-needed"


class PaperTimeError(AskerError):
    """A case on paper is entered within 30 days, and was not taken tomorrow."""

    code: ClassVar[str] = "paper-time"


class ListAheadError(AskerError):
    """Passports cannot have been issued on a day that is still to come, or so long ago."""

    code: ClassVar[str] = "list-day"


class CursorForgottenError(AskerError):
    """Events behind that cursor are not kept any more, or there never was such a one."""

    code: ClassVar[str] = "cursor-forgotten"


class SecondOfficerNeededError(AskerError):
    """Rule 5: this decision takes two distinct officers."""

    code: ClassVar[str] = "second-officer-needed"


class SameOfficerError(AskerError):
    """Both signatures name the same officer."""

    code: ClassVar[str] = "same-officer"


class DecisionInvalidError(AskerError):
    """What was said with a step is not enough, or contradicts itself; `rule` says which (`domain/step_rules.py`)."""

    code: ClassVar[str] = "decision-invalid"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class BirthDateInFutureError(AskerError):
    """Nobody is born tomorrow."""

    code: ClassVar[str] = "birth-date-in-future"


class IdempotencyMismatchError(AskerError):
    """The same idempotency key came with another body."""

    code: ClassVar[str] = "idempotency-mismatch"


class QuestionFirstError(AskerError):
    """The interviewer has not yet saved the answer to *pernah mengajukan di kantor lain?*."""

    code: ClassVar[str] = "question-first"


class AnswerInvalidError(AskerError):
    """An answer is to no question of the guideline in force, or of another kind than it asks for."""

    code: ClassVar[str] = "answer-invalid"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class AlreadyDecidedError(AskerError):
    """The alert was signed off before, or the case is closed."""

    code: ClassVar[str] = "already-decided"


class RevealMismatchError(AskerError):
    """The revealed person is not the one that was asked about, or no hit was given to this asker."""

    code: ClassVar[str] = "reveal-mismatch"


class NoticeMismatchError(AskerError):
    """The inquiry names another notice than the one beside it, one without tokens, or one whose time is over."""

    code: ClassVar[str] = "notice-mismatch"


class NothingToSearchError(AskerError):
    """The inquiry carries no index token: whatever was found would be nobody, and *no hit* would be untrue."""

    code: ClassVar[str] = "nothing-to-search"


class AccessDeniedError(AskerError):
    """The office system's key is missing, unknown or revoked, or may not act in this role."""

    code: ClassVar[str] = "access-denied"
