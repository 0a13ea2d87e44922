"""Why a partner agency is refused: what its rights do not hold. Each refusal of a known partner is in the log."""

from typing import ClassVar

from office_node.errors.roots import AskerError


class PartnerError(AskerError):
    """A partner's request is refused for what it is or may."""

    code: ClassVar[str] = "partner-error"


class PartnerUnknownError(PartnerError):
    """The roster lists no partner of this name."""

    code: ClassVar[str] = "partner-unknown"


class PartnerSuspendedError(PartnerError):
    """The partner is suspended, by the roster, a steward's statement or this office."""

    code: ClassVar[str] = "partner-suspended"


class PartnerExpiredError(PartnerError):
    """The partner's rights do not count now: their time is over, or has not begun."""

    code: ClassVar[str] = "partner-expired"


class PartnerElsewhereError(PartnerError):
    """The partner's rights are not for this office."""

    code: ClassVar[str] = "partner-elsewhere"


class ScopeRefusedError(PartnerError):
    """The scope is not granted to this partner here."""

    code: ClassVar[str] = "scope-refused"


class PurposeRefusedError(PartnerError):
    """The purpose is not one for which this partner may ask."""

    code: ClassVar[str] = "purpose-refused"


class FieldsRefusedError(PartnerError):
    """More fields were asked for than the partner's mask has."""

    code: ClassVar[str] = "fields-refused"


class RegionRefusedError(PartnerError):
    """The region is not one that the partner may ask about."""

    code: ClassVar[str] = "region-refused"


class QuotaReachedError(PartnerError):
    """The partner has used what it may ask in a day; `retry_s`: seconds until the next day."""

    code: ClassVar[str] = "quota-reached"

    def __init__(self, retry_s: int) -> None:
        super().__init__()
        self.retry_s = retry_s
