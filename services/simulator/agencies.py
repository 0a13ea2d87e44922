"""Partner agencies for tests, demo and sandbox: invented, each with fresh keys and the rights that its duty needs."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey, OKPKey

from office_node.signing.keys import SigningKey
from services.stewards.drafts import Random
from shared_schemas.partner import Partner

LIFETIME = timedelta(days=90)
RIGHTS: dict[str, dict[str, Any]] = {
    "mitra-polda-lampung": {
        "name": "Polda Lampung, Satgas TPPO",
        "kind": "police",
        "scopes": ("pola:baca", "kasus:minta", "peringatan:tulis"),
        "purposes": ("trafficking_investigation",),
        "fields": ("standing", "reason_group", "office", "decided_at", "until", "condition"),
        "daily_quota": 50,
        "onward": "criminal_proceedings",
        "agreement": "PKS 12/2026",
    },
    "mitra-bp3mi-lampung": {
        "name": "BP3MI Lampung",
        "kind": "kp2mi",
        "scopes": ("rujukan:baca", "rujukan:tulis", "pmi:verifikasi", "p3mi:baca", "statistik:baca"),
        "purposes": ("protection", "placement_check", "statistics"),
        "fields": ("standing", "office", "decided_at", "regency"),
        "daily_quota": 200,
        "onward": "own_agency",
        "agreement": "PKS 7/2026",
    },
    "mitra-disnaker-lamsel": {
        "name": "Disnaker Kabupaten Lampung Selatan",
        "kind": "disnaker",
        "scopes": ("rujukan:baca:wilayah", "rekomendasi:tulis"),
        "purposes": ("recommendation",),
        "fields": ("standing", "regency"),
        "regions": ("18.01",),
        "daily_quota": 100,
        "agreement": "PKS 9/2026",
    },
    "mitra-pemkab-pringsewu": {
        "name": "Pemerintah Kabupaten Pringsewu",
        "kind": "local_government",
        "scopes": ("statistik:baca", "pimpasa:jadwal"),
        "purposes": ("statistics", "outreach"),
        "fields": (),
        "daily_quota": 20,
        "agreement": "PKS 15/2026",
    },
}


@dataclass(frozen=True)
class Agency:
    """A partner with its secrets: what only the agency holds."""

    entry: Partner
    assertion: OKPKey | ECKey
    signing: SigningKey

    @property
    def id(self) -> str:
        """Its name in the roster, and as an OAuth client."""
        return self.entry.id


def new_agency(
    partner: str, *, offices: Sequence[str], now: datetime, random: Random, curve: str = "Ed25519", **rights: Any
) -> Agency:  # fmt: skip
    """The agency of this name with its usual rights, or those given; its keys are new."""
    times = {"valid_from": now - timedelta(minutes=2), "valid_until": now - timedelta(minutes=2) + LIFETIME}
    kid = f"{partner}/assert-{now.year}"
    seed = random(32)
    assertion = okp_key(seed, kid=kid) if curve == "Ed25519" else ECKey.generate_key("P-256", {"kid": kid})
    signing = SigningKey(f"{partner}/sign-{now.year}", random(32))
    public = {
        name: value for name, value in assertion.as_dict(private=False).items() if name in ("kty", "crv", "x", "y")
    }
    entry = Partner.model_validate(
        {
            "id": partner,
            "assertion_keys": ({**public, "kid": kid, **times},),
            "signing_keys": ({"keyid": signing.keyid, "key": signing.public_hex, **times},),
            "offices": tuple(offices),
            **times,
            **RIGHTS[partner],
            **rights,
        }
    )
    return Agency(entry, assertion, signing)


def okp_key(seed: bytes, *, kid: str) -> OKPKey:
    """An Ed25519 private key (RFC 8037) of this 32-byte seed."""
    public = bytes.fromhex(SigningKey("mitra/x", seed).public_hex)
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _b64(seed), "x": _b64(public), "kid": kid})


def _b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
