"""What a draft may become, and that whatever it changes is shown to who signs it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from services.simulator.agencies import Agency, new_agency
from services.stewards.differences import Shown, differences, roster_differences
from services.stewards.drafts import (
    Change,
    Draft,
    StewardError,
    applied,
    finished,
    with_epoch,
    with_stewards,
    without_epoch,
)
from services.stewards.drafts_members import with_generation, with_office, with_successor, without_office
from services.stewards.roster_maker import Federation, make_federation, new_steward, next_version, steward_of
from shared_schemas.partner import Partner
from shared_schemas.roster import EnrolRequest, Member, Region, Roster, Stretch

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
random = Random(13).randbytes


def request(office: str) -> EnrolRequest:
    keys = new_office_keys(office, now=NOW, random=random)
    envelope = enrol_request(keys, office=office, name=office, base_url=f"https://{office}.test", now=NOW)
    return verified_enrol_request(envelope, now=NOW)


def agency(partner: str) -> Agency:
    return new_agency(partner, offices=("kanim-kalianda",), now=NOW, random=random)


FIRST = make_federation([request("kanim-kalianda")], now=NOW, random=random, stretch=Stretch(n=2))


def draft(made: Federation = FIRST) -> Draft:
    return replace(made.draft, root_before=made.root.version)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (without_office("kanim-nowhere", now=NOW), "no member"),
        (without_office("kanim-kalianda", now=NOW, successor="kanim-nowhere"), "no member"),
        (with_generation("kanim-kalianda", generation=1), "only rises"),
        (with_successor("kanim-kalianda", successor="kanim-kalianda"), "cannot go on"),
        (with_epoch(opens_at=NOW, random=random), "another epoch opens"),
        (without_epoch("2031"), "no live epoch"),
        (with_stewards([steward_of(FIRST.stewards[0])], threshold=2), "at least as many"),
        (with_stewards([steward_of(FIRST.stewards[0])] * 2, threshold=1), "distinct"),
        (with_office(request("kanim-kalianda"), now=NOW), "already"),
    ],
)
def test_what_cannot_be_is_refused(change: Change, why: str) -> None:
    with pytest.raises(StewardError, match=why):
        change(draft())


def test_a_successor_stays_named_when_the_office_leaves_and_is_taken_back_only_before() -> None:
    made = with_office(request("kanim-kotabumi"), now=NOW)(draft())
    named = with_successor("kanim-kalianda", successor="kanim-kotabumi")(made)
    assert with_successor("kanim-kalianda", successor=None)(named).roster == made.roster
    left = without_office("kanim-kalianda", now=NOW)(named)
    assert left.roster.members[0].successor == "kanim-kotabumi"
    with pytest.raises(StewardError, match="has left"):
        with_successor("kanim-kalianda", successor=None)(left)


def test_another_key_of_a_steward_needs_another_id() -> None:
    twin = steward_of(new_steward("steward-1", now=NOW, random=random))
    with pytest.raises(StewardError, match="another key id"):
        with_stewards([twin, steward_of(FIRST.stewards[1])], threshold=2)(draft())


def test_four_epochs_are_live_at_most() -> None:
    changes = [with_epoch(opens_at=NOW + timedelta(days=n), random=random) for n in (1, 2, 3, 4)]
    assert [epoch.id for epoch in applied(draft(), changes[:3]).roster.epochs] == ["2026", "2026a", "2026b", "2026c"]
    with pytest.raises(StewardError, match="retire one first"):
        applied(draft(), changes)


def test_the_name_of_an_epoch_is_never_given_to_a_second_key() -> None:
    made, names = draft(), []
    for day in range(1, 8):
        made = with_epoch(opens_at=NOW + timedelta(days=day), random=random)(made)
        names.append(made.roster.epochs[-1].id)
        made = without_epoch(made.roster.epochs[0].id)(made)
        made = finished(made, version=2 + day, now=NOW + timedelta(days=day), random=random)
    assert names == [f"2026{letter}" for letter in "abcdefg"]


def test_an_announced_epoch_is_withdrawn_when_a_member_is_removed_before_it_opens() -> None:
    """Its key has been given out 60 days ahead, to the removed member as well."""
    january = NOW + timedelta(days=38)
    announced = with_epoch(opens_at=january, random=random)(draft())
    opened = with_epoch(opens_at=NOW + timedelta(days=1), random=random)(announced)
    assert [epoch.id for epoch in opened.roster.epochs] == ["2026", "2026a"]
    again = with_epoch(opens_at=january, random=random)(opened)
    assert [epoch.id for epoch in again.roster.epochs] == ["2026", "2026a", "2027a"]
    assert again.roster.retired_epochs == ("2027",)


def test_an_address_belongs_to_one_office() -> None:
    twin = request("kanim-kotabumi").model_copy(update={"base_url": "https://kanim-kalianda.test"})
    changed = with_office(twin, now=NOW)(draft())
    with pytest.raises(StewardError, match="an address twice"):
        finished(changed, version=2, now=NOW, random=random)


def test_an_invitation_is_used_once() -> None:
    changes = [with_office(request(name), now=NOW, invitation="ab" * 32) for name in ("kanim-liwa", "kanim-metro")]
    with pytest.raises(StewardError, match="an invitation twice"):
        finished(applied(draft(), changes), version=2, now=NOW, random=random)


def test_an_encryption_key_that_is_none_is_refused() -> None:
    sound = request("kanim-kotabumi")
    bad = sound.model_copy(update={"encryption_key": sound.encryption_key.model_copy(update={"key": "00" * 32})})
    with pytest.raises(StewardError, match="X25519"):
        finished(with_office(bad, now=NOW)(draft()), version=2, now=NOW, random=random)


def test_a_missing_epoch_key_is_named() -> None:
    with pytest.raises(StewardError, match="epoch 2026 is missing"):
        finished(replace(FIRST.draft, epoch_keys={}), version=2, now=NOW, random=random)


def test_what_only_stewards_hold_is_not_in_what_is_published() -> None:
    published = "".join(file.decode() for file in FIRST.files.values())
    for key in FIRST.epoch_keys.values():
        assert key.hex() not in published
    assert "epoch_keys" not in repr(FIRST)
    assert "epoch_keys" not in repr(draft())


def shown(made: Federation, **fields: Any) -> Shown:
    roster = made.roster.model_copy(update=fields)
    return Shown(roster, made.root, made.draft.expires_at, made.sealed)


def test_every_field_of_a_roster_and_of_a_member_is_shown() -> None:
    """Each field, changed alone, gives a line; so a field added later cannot be signed unseen."""
    old = FIRST.roster
    member = old.members[0]
    others = next_version(
        FIRST, with_office(request("kanim-liwa"), now=NOW), with_epoch(opens_at=NOW + timedelta(1), random=random),
        with_generation("kanim-kalianda", generation=2), now=NOW + timedelta(1), random=random, lifetime=timedelta(9),
    ).roster  # fmt: skip
    extra = {
        "kinds": ("nik/1",),
        "retired_epochs": ("2025",),
        "stretch": Stretch(n=4),
        "lifted": ("ab" * 32,),
        "minimum_protocol": 1,
        "guideline_keys": member.signing_keys,
        "partners": (agency("mitra-polda-lampung").entry,),
        "training": True,
    }
    others_of_a_member = {
        "role": "dashboard",
        "regions": (Region(code="18.01", valid_from=NOW.date()),),
        "signing_keys": (),
        "encryption_keys": (),
        "witnesses": ("kanim-liwa",),
        "valid_from": NOW,
        "valid_until": NOW,
        "generation": 2,
        "invitation": "ab" * 32,
    }
    for name in set(Roster.model_fields) - {"type", "format"}:
        changed = old.model_copy(update={name: extra.get(name, getattr(others, name))})
        assert roster_differences(old, changed), name
    for name in Member.model_fields:
        other = member.model_copy(update={name: others_of_a_member.get(name, "other")})
        assert roster_differences(old, old.model_copy(update={"members": (other,)})), name
    partner, other_agency = agency("mitra-polda-lampung").entry, agency("mitra-bp3mi-lampung").entry
    listed = old.model_copy(update={"partners": (partner,)})
    others_of_a_partner = {
        "regions": ("18.01",), "offices": (), "suspended": True, "valid_from": NOW, "valid_until": NOW
    }  # fmt: skip
    for name in set(Partner.model_fields) - {"id"}:
        value = others_of_a_partner.get(name, getattr(other_agency, name))
        entry = partner.model_copy(update={name: value})
        (line,) = roster_differences(listed, old.model_copy(update={"partners": (entry,)}))
        assert line.startswith(f"~ mitra-polda-lampung {name}: "), name
    assert roster_differences(listed, old) == ["- partner mitra-polda-lampung: removed from the list"]
    assert len(roster_differences(old, listed)) == 1 + len(Partner.model_fields)
    assert roster_differences(old, old) == []


def test_every_field_of_the_root_is_shown_and_until_when_it_counts() -> None:
    now = shown(FIRST)
    assert len(differences(now, now)) == 1
    new = steward_of(new_steward("steward-9", now=NOW, random=random))
    for fields in ({"threshold": 3}, {"targets_threshold": 1}, {"stewards": (new,)}, {"online": ()}, {"version": 2}):
        other = replace(now, root=FIRST.root.model_copy(update=fields))
        assert any("STEWARDS" in line for line in differences(now, other)), fields
    assert any("STEWARDS" in line for line in differences(None, now))
    assert differences(now, replace(now, expires_at=NOW))[0].startswith("~ signatures count until")


def test_what_is_new_is_shown_as_new_what_goes_as_gone_and_only_what_is_other_as_other() -> None:
    made = next_version(FIRST, with_office(request("kanim-liwa"), now=NOW), now=NOW, random=random)
    before, joined = shown(FIRST), shown(made)
    assert {line[0] for line in differences(None, joined) if not line.startswith(" ")} == {"+"}
    come = [line for line in differences(before, joined) if "kanim-liwa" in line]
    assert "+ kanim-liwa base_url: 'https://kanim-liwa.test'" in come
    assert "+ sealed epoch keys of kanim-liwa" in come
    assert {line[0] for line in come} == {"+"}
    gone = [line for line in differences(joined, before) if "kanim-liwa" in line]
    assert {line[0] for line in gone} == {"-"}
    other = made.roster.members[0].model_copy(update={"name": "Kantor lain"})
    changed = shown(made, members=(other, *made.roster.members[1:]))
    assert [line[0] for line in differences(joined, changed)] == ["~", "~"]
