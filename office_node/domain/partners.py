"""What a partner agency may ask of this office now: the roster's rights, narrowed by the office and never widened.

Pure. `rights_now` says whether it may ask at all; a `Rights` says what. Nothing is granted by silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from office_node.domain.roster import TrustedRoster
from office_node.errors import (
    FieldsRefusedError,
    PartnerElsewhereError,
    PartnerExpiredError,
    PartnerSuspendedError,
    PartnerUnknownError,
    PurposeRefusedError,
    RegionRefusedError,
    ScopeRefusedError,
)
from shared_schemas.partner import Onward, Partner, PartnerKind, PartnerLimit


@dataclass(frozen=True)
class Rights:
    """What counts at one office: the roster's list without what the office has taken out of it."""

    partner: str
    kind: PartnerKind
    scopes: frozenset[str]
    purposes: frozenset[str]
    fields: frozenset[str]
    regions: frozenset[str] | None
    daily_quota: int
    onward: Onward
    agreement: str
    valid_until: datetime

    def check_scope(self, scope: str) -> None:
        """ScopeRefusedError unless it is granted."""
        if scope not in self.scopes:
            raise ScopeRefusedError

    def check_purpose(self, purpose: str) -> None:
        """PurposeRefusedError unless the partner may ask for it."""
        if purpose not in self.purposes:
            raise PurposeRefusedError

    def shown(self, fields: Iterable[str]) -> frozenset[str]:
        """The fields asked for, all of them within the mask; none asked for is the whole mask. FieldsRefusedError."""
        wanted = frozenset(fields)
        if not wanted <= self.fields:
            raise FieldsRefusedError
        return wanted or self.fields

    def covers(self, region: str | None) -> bool:
        """Whether a person of this regency (Kemendagri code, None: not known) may be asked about."""
        return self.regions is None or region in self.regions

    def check_region(self, region: str | None) -> None:
        """RegionRefusedError unless `covers`."""
        if not self.covers(region):
            raise RegionRefusedError


def rights_now(
    partner_id: str, *, roster: TrustedRoster, office: str, now: datetime, limits: Mapping[str, PartnerLimit]
) -> Rights:
    """The rights of this partner at this office. PartnerError: unknown, suspended, expired, not for this office."""
    partner = partner_now(partner_id, roster=roster, now=now)
    limit = limits.get(partner_id, PartnerLimit())
    if limit.closed:
        raise PartnerSuspendedError
    if office not in partner.offices:
        raise PartnerElsewhereError
    return narrowed(partner, limit)


def partner_now(partner_id: str, *, roster: TrustedRoster, now: datetime) -> Partner:
    """The partner as the roster lists it, if its rights count now. PartnerError."""
    partner = roster.partner(partner_id)
    if partner is None:
        raise PartnerUnknownError
    if partner.suspended or roster.shut_out(partner_id, now):
        raise PartnerSuspendedError
    if not partner.valid_from <= now < partner.valid_until:
        raise PartnerExpiredError
    return partner


def narrowed(partner: Partner, limit: PartnerLimit) -> Rights:
    """What both the roster and the office grant."""
    return Rights(
        partner=partner.id,
        kind=partner.kind,
        scopes=_both(partner.scopes, limit.scopes),
        purposes=_both(partner.purposes, limit.purposes),
        fields=_both(partner.fields, limit.fields),
        regions=_regions(partner.regions, limit.regions),
        daily_quota=min(partner.daily_quota, limit.daily_quota or partner.daily_quota),
        onward=partner.onward,
        agreement=partner.agreement,
        valid_until=partner.valid_until,
    )


def _regions(granted: Iterable[str] | None, left: Iterable[str] | None) -> frozenset[str] | None:
    if granted is None:
        return None if left is None else frozenset(left)
    return _both(granted, left)


def _both(granted: Iterable[str], left: Iterable[str] | None) -> frozenset[str]:
    return frozenset(granted) if left is None else frozenset(granted) & frozenset(left)
