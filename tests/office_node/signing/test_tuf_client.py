"""What a node takes from a mirror that lies, and what it refuses: each with the node's files left as they were."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tuf.api.metadata import Metadata
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from office_node.errors import RosterRefusedError
from office_node.signing.keys import SigningKey
from office_node.signing.repository import NEWEST_ROOT, TIMESTAMP, RosterFiles, fingerprint_of, prove
from office_node.signing.tuf_client import MAX_ROOTS, answer, mirror, update
from services.directory.timestamp import timestamped
from services.stewards import metadata
from services.stewards.drafts import with_stewards
from services.stewards.drafts_members import with_generation
from services.stewards.roster_maker import Federation, make_federation, new_steward, next_version, signed, steward_of
from shared_schemas.roster import Stretch

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
random = Random(17).randbytes


def _federation() -> Federation:
    keys = new_office_keys("kanim-kalianda", now=NOW, random=random)
    url = "https://kalianda.test"
    envelope = enrol_request(keys, office="kanim-kalianda", name="Kalianda", base_url=url, now=NOW)
    request = verified_enrol_request(envelope, now=NOW)
    return make_federation([request], now=NOW, random=random, stretch=Stretch(n=2), stewards=5, threshold=3)


FIRST = _federation()


def taken(held: RosterFiles | str, files: Mapping[str, bytes], *, now: datetime = LATER) -> RosterFiles | None:
    return answer(update(held, now=now), mirror(files))


def start(made: Federation = FIRST) -> RosterFiles:
    new = taken(made.fingerprint, made.files, now=made.at)
    assert new is not None
    return new


def reason(held: RosterFiles | str, files: Mapping[str, bytes], *, now: datetime = LATER) -> str:
    with pytest.raises(RosterRefusedError) as refused:
        taken(held, files, now=now)
    return refused.value.reason


def second(made: Federation = FIRST, *, now: datetime = LATER) -> Federation:
    return next_version(made, with_generation("kanim-kalianda", generation=2), now=now, random=random)


def rotated(made: Federation = FIRST, *, keep: int = 3, online: SigningKey | None = None) -> Federation:
    """The first stewards have left, new ones have come."""
    draws, turn = Random(made.root.version).randbytes, made.root.version
    come = tuple(new_steward(f"steward-{turn}-{n}", now=LATER, random=draws) for n in range(5 - keep))
    keys = (*made.stewards[5 - keep :], *come)
    change = with_stewards(
        [steward_of(key) for key in keys], threshold=3, online=[steward_of(online or made.online)]
    )  # fmt: skip
    made = replace(made, online=online or made.online)
    return next_version(made, change, now=LATER, random=random, stewards=keys)


# ---- beginning ----


def test_a_typed_fingerprint_is_enough_to_begin() -> None:
    typed = " ".join(FIRST.fingerprint[i : i + 4] for i in range(0, 32, 4)).upper()
    new = taken(typed, FIRST.files, now=NOW)
    assert new is not None
    proved = prove(new)
    assert (proved.version, proved.fingerprint, proved.root) == (1, FIRST.fingerprint, FIRST.root)
    assert len(FIRST.fingerprint) == 32


def test_a_fingerprint_that_was_read_out_before_the_stewards_changed_leads_to_the_newest() -> None:
    newer = rotated(rotated())
    for typed in (FIRST.fingerprint, rotated().fingerprint, newer.fingerprint):
        new = taken(typed, newer.files)
        assert new is not None
        assert prove(new).root.version == 3
    begun = taken(newer.fingerprint, newer.files)
    assert begun is not None
    assert "metadata/1.root.json" not in begun.files


def test_another_fingerprint_is_refused_however_far_the_mirror_leads() -> None:
    assert reason("0" * 32, FIRST.files) == "wrong-fingerprint"
    assert reason("0" * 32, rotated().files) == "wrong-fingerprint"
    assert reason(FIRST.fingerprint, {**FIRST.files, "metadata/1.root.json": b"{}"}) == "malformed"
    root = Metadata.from_bytes(FIRST.files["metadata/1.root.json"])
    root.signed.version = 10**9
    asking = update("0" * 32, now=NOW)
    next(asking)
    for _ in range(MAX_ROOTS - 1):
        asking.send(root.to_bytes())
    with pytest.raises(RosterRefusedError):
        asking.send(root.to_bytes())


# ---- going on ----


def test_nothing_new_costs_one_small_file() -> None:
    asked: list[str] = []

    def give(path: str) -> bytes | None:
        asked.append(path)
        return mirror(FIRST.files)(path)

    assert answer(update(start(), now=LATER), give) is None
    assert asked == [TIMESTAMP]
    assert len(FIRST.files[TIMESTAMP]) < 1024


def test_a_new_timestamp_fetches_nothing_else() -> None:
    stamped = FIRST.stamped(LATER)
    new = taken(start(), {path: stamped.files[path] for path in ("metadata/1.root.json", TIMESTAMP)})
    assert new is not None
    assert prove(new).expires_at == LATER + timedelta(days=7)
    assert new.fetched_at == LATER


def test_a_higher_version_replaces_and_what_is_named_no_more_goes() -> None:
    new = taken(start(), second().files)
    assert new is not None
    assert prove(new).version == 2
    assert [path for path in new.files if path.endswith(("snapshot.json", "targets.json"))] == [
        "metadata/2.snapshot.json",
        "metadata/2.targets.json",
    ]
    assert sum("roster.json" in path for path in new.files) == 1


def test_new_stewards_are_named_by_the_old_ones_and_sign_themselves() -> None:
    new = taken(start(), rotated().files)
    assert new is not None
    assert prove(new).root.version == 2
    assert prove(new).fingerprint == fingerprint_of(rotated().files["metadata/2.root.json"]) != FIRST.fingerprint


def test_what_was_proved_once_is_proved_again_for_other_bytes_and_another_time() -> None:
    held = start()
    assert prove(held) is prove(RosterFiles(dict(held.files), held.fetched_at))
    path = next(path for path in held.files if path.endswith(".roster.json"))
    with pytest.raises(RosterRefusedError, match="other-bytes"):
        prove(RosterFiles({**held.files, path: held.files[path] + b" "}, held.fetched_at))
    with pytest.raises(RosterRefusedError, match="expired"):
        prove(replace(held, fetched_at=held.fetched_at + timedelta(days=400)))


# ---- lies ----


def test_roll_back_to_an_old_version_is_refused() -> None:
    newer = start(second())
    old = FIRST.stamped(LATER + timedelta(hours=2))
    assert reason(newer, old.files, now=LATER + timedelta(hours=2)) == "rolled-back"
    assert reason(newer, FIRST.files) == "rolled-back"


def test_an_old_timestamp_of_the_same_version_is_refused() -> None:
    held = start(FIRST.stamped(LATER))
    assert reason(held, FIRST.files) == "rolled-back"


def test_freeze_ends_with_the_timestamp() -> None:
    held, end = start(), NOW + timedelta(days=7)
    assert taken(held, FIRST.files, now=end + timedelta(days=1)) is None
    assert prove(held).expires_at == end
    late = FIRST.stamped(NOW + timedelta(days=3))
    assert reason(held, late.files, now=NOW + timedelta(days=10)) == "expired"
    assert reason(FIRST.fingerprint, FIRST.files, now=end) == "expired"


def test_fast_forward_by_a_stolen_online_key_ends_when_the_stewards_take_the_key_back() -> None:
    far = FIRST.stamped(NOW + timedelta(days=3000))
    stolen = timestamped(far.files, snapshot=1, key=FIRST.online, now=NOW + timedelta(days=3000))
    held = taken(start(), {**FIRST.files, TIMESTAMP: stolen})
    assert held is not None
    assert reason(held, second().files) == "rolled-back"
    fresh = new_steward("directory-2", now=LATER, random=random)
    new = taken(held, rotated(online=fresh).files)
    assert new is not None
    assert (prove(new).version, prove(new).expires_at) == (2, LATER + timedelta(days=7))


@pytest.mark.parametrize("signers", [0, 1, 2])
def test_under_threshold_is_refused(signers: int) -> None:
    draft = replace(second().draft, root_before=1)
    made = signed(draft, FIRST.stewards[:signers], online=FIRST.online, now=LATER, before=FIRST.files)
    assert reason(start(), made.files) == "under-threshold"


def test_strangers_and_one_steward_under_several_names_do_not_count() -> None:
    draft = replace(second().draft, root_before=1)
    strangers = [new_steward(f"stranger-{n}", now=NOW, random=random) for n in range(3)]
    aliases = [SigningKey(f"steward-{n}/root-2026", FIRST.stewards[0].seed) for n in (1, 2, 3)]
    for keys in (strangers, [*FIRST.stewards[:2], *strangers], aliases):
        made = signed(draft, keys, online=FIRST.online, now=LATER, before=FIRST.files)
        assert reason(start(), made.files) == "under-threshold"


def test_the_online_key_signs_nothing_but_time() -> None:
    draft = replace(second().draft, root_before=1)
    made = signed(draft, [FIRST.online] * 3, online=FIRST.online, now=LATER, before=FIRST.files)
    assert reason(start(), made.files) == "under-threshold"


def test_new_stewards_without_the_old_threshold_are_refused() -> None:
    come = [new_steward(f"thief-{n}", now=LATER, random=random) for n in range(5)]
    change = with_stewards([steward_of(key) for key in come], threshold=3)
    draft = next_version(FIRST, change, now=LATER, random=random, stewards=come).draft
    for old in (0, 2):
        made = signed(draft, [*come, *FIRST.stewards[:old]], online=FIRST.online, now=LATER, before=FIRST.files)
        assert reason(start(), made.files) == "under-threshold"


def test_new_stewards_must_reach_their_own_threshold() -> None:
    come = [new_steward(f"steward-new-{n}", now=LATER, random=random) for n in range(5)]
    change = with_stewards([steward_of(key) for key in come], threshold=5)
    draft = next_version(FIRST, change, now=LATER, random=random, stewards=come).draft
    made = signed(draft, [*FIRST.stewards, *come[:4]], online=FIRST.online, now=LATER, before=FIRST.files)
    assert reason(start(), made.files) == "under-threshold"


def test_a_revoked_steward_counts_no_more() -> None:
    newer = rotated(keep=3)
    draft = replace(second(newer, now=LATER + timedelta(hours=1)).draft, root_before=2)
    left = FIRST.stewards[:2]
    made = signed(draft, [*left, newer.stewards[0]], online=FIRST.online, now=LATER, before=newer.files)
    assert reason(start(newer), made.files, now=LATER + timedelta(hours=1)) == "under-threshold"


def test_mixed_versions_are_refused() -> None:
    newer = second()
    for old, new in (
        ("metadata/1.snapshot.json", "metadata/2.snapshot.json"),
        ("metadata/1.targets.json", "metadata/2.targets.json"),
    ):
        mixed = {**newer.files, new: FIRST.files[old]}
        assert reason(start(), mixed) in ("other-bytes", "rolled-back")
    swapped = {path: (b"{}" if "roster.json" in path else body) for path, body in newer.files.items()}
    assert reason(start(), swapped) == "other-bytes"


@pytest.mark.parametrize("path", ["metadata/2.snapshot.json", "metadata/2.targets.json", TIMESTAMP])
def test_a_file_that_is_withheld_is_a_refusal_and_not_an_end(path: str) -> None:
    files = {name: body for name, body in second().files.items() if name != path}
    assert reason(start(), files) == "missing-file"


@pytest.mark.parametrize(
    "path", ["metadata/2.root.json", "metadata/2.snapshot.json", "metadata/2.targets.json", TIMESTAMP]
)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"signed": {"_type": "root"}, "signatures": []}', b"\xff" * 99]
)
def test_rubbish_is_refused(path: str, body: bytes) -> None:
    assert reason(start(), {**second().files, path: body}) in ("malformed", "other-bytes")


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(RosterRefusedError) as refused:
        answer(update(start(), now=LATER), lambda path: bytes(10**6) if path == TIMESTAMP else None)
    assert refused.value.reason == "too-large"


def test_any_changed_byte_of_what_is_new_is_refused_or_changes_nothing() -> None:
    newer, held = second(), start()
    rng = Random(3)
    for path in ("metadata/2.snapshot.json", "metadata/2.targets.json", TIMESTAMP):
        for _ in range(40):
            body = bytearray(newer.files[path])
            body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
            try:
                new = taken(held, {**newer.files, path: bytes(body)})
            except RosterRefusedError:
                continue
            assert new is not None
            assert prove(new).roster == prove(start(newer)).roster


@pytest.mark.parametrize(
    "change",
    [
        lambda roles: roles["snapshot"].keyids.pop(),
        lambda roles: setattr(roles["timestamp"], "threshold", 2),
        lambda roles: setattr(roles["snapshot"], "threshold", 1),
    ],
)
def test_a_root_of_another_form_is_refused_whoever_signed_it(change: Callable[[Mapping[str, object]], object]) -> None:
    made = metadata.unsigned(rotated().draft, now=LATER)
    change(made["root"].signed.roles)
    for key in rotated().stewards + FIRST.stewards:
        metadata.sign(made["root"], key)
    files = {**FIRST.stamped(LATER).files, "metadata/2.root.json": made["root"].to_bytes(metadata.COMPACT)}
    assert reason(start(), files) in ("malformed", "under-threshold")


# ---- the copy held, and the clock ----


def test_a_copy_proves_itself_at_any_time_and_not_if_it_was_touched() -> None:
    held = start()
    assert prove(RosterFiles(dict(held.files), held.fetched_at)).version == 1
    for path, body in held.files.items():
        touched = RosterFiles({**held.files, path: body[:-40] + bytes(body[-40:-20]) + body[-19:]}, held.fetched_at)
        with pytest.raises(RosterRefusedError):
            prove(touched)


def test_python_tuf_takes_the_time_that_it_is_given_and_no_other() -> None:
    """If its inside changes, this fails before a node trusts the system's clock."""
    trusted = TrustedMetadataSet(FIRST.files["metadata/1.root.json"], EnvelopeType.METADATA)
    assert isinstance(trusted.reference_time, datetime)
    decades = timedelta(days=365 * 30)
    past = make_federation([], now=NOW - decades, random=random, stretch=Stretch(n=2))
    assert taken(past.fingerprint, past.files, now=NOW - decades) is not None
    future = make_federation([], now=NOW + decades, random=random, stretch=Stretch(n=2))
    assert taken(future.fingerprint, future.files, now=NOW + decades) is not None
    assert reason(past.fingerprint, past.files, now=NOW) == "expired"


def test_the_newest_root_is_what_the_alias_gives() -> None:
    assert mirror(rotated().files)(NEWEST_ROOT) != FIRST.files["metadata/1.root.json"]
