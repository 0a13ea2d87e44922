"""Partner agencies for tests, demo and sandbox: invented, each with fresh keys and the rights that its duty needs."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from joserfc.jwk import ECKey, OKPKey

from office_node.signing.keys import SigningKey
from office_node.usecases.refresh_roster import refresh_roster
from services.partner_client import PartnerClient, ed25519_key
from services.simulator.federation import Office, Simulation
from services.simulator.loop import seeded
from services.stewards.drafts import Random
from services.stewards.partners import with_partner
from services.stewards.roster_maker import next_version
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
    assertion = ed25519_key(seed, kid=kid) if curve == "Ed25519" else ECKey.generate_key("P-256", {"kid": kid})
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


async def list_agencies(simulation: Simulation, *agencies: Agency) -> None:
    """The stewards list them, and every office fetches the roster that says so."""
    now = next(iter(simulation.offices.values())).clock.now()
    changes = [with_partner(agency.entry) for agency in agencies]
    simulation.federation = next_version(simulation.federation, *changes, now=now, random=seeded(f"agencies {now}"))
    for office in simulation.offices.values():
        if office.app is not None:
            await refresh_roster(office.node)


@asynccontextmanager
async def client_of(agency: Agency, office: Office, *, name: str = "1") -> AsyncIterator[PartnerClient]:
    """The agency's client at this office, over ASGI and on the office's clock."""
    assert office.app is not None
    transport = httpx.ASGITransport(app=office.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as http:
        yield PartnerClient(
            agency.id,
            key=agency.assertion,
            node=office.settings.public_url,
            http=http,
            now=lambda: int(office.clock.now().timestamp()),
            random=seeded(f"{agency.id} {office.id} {name} {office.clock.monotonic()}"),
        )
