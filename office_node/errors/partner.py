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


class TokenRequestError(PartnerError):
    """The request to the token endpoint has not its form; `rule` is what is wrong (RFC 6749 §5.2 `invalid_request`)."""

    code: ClassVar[str] = "token-request"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class GrantRefusedError(PartnerError):
    """Another grant than client credentials was asked for (`unsupported_grant_type`)."""

    code: ClassVar[str] = "grant-refused"


class AssertionRefusedError(PartnerError):
    """The client's assertion (RFC 7523) proves nothing here; `rule` is what failed (`invalid_client`)."""

    code: ClassVar[str] = "assertion-refused"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class AssertionReplayedError(PartnerError):
    """The assertion was used before (`invalid_client`)."""

    code: ClassVar[str] = "assertion-replayed"


class DpopRefusedError(PartnerError):
    """The DPoP proof (RFC 9449) does not prove possession for this request; `rule` is what failed."""

    code: ClassVar[str] = "dpop-refused"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule


class DpopReplayedError(PartnerError):
    """The DPoP proof was used before."""

    code: ClassVar[str] = "dpop-replayed"


class TokenRefusedError(PartnerError):
    """The access token is none of this node's, has ended or was revoked; `rule` is what failed (`invalid_token`)."""

    code: ClassVar[str] = "token-refused"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
