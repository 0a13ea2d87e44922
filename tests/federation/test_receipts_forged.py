"""Whatever is changed in a receipt comes out, also when whoever changed it holds everybody's keys."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from office_node.domain.anchor import Anchor, shown_roster
from office_node.domain.facts import Fact, all_hold
from office_node.domain.verify_receipt import verify_receipt
from office_node.errors import MalformedStatementError
from office_node.signing.notes import Checkpoint
from services.simulator.loop import seeded
from services.stewards.drafts import Draft, amended, with_stewards
from services.stewards.roster_maker import new_steward, next_version, steward_of, suspend
from shared_schemas.base import rfc3339
from shared_schemas.roster import MemberKey
from tests.federation.cast import BANDAR, KALIANDA, KOTABUMI
from tests.federation.receipts import Json, Made, cosigned, forged, make, row

Edit = Callable[[Json, Made], None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("receipts"))


def untrue(facts: list[Fact]) -> str:
    return "\n".join(one.text for one in facts if not one.holds)


def test_both_receipts_hold_as_they_were_made_and_so_does_an_honest_forgery(made: Made) -> None:
    for receipt in (made.receipt, made.other, forged(made)):
        facts = made.verified(receipt)
        assert all_hold(facts), untrue(facts)


def swap_answers(receipt: Json, _made: Made) -> None:
    one, other = row(receipt, KALIANDA), row(receipt, BANDAR)
    one["answer"], other["answer"] = other["answer"], one["answer"]


def swap_rows(receipt: Json, _made: Made) -> None:
    one, other = row(receipt, KALIANDA), row(receipt, BANDAR)
    one["office"], other["office"] = BANDAR, KALIANDA


def take_another_answer(receipt: Json, made: Made) -> None:
    row(receipt, KALIANDA).update(row(made.other, KALIANDA), history=None)


def keep_only_the_arrival(receipt: Json, made: Made) -> None:
    row(receipt, KALIANDA)["arrival"] = row(made.other, KALIANDA)["arrival"]


def add_office(receipt: Json, _made: Made) -> None:
    receipt["screenings"][0]["asked"].append({**row(receipt, BANDAR), "office": "kanim-liwa"})


def edited(*path: Any, to: Any) -> Edit:
    """One member of the first screening is something else."""

    def edit(receipt: Json, _made: Made) -> None:
        place: Any = receipt["screenings"][0]
        for step in path[:-1]:
            place = row(receipt, step) if step in (KALIANDA, BANDAR) else place[step]
        place[path[-1]] = to(place[path[-1]]) if callable(to) else to

    return edit


def whole(name: str, to: Callable[[Any, Made], Any]) -> Edit:
    def edit(receipt: Json, made: Made) -> None:
        receipt[name] = to(receipt[name], made)

    return edit


def drop(office: str) -> Edit:
    def edit(receipt: Json, _made: Made) -> None:
        receipt["screenings"][0]["asked"].remove(row(receipt, office))

    return edit


def other_byte(text: str) -> str:
    octets = bytearray(base64.b64decode(text))
    octets[len(octets) // 2] ^= 1
    return base64.b64encode(octets).decode()


def shorter(proof: list[str]) -> list[str]:
    return proof[:-1]


def longer(proof: list[str]) -> list[str]:
    return [*proof, "00" * 32]


NOT_THERE = "does not stand in the log"
EDITS: list[tuple[Edit, str]] = [
    (swap_answers, "is of another answer"),
    (swap_rows, "was made by"),
    (take_another_answer, "is of something else"),
    (keep_only_the_arrival, "is of something else"),
    (add_office, "is no other office of the roster"),
    (drop(KALIANDA), "kanim-kalianda was a member, and the file does not say that it was asked"),
    (lambda r, _m: r["screenings"][0]["asked"].append(row(r, BANDAR)), "is told of twice"),
    (lambda r, _m: r["screenings"].append(r["screenings"][0]), "stands in the file twice"),
    (edited(KALIANDA, "office", to=KOTABUMI), "is no other office"),
    (edited(KALIANDA, "outcome", to="no_hit"), "signed hit, not no hit"),
    (edited(KALIANDA, "outcome", to="unknown"), "signed hit, not unknown"),
    (edited(BANDAR, "outcome", to="hit"), "signed no hit, not hit"),
    (edited(BANDAR, "answer", to=None), "shows no answer"),
    (edited(BANDAR, "arrival", to=None), "is not in the file"),
    (edited(BANDAR, "arrival", "index", to=lambda n: n + 1), NOT_THERE),
    (edited(BANDAR, "arrival", "index", to=10**9), NOT_THERE),
    (edited(BANDAR, "arrival", "proof", to=shorter), NOT_THERE),
    (edited(BANDAR, "arrival", "proof", to=longer), NOT_THERE),
    (edited(BANDAR, "arrival", "salt", to="00" * 32), NOT_THERE),
    (edited(BANDAR, "arrival", "body", to=lambda text: text.replace("2026-11", "2026-10")), NOT_THERE),
    (edited(BANDAR, "arrival", "body", to="{"), "has not the form of one"),
    (edited(BANDAR, "arrival", "body", to="{}"), "has not the form of one"),
    (edited(KALIANDA, "history", "body", to=lambda text: text.replace('"digest":"', '"digest":"0')), "names no"),
    (edited("entry", to=None), "is not shown to stand in the log"),
    (edited("entry", "index", to=lambda n: n + 1), NOT_THERE),
    (edited("entry", "proof", to=shorter), NOT_THERE),
    (edited("entry", "proof", to=[]), NOT_THERE),
    (edited("entry", "salt", to="00" * 32), "is not what the entry"),
    (edited(KALIANDA, "peer", "index", to=0), "has not proved that its answer is in its own log"),
    (edited(KALIANDA, "peer", "proof", to=longer), "has not proved that its answer is in its own log"),
    (edited("inquiry", "payload", to=other_byte), "An inquiry"),
    (edited("inquiry", "signatures", to=lambda s: [{**s[0], "sig": other_byte(s[0]["sig"])}]), "was not signed with"),
    (edited("inquiry", "signatures", to=lambda s: [{**s[0], "keyid": "kanim-liwa/sign"}]), "is not in the roster"),
    (edited("inquiry", "signatures", to=lambda s: [{**s[0], "keyid": f"{KALIANDA}/sign-2026"}]), "not one of"),
    (edited(KALIANDA, "answer", "payload", to=other_byte), "is of another answer"),
    (edited("notice", "payload", to=other_byte), "The notice beside"),
    (lambda r, m: r["screenings"][0].update(notice=m.other["screenings"][0]["notice"]), "is not the one that"),
    (lambda r, m: r["screenings"][0].update(inquiry=r["screenings"][0]["notice"]), "An inquiry is no statement"),
    (whole("case", lambda _c, m: m.other["case"]), "is about the case"),
    (whole("office", lambda _c, _m: KALIANDA), "The checkpoint is of a log of kanim-kotabumi, not of"),
    (whole("checkpoint", lambda _n, _m: "rubbish"), "has not the form of one"),
    (whole("checkpoint", lambda _n, m: row(m.receipt, KALIANDA)["peer"]["checkpoint"]), "not of one of"),
    (whole("checkpoint", lambda n, _m: n.replace("/1\n", "/2\n", 1)), "No key that the roster lists"),
    (whole("checkpoint", lambda n, _m: n.replace("jejak/", "\u009b/", 1)), "of a log of nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "told"), EDITS)
def test_what_was_changed_is_named(made: Made, edit: Edit, told: str) -> None:
    receipt = made.copy()
    edit(receipt, made)
    facts = made.verified(receipt)
    assert not all_hold(facts)
    assert told in untrue(facts), untrue(facts)
    assert "clean" not in untrue(facts)


def test_no_octet_of_a_receipt_can_be_changed_for_another_fact(made: Made) -> None:
    """Each statement, proof and note, changed in one place: it is untrue, unreadable, or says the same."""
    text = json.dumps(made.receipt)
    first = [one.text for one in made.verified(made.receipt)]
    pick = seeded("octets")
    for _ in range(150):
        at = int.from_bytes(pick(4), "big") % len(text)
        other = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        try:
            facts = made.verified(json.loads(other))
        except (MalformedStatementError, ValueError):
            continue
        assert not all_hold(facts) or [one.text for one in facts] == first, (at, text[at - 40 : at + 40])


def kalianda(**members: Any) -> Callable[[Json], None]:
    return lambda body: body.update(members)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"audience": BANDAR}, "is for kanim-bandarlampung"),
        ({"inquiry": "00" * 16}, "answers another inquiry"),
        ({"in_reply_to": "00" * 32}, "answers another inquiry"),
        ({"issuer": BANDAR}, "was made by"),
        ({"issued_at": "2026-11-01T00:00:00.000Z"}, "did not count at"),
        ({"issued_at": "2026-11-02T01:00:30.000Z"}, "earlier time than the inquiry"),
        ({"issued_at": "2026-11-02T05:00:00.000Z"}, "later time than it came at"),
        ({"issued_at": "2027-11-02T05:00:00.000Z"}, "had run out long before"),
        ({"outcome": "no_hit", "hits": []}, "signed no hit, not hit"),
        ({"outcome": "hit", "hits": []}, "is no statement of the type"),
    ],
)
def test_an_answer_that_says_something_else_does_not_count(made: Made, answer: Json, told: str) -> None:
    facts = made.verified(forged(made, answer=kalianda(**answer)))
    assert told in untrue(facts), untrue(facts)
    assert ("unknown", KALIANDA) in {(one.outcome, one.office) for one in facts}


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        ({"truncated": True}, "truncated"),
        ({"searched": {"epochs": [], "kinds": []}}, "epoch-missing"),
        ({"searched": {"epochs": ["2026"], "kinds": []}}, "kind-missing"),
    ],
)
def test_no_hit_of_an_office_that_did_not_search_everything_is_unknown(made: Made, cut: Json, told: str) -> None:
    receipt = forged(made, answer=kalianda(outcome="no_hit", hits=[], **cut))
    one = row(receipt, KALIANDA)
    one.update(outcome="no_hit", history=None)
    assert f"({told}): that is unknown" in untrue(made.verified(receipt))
    one.update(outcome="unknown", cause=told)
    facts = made.verified(receipt)
    assert all_hold(facts), untrue(facts)
    assert ("unknown", KALIANDA) in {(one.outcome, one.office) for one in facts}


@pytest.mark.parametrize(
    ("arrival", "told"),
    [
        ({"digest": "00" * 32}, "is of another answer"),
        ({"inquiry": "00" * 16}, "is of something else"),
        ({"issuer": KALIANDA}, "is of something else"),
        ({"generation": 2}, "is of something else"),
        ({"type": "history-taken"}, "is of something else"),
        ({"issued_at": "2026-11-03T01:02:36.000Z"}, "later time than the witnesses saw"),
        ({"issued_at": "2026-11-03"}, "has not the form of one"),
        ({"issued_at": "0001-01-01T00:00:00.000+23:00"}, "has not the form of one"),
        ({"issued_at": "9999-12-31T23:59:59.999Z"}, "later time than the witnesses saw"),
        ({"issued_at": "0001-01-01T00:00:00.000Z"}, "later time than it came at"),
        ({"digest": "\u009b31m"}, "names no statement"),
        ({"digest": 7}, "is of something else"),
    ],
)
def test_an_arrival_that_says_something_else_does_not_count(made: Made, arrival: Json, told: str) -> None:
    facts = made.verified(forged(made, arrival=kalianda(**arrival)))
    assert told in untrue(facts), untrue(facts)


def test_an_inquiry_of_another_time_or_generation_does_not_count(made: Made) -> None:
    for members, told in (
        ({"issued_at": "2026-11-02T09:00:00.000Z"}, "later time than the witnesses saw"),
        ({"issued_at": "2020-01-01T00:00:00.000Z"}, "did not count at"),
        ({"generation": 2}, "is not shown to stand in the log"),
        ({"roster_version": 3}, "this one is older"),
        ({"issuer": KALIANDA}, "was made by"),
        ({"notice": "00" * 32}, "is not the one that the inquiry names"),
    ):
        facts = made.verified(forged(made, inquiry=kalianda(**members)))
        assert told in untrue(facts), (members, untrue(facts))


def test_too_few_witnesses_and_strangers_do_not_vouch(made: Made) -> None:
    for cosigners in ([], [KALIANDA], [KOTABUMI, KALIANDA], [KALIANDA, KALIANDA]):
        facts = made.verified(forged(made, cosigners=cosigners))
        assert "2 witnesses are needed" in untrue(facts), cosigners


def test_a_cosignature_from_before_its_key_counted_does_not_vouch(made: Made) -> None:
    facts = made.verified(forged(made, at=made.now - timedelta(days=365)))
    assert "2 witnesses are needed" in untrue(facts)


def test_another_tree_is_not_the_one_that_holds_the_entries(made: Made) -> None:
    receipt = made.copy()
    point = Checkpoint(f"jejak/{KOTABUMI}/1", 30, bytes(32))
    receipt["checkpoint"] = cosigned(made, point).note()
    assert untrue(made.verified(receipt)).count(NOT_THERE) >= 3


def known(made: Made, office: str, **told: Any) -> Anchor:
    """The reader knows of a suspension that the receipt does not show."""
    federation = suspend(made.federation, office, now=made.now + timedelta(days=1), **told)
    return Anchor(federation.fingerprint, federation.files, federation.suspensions)


def test_a_suspended_office_and_one_with_a_stolen_key_do_not_count_from_then_on(made: Made) -> None:
    before, after = made.now - timedelta(hours=1), made.now + timedelta(hours=1)
    for since in (before, after):
        for reason in ("misconduct", "key_compromised"):
            anchor = known(made, KALIANDA, since=since, reason=reason)
            told = untrue(made.verified(made.receipt, anchor))
            if since == before:
                assert "The answer of kanim-kalianda does not count: kanim-kalianda was suspended" in told
            if since == after and reason == "misconduct":
                assert told == ""
            if since == after and reason == "key_compromised":  # what came before counts, cosignatures never
                assert "The answer of" not in told
                assert "2 witnesses are needed" in told
    own = known(made, KOTABUMI, since=before, reason="key_compromised")
    assert "does not count: " in untrue(made.verified(made.receipt, own))
    later = known(made, KOTABUMI, since=after, reason="key_compromised")
    assert untrue(made.verified(made.receipt, later)) == ""


def test_a_suspension_in_the_file_itself_counts_and_a_false_one_spoils_it(made: Made) -> None:
    receipt = made.copy()
    told = suspend(made.federation, KALIANDA, now=made.now, since=made.now - timedelta(hours=1))
    receipt["roster"]["suspensions"] = list(told.suspensions)
    assert "was suspended" in untrue(made.verified(receipt))
    thief = suspend(made.federation, KALIANDA, now=made.now, by=made.keys[BANDAR])
    receipt["roster"]["suspensions"] = list(thief.suspensions)
    assert "The roster is not one" in untrue(made.verified(receipt))


def until(made: Made, office: str, **dates: Any) -> Anchor:
    """The stewards' next roster says other dates of an office's key."""

    def change(draft: Draft) -> Draft:
        def dated(key: MemberKey) -> MemberKey:
            return key.model_copy(update=dates)

        members = tuple(
            one.model_copy(update={"signing_keys": tuple(dated(key) for key in one.signing_keys)})
            if one.id == office
            else one
            for one in draft.roster.members
        )
        return amended(draft, members=members)

    later = next_version(made.federation, change, now=made.now, random=seeded("next"))
    return Anchor(None, later.files)


@pytest.mark.parametrize("office", [KALIANDA, KOTABUMI])
def test_a_key_that_had_ended_or_not_begun_does_not_count(made: Made, office: str) -> None:
    for dates in (
        {"valid_until": made.now - timedelta(hours=1), "valid_from": made.now - timedelta(days=9)},
        {"valid_from": made.now + timedelta(days=1)},
    ):
        told = untrue(made.verified(made.receipt, until(made, office, **dates)))
        assert f"the key {office}/sign-2026 is not in the roster, or did not count" in told
    later = until(made, office, valid_until=made.now + timedelta(days=3))
    assert untrue(made.verified(made.receipt, later)) == ""


def test_only_the_stewards_of_the_fingerprint_are_believed(made: Made) -> None:
    refused = "The roster is not one of the stewards"
    assert refused in untrue(made.verified(made.receipt, Anchor("00" * 16)))
    assert refused in untrue(made.verified(made.receipt, Anchor(None)))
    typed = made.federation.fingerprint.upper()
    assert untrue(made.verified(made.receipt, Anchor(" ".join((typed[:8], typed[8:]))))) == ""
    for path in made.receipt["roster"]["files"]:
        receipt = made.copy()
        receipt["roster"]["files"][path] = other_byte(receipt["roster"]["files"][path])
        assert refused in untrue(made.verified(receipt)), path
        receipt["roster"]["files"][path] = "%"
        assert refused in untrue(made.verified(receipt)), path
        del receipt["roster"]["files"][path]
        assert refused in untrue(made.verified(receipt)), path


def test_other_stewards_follow_and_either_fingerprint_is_enough(made: Made) -> None:
    fresh = [new_steward(f"steward-new-{number}", now=made.now, random=seeded(str(number))) for number in range(3)]
    change = with_stewards([steward_of(key) for key in fresh], threshold=2)
    later = next_version(made.federation, change, now=made.now, random=seeded("next"), stewards=fresh)
    receipt = made.copy()
    receipt["roster"] = shown_roster(later.files, {}).model_dump(mode="json")
    for fingerprint in (made.federation.fingerprint, later.fingerprint):
        assert untrue(made.verified(receipt, Anchor(fingerprint))) == ""
    assert made.federation.fingerprint != later.fingerprint
    assert "wrong-fingerprint" in untrue(made.verified(made.receipt, Anchor(later.fingerprint)))


@pytest.mark.parametrize("stamp", [b"{}", b"[]", b'{"signed": {"version": true}}', b'{"signed": {"version": 1e9}}'])
def test_a_timestamp_without_its_time_is_refused(made: Made, stamp: bytes) -> None:
    receipt = made.copy()
    receipt["roster"]["files"]["metadata/timestamp.json"] = base64.b64encode(stamp).decode()
    assert "reason=malformed" in untrue(made.verified(receipt))


def test_a_screening_under_an_older_roster_is_judged_by_what_is_known(made: Made) -> None:
    receipt = forged(made, inquiry=kalianda(roster_version=1))
    facts = made.verified(receipt)
    assert all_hold(facts), untrue(facts)
    assert any(rfc3339(made.now)[:10] in one.text for one in facts)
    assert replace(made).copy() == made.receipt


def test_erased_salt_leaves_the_leaf_proved(made: Made) -> None:
    receipt = made.copy()
    receipt["screenings"][0]["entry"]["salt"] = None
    facts = made.verified(receipt)
    assert all_hold(facts)
    assert any("was erased" in one.text for one in facts)


@pytest.mark.parametrize("data", [b"{}", b"[]", b"", b"null", b'{"format": "jejak-receipt/1"}'])
def test_what_is_no_receipt_is_malformed(made: Made, data: bytes) -> None:
    with pytest.raises(MalformedStatementError):
        verify_receipt(data, made.anchor)
