"""What partners may ask: their rights in the roster, what an office takes away, and that nothing widens them."""

import json
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from office_node.domain.partners import narrowed, rights_now
from office_node.domain.roster import TrustedRoster
from office_node.domain.suspensions import accept_suspension, make_suspension
from office_node.errors import (
    FieldsRefusedError,
    IssuerMismatchError,
    PartnerElsewhereError,
    PartnerError,
    PartnerExpiredError,
    PartnerSuspendedError,
    PartnerUnknownError,
    PurposeRefusedError,
    RegionRefusedError,
    ScopeRefusedError,
    StatementError,
)
from services.simulator.agencies import RIGHTS, Agency, new_agency
from services.stewards.drafts import StewardError
from services.stewards.partners import with_partner, without_partner
from services.stewards.roster_maker import Federation, make_federation, next_version
from shared_schemas.partner import (
    SCOPES_OF_KIND,
    Partner,
    PartnerField,
    PartnerKind,
    PartnerLimit,
    PartnerPurpose,
    Scope,
)
from shared_schemas.roster import Stretch

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OFFICE = "kanim-kalianda"
random = Random(5).randbytes
POLICE, KP2MI, DISNAKER = "mitra-polda-lampung", "mitra-bp3mi-lampung", "mitra-disnaker-lamsel"


def agency(partner: str = POLICE, **rights: Any) -> Agency:
    return new_agency(partner, now=NOW, random=random, **{"offices": (OFFICE,), **rights})


def federation() -> Federation:
    keys = new_office_keys(OFFICE, now=NOW, random=random)
    envelope = enrol_request(keys, office=OFFICE, name=OFFICE, base_url=f"https://{OFFICE}.test", now=NOW)
    made = make_federation([verified_enrol_request(envelope, now=NOW)], now=NOW, random=random, stretch=Stretch(n=2))
    return next_version(made, *(with_partner(agency(one).entry) for one in RIGHTS), now=NOW, random=random)


FIRST = federation()


def rights(
    partner: str = POLICE, *, at: datetime = NOW, office: str = OFFICE, roster: TrustedRoster = FIRST.trusted,
    **limits: PartnerLimit,
) -> Any:  # fmt: skip
    named = {name.replace("_", "-"): limit for name, limit in limits.items()}
    return rights_now(partner, roster=roster, office=office, now=at, limits=named)


# ---- who may ask at all ----


def test_a_listed_partner_has_the_rights_that_the_stewards_signed() -> None:
    found = rights()
    assert found.scopes == {"pola:baca", "kasus:minta", "peringatan:tulis"}
    assert (found.daily_quota, found.onward, found.agreement) == (50, "criminal_proceedings", "PKS 12/2026")


@pytest.mark.parametrize(
    ("why", "partner", "later", "office"),
    [
        (PartnerUnknownError, "mitra-nowhere", timedelta(), OFFICE),
        (PartnerUnknownError, OFFICE, timedelta(), OFFICE),
        (PartnerExpiredError, POLICE, timedelta(days=90), OFFICE),
        (PartnerExpiredError, POLICE, -timedelta(minutes=3), OFFICE),
        (PartnerElsewhereError, POLICE, timedelta(), "kanim-kotabumi"),
    ],
)
def test_who_may_not_ask_is_told_why(why: type[PartnerError], partner: str, later: timedelta, office: str) -> None:
    with pytest.raises(why):
        rights(partner, at=NOW + later, office=office)


def test_a_suspended_partner_is_refused_whoever_suspended_it() -> None:
    listed = next_version(FIRST, with_partner(agency(suspended=True).entry), now=NOW, random=random).trusted
    envelope = make_suspension(POLICE, key=FIRST.stewards[0], now=NOW, reason="misconduct")
    by_steward = FIRST.trusted.under([accept_suspension(envelope, FIRST.trusted)])
    by_office = FIRST.trusted.under([], denied=[POLICE])
    for roster in (listed, by_steward, by_office):
        with pytest.raises(PartnerSuspendedError):
            rights(roster=roster)
    with pytest.raises(PartnerSuspendedError):
        rights(mitra_polda_lampung=PartnerLimit(closed=True))
    assert rights(KP2MI, roster=by_office).partner == KP2MI


def test_a_partner_suspends_nobody() -> None:
    key = agency().signing
    for member in (POLICE, OFFICE):
        with pytest.raises((IssuerMismatchError, StatementError)):
            accept_suspension(make_suspension(member, key=key, now=NOW, reason="left"), FIRST.trusted)


def test_a_partners_key_is_no_members_key() -> None:
    (entry,) = (one for one in FIRST.roster.partners if one.id == POLICE)
    with pytest.raises(StatementError):
        FIRST.trusted.statement_key(entry.signing_keys[0].keyid, NOW, arrived_at=NOW)
    assert not FIRST.trusted.in_good_standing(POLICE, NOW)


# ---- what it may ask ----


def test_each_right_that_is_not_listed_is_refused() -> None:
    for partner in RIGHTS:
        found = rights(partner)
        for scope in get_args(Scope):
            if scope in RIGHTS[partner]["scopes"]:
                found.check_scope(scope)
            else:
                with pytest.raises(ScopeRefusedError):
                    found.check_scope(scope)
        for purpose in get_args(PartnerPurpose):
            if purpose in RIGHTS[partner]["purposes"]:
                found.check_purpose(purpose)
            else:
                with pytest.raises(PurposeRefusedError):
                    found.check_purpose(purpose)
        for field in get_args(PartnerField):
            if field in RIGHTS[partner]["fields"]:
                assert found.shown([field]) == {field}
            else:
                with pytest.raises(FieldsRefusedError):
                    found.shown([*RIGHTS[partner]["fields"], field])
        assert found.shown([]) == set(RIGHTS[partner]["fields"])


def test_a_partner_of_some_regions_asks_about_people_of_these_only() -> None:
    found = rights(DISNAKER)
    found.check_region("18.01")
    for region in ("18.10", "", None):
        with pytest.raises(RegionRefusedError):
            found.check_region(region)
    assert rights(POLICE).covers(None)


def test_an_office_narrows_and_never_widens() -> None:
    everything: dict[str, tuple[str, ...]] = {
        "scopes": get_args(Scope), "purposes": get_args(PartnerPurpose), "fields": get_args(PartnerField),
        "regions": ("18.01", "18.10", "18.71"),
    }  # fmt: skip
    for partner in RIGHTS:
        entry = agency(partner).entry
        whole = narrowed(entry, PartnerLimit())
        for name, values in everything.items():
            for size in range(3):
                for chosen in combinations(values, size):
                    found = narrowed(entry, PartnerLimit.model_validate({name: chosen}))
                    for right in ("scopes", "purposes", "fields"):
                        assert getattr(found, right) <= getattr(whole, right)
                    assert whole.regions is None or (found.regions is not None and found.regions <= whole.regions)
            raised = narrowed(entry, PartnerLimit.model_validate({name: values, "daily_quota": 10**6}))
            assert (raised.scopes, raised.fields) == (whole.scopes, whole.fields)
            assert raised.daily_quota == entry.daily_quota
        assert narrowed(entry, PartnerLimit(daily_quota=3)).daily_quota == 3
    assert narrowed(agency().entry, PartnerLimit(regions=("18.01",))).regions == frozenset({"18.01"})
    assert narrowed(agency().entry, PartnerLimit(regions=())).regions == frozenset()


# ---- what stewards cannot sign ----


@pytest.mark.parametrize("kind", get_args(PartnerKind))
def test_no_agency_gets_a_scope_that_is_not_for_its_duty(kind: str) -> None:
    partner = next(one for one, fields in RIGHTS.items() if fields["kind"] == kind)
    for scope in set(get_args(Scope)) - SCOPES_OF_KIND[kind]:
        with pytest.raises(ValidationError, match="not for agencies"):
            agency(partner, scopes=(scope,))


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_until": NOW + timedelta(days=91)},
        {"valid_until": NOW - timedelta(days=1)},
        {"scopes": ("kasus:minta", "kasus:minta")},
        {"scopes": ()},
        {"purposes": ()},
        {"offices": ()},
        {"daily_quota": 0},
        {"daily_quota": "5"},
        {"agreement": ""},
        {"fields": ("nik",)},
        {"note": "anything else"},
    ],
)
def test_an_entry_that_grants_too_much_or_says_too_little_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        agency(**fields)


def test_the_scope_of_a_region_needs_a_region() -> None:
    with pytest.raises(ValidationError, match="needs regions"):
        agency(DISNAKER, regions=None)


def test_a_key_is_of_one_curve_in_one_spelling_and_of_its_holder() -> None:
    entry = agency().entry.model_dump(mode="json")
    key = entry["assertion_keys"][0]
    short = {**key, "x": key["x"][:-1]}
    other = {**key, "x": key["x"][:-1] + ("B" if key["x"][-1] != "B" else "C")}
    for bad in (
        short, other, {**key, "y": key["x"]}, {**key, "crv": "P-256"}, {**key, "kty": "RSA"}, {**key, "d": key["x"]},
        {**key, "kid": "mitra-other/assert-2026"},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Partner.model_validate_json(_json(entry | {"assertion_keys": [bad]}))
    assert Partner.model_validate_json(_json(entry)).assertion_keys[0].alg == "Ed25519"


def test_names_and_keys_occur_once_in_the_whole_roster() -> None:
    police, other = agency(), agency(KP2MI)
    member = FIRST.roster.members[0]
    borrowed = other.entry.signing_keys[0].model_copy(update={"key": member.signing_keys[0].key})
    twin = police.entry.signing_keys[0].model_copy(update={"keyid": f"{KP2MI}/sign-2"})
    office = other.entry.model_copy(update={"id": OFFICE})
    for entry in (
        other.entry.model_copy(update={"signing_keys": (borrowed,)}),
        other.entry.model_copy(update={"signing_keys": (twin,)}),
        office,
    ):
        with pytest.raises(StewardError, match=r"twice|begins with its holder"):
            next_version(FIRST, with_partner(police.entry), with_partner(entry), now=NOW, random=random)


def test_the_documents_example_is_an_entry(repository: Path) -> None:
    page = (repository / "docs" / "partners.md").read_text()
    entry = Partner.model_validate_json(page.split("```json\n")[1].split("```")[0])
    assert entry.assertion_keys[0].jwk["alg"] == "Ed25519"
    for kind, scopes in SCOPES_OF_KIND.items():
        line = next(line for line in page.splitlines() if f"`{kind}`: " in line)
        assert {part for part in line.split("`") if ":" in part and part.strip() != ":"} == scopes


def test_a_partner_is_taken_off() -> None:
    gone = next_version(FIRST, without_partner(POLICE), now=NOW, random=random)
    assert gone.trusted.partner(POLICE) is None
    with pytest.raises(StewardError, match="no partner"):
        next_version(gone, without_partner(POLICE), now=NOW, random=random)


def _json(value: Any) -> str:

    return json.dumps(value)
