"""What a node trusts, and what it refuses to."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from office_node.domain.enrol import OfficeKeys, enrol_request, new_office_keys, verified_enrol_request
from office_node.domain.epoch_keys import epoch_commitment, open_epoch_keys, seal_epoch_keys
from office_node.domain.roster import TrustedRoster, trusted
from office_node.domain.suspensions import accept_suspension, make_suspension
from office_node.errors import (
    IssuerMismatchError,
    KeyMissingError,
    MalformedStatementError,
    RevokedKeyError,
    RosterRefusedError,
    SealedBoxError,
    StatementBadSignatureError,
    StatementError,
    StatementUnknownKeyError,
    UnknownKeyError,
)
from office_node.signing.keys import SigningKey
from office_node.signing.repository import RosterFiles
from office_node.signing.statements import Statement
from services.directory.timestamp import timestamped
from services.stewards import metadata
from services.stewards.drafts import applied, lifting, with_epoch
from services.stewards.drafts_members import with_office, without_office
from services.stewards.roster_maker import Federation, make_federation, new_steward, next_version, signed, suspend
from shared_schemas.roster import EnrolRequest, Stretch

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
random = Random(7).randbytes
KEYS = {
    office: new_office_keys(office, now=NOW, random=random)
    for office in ("kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung")
}


def request_of(office: str, keys: OfficeKeys) -> EnrolRequest:
    envelope = enrol_request(keys, office=office, name=f"Kantor {office}", base_url=f"https://{office}.test", now=NOW)
    return verified_enrol_request(envelope, now=NOW)


def federation(**options: Any) -> Federation:
    requests = [request_of(office, keys) for office, keys in KEYS.items()]
    return make_federation(requests, now=NOW, random=random, stretch=Stretch(n=2), **options)


FIRST = federation()
FIRST_REQUEST = request_of("kanim-kalianda", KEYS["kanim-kalianda"])


def keys_of(office: str) -> dict[str, Any]:
    made = request_of(office, new_office_keys(office, now=NOW, random=random))
    return {"base_url": made.base_url, "signing_key": made.signing_key, "encryption_key": made.encryption_key}


def held(made: Federation = FIRST) -> TrustedRoster:
    return made.trusted


# ---- who counts when ----


def test_a_member_key_is_found_with_its_owner() -> None:
    keys = KEYS["kanim-kalianda"]
    info = held().key(keys.signing.keyid, NOW)
    assert info.member.id == "kanim-kalianda"
    assert info.key.public_hex == keys.signing.public_hex


def test_an_unknown_key_and_a_key_out_of_its_time_are_refused() -> None:
    roster, keyid = held(), KEYS["kanim-kalianda"].signing.keyid
    with pytest.raises(UnknownKeyError):
        roster.key("kanim-nowhere/sign-2026", NOW)
    for moment in (NOW - timedelta(days=2), NOW + timedelta(days=731)):
        with pytest.raises(RevokedKeyError):
            roster.key(keyid, moment)


def test_a_stewards_key_signs_no_message() -> None:
    with pytest.raises(UnknownKeyError):
        held().key(FIRST.stewards[0].keyid, NOW)


def test_a_finder_for_one_office_knows_only_its_keys() -> None:
    find = held().key_finder("kanim-kalianda")
    own = KEYS["kanim-kalianda"].signing
    assert find(own.keyid, int(NOW.timestamp())).public_hex == own.public_hex
    with pytest.raises(UnknownKeyError):
        find(KEYS["kanim-kotabumi"].signing.keyid, int(NOW.timestamp()))


def test_a_denied_member_is_out_at_once_and_here_only() -> None:
    roster = held().under((), denied=["kanim-kalianda"])
    with pytest.raises(RevokedKeyError):
        roster.key(KEYS["kanim-kalianda"].signing.keyid, NOW)
    assert [office.id for office in roster.offices(NOW)] == ["kanim-kotabumi", "kanim-bandarlampung"]
    assert len(held().offices(NOW)) == 3


def test_a_member_that_has_left_is_asked_no_more_but_stays_provable() -> None:
    second = next_version(FIRST, without_office("kanim-kalianda", now=LATER), now=LATER, random=random)
    roster = held(second)
    keyid = KEYS["kanim-kalianda"].signing.keyid
    assert "kanim-kalianda" not in {office.id for office in roster.offices(LATER)}
    assert "kanim-kalianda" not in second.sealed
    with pytest.raises(RevokedKeyError):
        roster.key(keyid, LATER)
    assert roster.statement_key(keyid, NOW, arrived_at=LATER).member.id == "kanim-kalianda"
    with pytest.raises(StatementUnknownKeyError):
        roster.statement_key(keyid, NOW + timedelta(days=800), arrived_at=LATER)


def test_a_roster_lives_a_week_and_is_good_for_answers_thirty_days_more() -> None:
    roster = held()
    week = timedelta(days=7)
    assert roster.stage(NOW + week - timedelta(milliseconds=1)) == "valid"
    assert roster.stage(NOW + week) == "expired"
    assert roster.stage(NOW + week + timedelta(days=29)) == "expired"
    assert roster.stage(NOW + week + timedelta(days=30)) == "untrusted"


def test_a_list_that_another_version_of_the_targets_names_is_refused() -> None:
    draft = replace(FIRST.draft, roster=FIRST.roster.model_copy(update={"version": 2}))
    files = signed(draft, FIRST.stewards, online=FIRST.online, now=NOW).files
    named_one = metadata.files(metadata.unsigned(draft, now=NOW), draft)
    assert trusted(RosterFiles(files, NOW)).version == 2
    made = metadata.unsigned(FIRST.draft, now=NOW)
    made["targets"].signed.targets["roster.json"] = metadata.unsigned(draft, now=NOW)["targets"].signed.targets[
        "roster.json"
    ]
    for one in made.values():
        for key in FIRST.stewards:
            metadata.sign(one, key)
    mixed = {**named_one, **metadata.files(made, FIRST.draft)}
    mixed["metadata/timestamp.json"] = timestamped(mixed, snapshot=1, key=FIRST.online, now=NOW)
    with pytest.raises(RosterRefusedError) as refused:
        trusted(RosterFiles(mixed, NOW))
    assert refused.value.reason == "mixed"


def test_a_steward_is_no_member() -> None:
    pretender = EnrolRequest.model_validate({**dict(FIRST_REQUEST), "id": "steward-1", **keys_of("steward-1")})
    draft = applied(FIRST.draft, [with_office(pretender, now=NOW)])
    with pytest.raises(MalformedStatementError):
        trusted(signed(replace(draft, root_before=0), FIRST.stewards, online=FIRST.online, now=NOW).held)


def test_what_is_known_is_not_parsed_again() -> None:
    stamped = FIRST.stamped(LATER)
    assert trusted(stamped.held, known=held()).roster is held().roster


def test_an_epoch_is_current_from_the_moment_it_opens() -> None:
    opens = NOW + timedelta(days=38)
    made = next_version(FIRST, with_epoch(opens_at=opens, random=random), now=NOW, random=random)
    roster = held(made)
    assert [epoch.id for epoch in roster.live_epochs()] == ["2026", "2027"]
    assert roster.current_epoch(opens - timedelta(milliseconds=1)).id == "2026"
    assert roster.current_epoch(opens).id == "2027"
    assert [epoch.id for epoch in roster.open_epochs(NOW)] == ["2026"]


def test_kinds_that_this_node_does_not_know_are_not_used() -> None:
    roster = FIRST.roster.model_copy(update={"kinds": ("nik/1", "nik/99", "sex/1")})
    view = replace(held(), roster=roster)
    assert view.index_kinds == ("nik/1",)
    assert view.field_kinds == ("sex/1",)


# ---- suspension ----


def test_one_steward_suspends_and_keys_stop_working() -> None:
    made = suspend(FIRST, "kanim-kalianda", now=LATER)
    roster = held().under([accept_suspension(made.suspensions[0], held())])
    keyid = KEYS["kanim-kalianda"].signing.keyid
    assert roster.key(keyid, LATER - timedelta(seconds=1)).member.id == "kanim-kalianda"
    with pytest.raises(RevokedKeyError):
        roster.key(keyid, LATER)
    assert "kanim-kalianda" not in {office.id for office in roster.offices(LATER)}


def test_the_office_itself_suspends_itself_and_nobody_else() -> None:
    key = KEYS["kanim-kalianda"].signing
    own = make_suspension("kanim-kalianda", key=key, now=NOW, reason="key_compromised")
    assert accept_suspension(own, held()).member == "kanim-kalianda"
    other = make_suspension("kanim-kotabumi", key=key, now=NOW, reason="misconduct")
    with pytest.raises(IssuerMismatchError):
        accept_suspension(other, held())


def test_of_a_stolen_key_only_what_had_arrived_before_counts_whatever_time_it_says() -> None:
    keyid = KEYS["kanim-kalianda"].signing.keyid
    made = suspend(FIRST, "kanim-kalianda", now=LATER)
    roster = held().under([accept_suspension(made.suspensions[0], held())])
    assert roster.statement_key(keyid, NOW, arrived_at=NOW).member.id == "kanim-kalianda"
    with pytest.raises(StatementUnknownKeyError):
        roster.statement_key(keyid, NOW, arrived_at=LATER)
    assert not roster.counts("kanim-kalianda", LATER)
    assert roster.counts("kanim-kotabumi", LATER)


def test_what_an_office_said_counts_on_if_it_left_or_suspended_itself() -> None:
    keyid = KEYS["kanim-kalianda"].signing.keyid
    own = make_suspension("kanim-kalianda", key=KEYS["kanim-kalianda"].signing, now=NOW, reason="key_compromised")
    left = make_suspension("kanim-kalianda", key=FIRST.stewards[0], now=NOW, reason="left")
    for envelope in (own, left):
        roster = held().under([accept_suspension(envelope, held())])
        assert roster.statement_key(keyid, NOW, arrived_at=LATER).member.id == "kanim-kalianda"
        assert not roster.in_good_standing("kanim-kalianda", LATER)


def test_a_strangers_suspension_is_refused() -> None:
    stranger = new_steward("steward-9", now=NOW, random=random)
    with pytest.raises(StatementUnknownKeyError):
        accept_suspension(make_suspension("kanim-kalianda", key=stranger, now=NOW, reason="misconduct"), held())
    pretender = SigningKey(FIRST.stewards[0].keyid, random(32))
    with pytest.raises(StatementBadSignatureError):
        accept_suspension(make_suspension("kanim-kalianda", key=pretender, now=NOW, reason="misconduct"), held())


def test_who_is_no_member_cannot_be_suspended() -> None:
    envelope = make_suspension("kanim-nowhere", key=FIRST.stewards[0], now=NOW, reason="left")
    with pytest.raises(RosterRefusedError):
        accept_suspension(envelope, held())


def test_a_suspension_outlives_a_new_roster_until_one_lifts_it() -> None:
    made = suspend(FIRST, "kanim-kalianda", now=NOW)
    suspension = accept_suspension(made.suspensions[0], held())
    renewed = next_version(made, now=LATER, random=random)
    current = renewed.trusted.under([suspension])
    assert not current.in_good_standing("kanim-kalianda", LATER)
    digest = Statement.from_dict(made.suspensions[0]).digest
    lifted = next_version(renewed, lifting([digest]), now=LATER, random=random)
    current = lifted.trusted.under([suspension])
    assert current.in_good_standing("kanim-kalianda", LATER)
    with pytest.raises(RosterRefusedError):
        accept_suspension(made.suspensions[0], current)


# ---- epoch keys ----


def secrets_of(office: str) -> dict[str, bytes]:
    return {KEYS[office].encryption_keyid: KEYS[office].encryption_secret}


def test_every_member_opens_the_same_keys_from_its_own_file() -> None:
    for office in KEYS:
        assert open_epoch_keys(FIRST.sealed[office], secrets_of(office), roster=held()) == FIRST.epoch_keys


def test_a_file_for_another_member_does_not_open() -> None:
    with pytest.raises(KeyMissingError):
        open_epoch_keys(FIRST.sealed["kanim-kotabumi"], secrets_of("kanim-kalianda"), roster=held())
    stolen = {KEYS["kanim-kotabumi"].encryption_keyid: KEYS["kanim-kalianda"].encryption_secret}
    with pytest.raises(SealedBoxError):
        open_epoch_keys(FIRST.sealed["kanim-kotabumi"], stolen, roster=held())


def test_a_key_that_is_not_the_committed_one_is_refused() -> None:
    member = FIRST.roster.members[0]
    other = seal_epoch_keys(member, {"2026": b"x" * 32}, random=random)
    with pytest.raises(RosterRefusedError) as refused:
        open_epoch_keys(other, secrets_of(member.id), roster=held())
    assert refused.value.reason == "epoch-key"
    assert epoch_commitment(b"x" * 32) != FIRST.roster.epochs[0].commitment


def test_an_older_own_file_still_opens_the_epochs_that_it_has() -> None:
    made = next_version(FIRST, with_epoch(opens_at=LATER, random=random), now=LATER, random=random)
    old, office = FIRST.sealed["kanim-kalianda"], "kanim-kalianda"
    assert open_epoch_keys(old, secrets_of(office), roster=held(made)) == FIRST.epoch_keys
    assert set(open_epoch_keys(made.sealed[office], secrets_of(office), roster=held(made))) == {"2026", "2026a"}


def test_boxes_are_made_anew_only_when_there_is_something_new() -> None:
    assert next_version(FIRST, now=LATER, random=random).sealed == FIRST.sealed


# ---- enrolment ----


def test_a_request_proves_its_own_key_only() -> None:
    keys = KEYS["kanim-kalianda"]
    envelope = enrol_request(keys, office="kanim-kalianda", name="Kalianda", base_url="https://kalianda.test", now=NOW)
    assert verified_enrol_request(envelope, now=NOW).id == "kanim-kalianda"
    forged = json.loads(json.dumps(envelope))
    forged["signatures"][0]["keyid"] = "kanim-kalianda/other"
    with pytest.raises(IssuerMismatchError):
        verified_enrol_request(forged, now=NOW)
    payload = forged["payload"]
    with pytest.raises(StatementError):
        verified_enrol_request({**envelope, "payload": payload[:40] + "AAAA" + payload[44:]}, now=NOW)


def test_an_old_request_is_refused() -> None:
    keys = KEYS["kanim-kalianda"]
    envelope = enrol_request(keys, office="kanim-kalianda", name="K", base_url="https://k.test", now=NOW)
    for moment in (NOW + timedelta(days=30), NOW - timedelta(days=1)):
        with pytest.raises(RosterRefusedError):
            verified_enrol_request(envelope, now=moment)


def test_keys_named_after_another_office_are_refused() -> None:
    with pytest.raises(ValueError, match="holder"):
        enrol_request(KEYS["kanim-kalianda"], office="kanim-kotabumi", name="K", base_url="https://k.test", now=NOW)
