"""The stewards' work from the first key to a suspension, through the command line and real files."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from office_node.domain.enrol import OfficeKeys, enrol_request, new_office_keys
from office_node.domain.epoch_keys import open_epoch_keys
from office_node.domain.invitations import make_invitation
from office_node.domain.roster import TrustedRoster, trusted
from office_node.domain.suspensions import accept_suspension
from office_node.signing.keys import SigningKey
from office_node.signing.tuf_client import answer, mirror, update
from services.directory.publish import Published, read_published
from services.simulator.agencies import new_agency
from services.stewards.commands import make_app
from services.stewards.dialogue import Outside

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STEWARDS = ("steward-sari", "steward-budi", "steward-wayan")


@dataclass
class Desk:
    """A steward's desk: a folder, a clock that stands still, and the commands."""

    folder: Path
    now: datetime = START
    draws: Random = field(default_factory=lambda: Random(5))

    def __post_init__(self) -> None:
        (self.folder / "key.pass").write_text("a long passphrase of a steward\n")
        (self.folder / "epoch.pass").write_text("a long passphrase of all stewards\n")

    @property
    def public(self) -> Path:
        return self.folder / "directory"

    def run(self, *arguments: str, typed: str | None = None) -> Result:
        app = make_app(Outside(lambda: self.now, self.draws.randbytes))
        return CliRunner().invoke(app, [*arguments, "--folder", str(self.folder)], input=typed)

    def ok(self, *arguments: str, typed: str | None = None) -> str:
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *arguments: str, typed: str | None = None) -> str:
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)
        return result.stderr

    def key(self, steward: str) -> tuple[str, str, str, str]:
        return ("--key", str(self.folder / f"{steward}.pem"), "--passphrase-file", str(self.folder / "key.pass"))

    @property
    def epochs(self) -> tuple[str, str]:
        return "--epoch-passphrase-file", str(self.folder / "epoch.pass")

    def new_key(self, steward: str) -> None:
        self.ok("new-key", steward, "--passphrase-file", str(self.folder / "key.pass"))

    def stewards(self, names: tuple[str, ...]) -> list[str]:
        return [part for name in names for part in ("--steward", str(self.folder / f"{name}.public.json"))]

    def invite(self, office: str, *, by: str = "steward-sari") -> Path:
        out = self.folder / f"{office}.invitation.json"
        self.ok("invite", office, *self.key(by), "--name", f"Kantor {office}", "--out", str(out))
        return out

    def request(self, office: str, *, invitation: Path | None = None) -> OfficeKeys:
        keys = new_office_keys(office, now=self.now, random=self.draws.randbytes)
        invited = json.loads((invitation or self.invite(office)).read_text())
        envelope = enrol_request(
            keys, office=office, name=f"Kantor {office}", base_url=f"https://{office}.test", now=self.now,
            invitation=invited,
        )  # fmt: skip
        (self.folder / f"{office}.request.json").write_text(json.dumps(envelope))
        return keys

    def add(self, office: str) -> OfficeKeys:
        keys = self.request(office)
        self.ok("add-office", str(self.folder / f"{office}.request.json"), "--yes", *self.epochs)
        return keys

    def in_force(self, *signers: str) -> None:
        for steward in signers:
            self.ok("sign", "--yes", *self.key(steward))
        self.publish()

    def publish(self) -> str:
        return self.ok("publish", *self.key("directory"), "--to", str(self.public))

    def sealed(self, office: str) -> bytes:
        held = self.published().held.files
        return next(body for path, body in held.items() if path.endswith(f".{office}.json") and self.names(path))

    def names(self, path: str) -> bool:
        named = self.trusted().proved.targets.values()
        return any(sha256 in path for sha256, _ in named)

    def published(self) -> Published:
        held = read_published(self.public)
        assert held is not None
        return held

    def trusted(self) -> TrustedRoster:
        typed = self.ok("fingerprint").strip()
        held = answer(update(typed, now=self.now), mirror(self.published().held.files))
        assert held is not None
        return trusted(held)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three stewards with keys, a first draft, nothing signed."""
    made = Desk(tmp_path)
    for steward in STEWARDS:
        made.new_key(steward)
    made.new_key("directory")
    online = ["--online", str(tmp_path / "directory.public.json")]
    made.ok("create", *made.stewards(STEWARDS), *online, "--threshold", "2", "--stretch", "2", *made.epochs)
    return made


def test_from_keys_to_a_roster_that_an_office_accepts(desk: Desk) -> None:
    keys = desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    roster = desk.trusted()
    assert [office.id for office in roster.offices(desk.now)] == ["kanim-kalianda"]
    secrets = {keys.encryption_keyid: keys.encryption_secret}
    opened = open_epoch_keys(desk.sealed("kanim-kalianda"), secrets, roster=roster)
    assert set(opened) == {"2026"}


def test_a_later_member_gets_the_same_epoch_key(desk: Desk) -> None:
    first = desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    later = desk.add("kanim-kotabumi")
    desk.in_force(*STEWARDS[1:])
    roster = desk.trusted()
    assert roster.version == 2
    opened = [
        open_epoch_keys(desk.sealed(office), {keys.encryption_keyid: keys.encryption_secret}, roster=roster)
        for office, keys in (("kanim-kalianda", first), ("kanim-kotabumi", later))
    ]
    assert opened[0] == opened[1]


def test_one_signature_publishes_nothing(desk: Desk) -> None:
    desk.ok("sign", "--yes", *desk.key("steward-sari"))
    assert "1 of 2 needed signatures" in desk.ok("combine")
    refused = desk.refused("publish", *desk.key("directory"), "--to", str(desk.public))
    assert "1 stewards, for the stewards, have signed, 2 must" in refused
    assert read_published(desk.public) is None


def test_signing_shows_first_and_asks(desk: Desk) -> None:
    desk.add("kanim-kalianda")
    answer = desk.run("sign", *desk.key("steward-sari"), typed="n\n")
    assert answer.exit_code == 1
    assert "+ member kanim-kalianda" in answer.stdout
    assert "0 of 2" in desk.ok("combine")
    assert "signed:" in desk.ok("sign", *desk.key("steward-sari"), typed="y\n")


def test_signatures_from_another_desk_are_combined(desk: Desk) -> None:
    desk.ok("sign", "--yes", *desk.key("steward-sari"))
    desk.ok("sign", "--yes", *desk.key("steward-budi"))
    kept = desk.folder / "draft" / "signatures" / "steward-budi.root-2026.json"
    carried = kept.rename(desk.folder / "from-budi.json")
    assert "1 of 2" in desk.ok("combine")
    assert "2 of 2" in desk.ok("combine", str(carried))
    desk.publish()
    assert desk.trusted().version == 1


def test_a_signature_on_another_draft_is_refused(desk: Desk) -> None:
    desk.ok("sign", "--yes", *desk.key("steward-budi"))
    stale = desk.folder / "stale.json"
    (desk.folder / "draft" / "signatures" / "steward-budi.root-2026.json").rename(stale)
    desk.add("kanim-kalianda")
    assert "is valid for this draft" in desk.refused("combine", str(stale))
    stale.write_text("[]")
    assert "holds no signature" in desk.refused("combine", str(stale))


def test_a_change_drops_the_signatures_made_before_it(desk: Desk) -> None:
    desk.ok("sign", "--yes", *desk.key("steward-sari"))
    desk.add("kanim-kalianda")
    assert "0 of 2" in desk.ok("combine")


def test_a_wrong_passphrase_opens_nothing(desk: Desk) -> None:
    (desk.folder / "key.pass").write_text("quite another passphrase\n")
    assert "does not open" in desk.refused("sign", "--yes", *desk.key("steward-sari"))
    (desk.folder / "epoch.pass").write_text("quite another passphrase\n")
    assert "epoch keys do not open" in desk.refused("open-epoch", "--opens", "2027-01-01", *desk.epochs)


def test_a_passphrase_is_asked_for_twice_and_may_not_be_short(desk: Desk) -> None:
    long = "typed by hand, and long"
    assert "steward-dewi" in desk.ok("new-key", "steward-dewi", typed=f"{long}\n{long}\n")
    assert "at least" in desk.refused("new-key", "steward-putu", typed="short\nshort\n")
    assert not (desk.folder / "steward-putu.pem").exists()


def test_key_files_are_secret_and_never_overwritten(desk: Desk) -> None:
    pem = desk.folder / "steward-sari.pem"
    assert pem.stat().st_mode & 0o777 == 0o600
    assert pem.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert (desk.folder / "epoch-keys.sealed").stat().st_mode & 0o777 == 0o600
    arguments = ("new-key", "steward-sari", "--passphrase-file", str(desk.folder / "key.pass"))
    assert "not overwritten" in desk.refused(*arguments)


def test_a_stranger_cannot_sign(desk: Desk) -> None:
    desk.new_key("steward-asing")
    assert "belongs to no steward" in desk.refused("sign", "--yes", *desk.key("steward-asing"))


def test_an_epoch_opens_later_and_an_old_one_retires(desk: Desk) -> None:
    keys = desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    desk.ok("open-epoch", "--opens", "2027-01-01", *desk.epochs)
    assert "+ epoch 2027" in desk.ok("show")
    desk.in_force(*STEWARDS[:2])
    assert desk.trusted().current_epoch(desk.now).id == "2026"
    desk.now = datetime(2027, 2, 1, tzinfo=UTC)
    desk.ok("retire-epoch", "2026", *desk.epochs)
    desk.in_force(*STEWARDS[:2])
    roster = desk.trusted()
    secrets = {keys.encryption_keyid: keys.encryption_secret}
    opened = open_epoch_keys(desk.sealed("kanim-kalianda"), secrets, roster=roster)
    assert set(opened) == {"2027"}


def test_the_last_open_epoch_cannot_retire(desk: Desk) -> None:
    desk.ok("open-epoch", "--opens", "2027-01-01", *desk.epochs)
    assert "no epoch is open" in desk.refused("retire-epoch", "2026", *desk.epochs)


def test_a_removed_office_does_not_get_the_new_epochs_key(desk: Desk) -> None:
    desk.add("kanim-kalianda")
    desk.add("kanim-kotabumi")
    desk.in_force(*STEWARDS[:2])
    desk.now += timedelta(hours=1)
    for command in (("leaving", "kanim-kotabumi", "--successor", "kanim-kalianda"), ("staying", "kanim-kotabumi")):
        desk.ok(*command)
        desk.in_force(*STEWARDS[:2])
        kept = desk.trusted().member("kanim-kotabumi")
        assert kept is not None
        assert kept.successor == ("kanim-kalianda" if command[0] == "leaving" else None)
        desk.now += timedelta(hours=1)
    desk.ok("remove-office", "kanim-kotabumi", "--successor", "kanim-kalianda", *desk.epochs)
    desk.in_force(*STEWARDS[:2])
    roster = desk.trusted()
    named = {target for target in roster.proved.targets if target.startswith("keys/")}
    assert named == {"keys/kanim-kalianda.json"}
    assert roster.current_epoch(desk.now).id == "2026a"
    left = roster.member("kanim-kotabumi")
    assert left is not None
    assert left.successor == "kanim-kalianda"


def test_suspended_at_once_by_one_and_lifted_by_a_roster_only(desk: Desk) -> None:
    desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    desk.ok("suspend", "kanim-kalianda", *desk.key("steward-wayan"), "--to", str(desk.public))
    [envelope] = desk.published().suspensions
    roster = desk.trusted()
    assert not roster.under([accept_suspension(envelope, roster)]).in_good_standing("kanim-kalianda", desk.now)
    desk.ok("propose")
    desk.in_force(*STEWARDS[:2])
    assert desk.published().suspensions == (envelope,)
    desk.ok("lift", "kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    assert desk.published().suspensions == ()
    assert "cannot be suspended" in desk.refused("suspend", "kanim-nowhere", *desk.key("steward-wayan"))


def test_a_partner_is_shown_right_by_right_listed_suspended_at_once_and_taken_off(desk: Desk) -> None:
    agency = new_agency(
        "mitra-polda-lampung", offices=("kanim-kalianda",), now=desk.now, random=desk.draws.randbytes
    )  # fmt: skip
    file = desk.folder / "polda.json"
    file.write_text(agency.entry.model_dump_json())
    desk.ok("set-partner", str(file))
    assert "+ mitra-polda-lampung scopes: ['pola:baca', 'kasus:minta', 'peringatan:tulis']" in desk.ok("show")
    desk.in_force(*STEWARDS[:2])
    assert desk.trusted().partner(agency.id) == agency.entry
    desk.ok("suspend", agency.id, *desk.key("steward-wayan"), "--to", str(desk.public))
    [envelope] = desk.published().suspensions
    roster = desk.trusted()
    assert roster.under([accept_suspension(envelope, roster)]).shut_out(agency.id, desk.now)
    desk.ok("propose")
    desk.ok("remove-partner", agency.id)
    assert f"- partner {agency.id}: removed from the list" in desk.ok("show")
    assert "no partner" in desk.refused("remove-partner", agency.id)
    file.write_text(agency.entry.model_dump_json().replace('"nobody"', '"everybody"').replace("kasus:", "rahasia:"))
    assert "does not have its form" in desk.refused("set-partner", str(file))
    file.write_text(agency.entry.model_dump_json())
    desk.now += timedelta(days=90)
    assert "over already" in desk.refused("set-partner", str(file))


def test_stewards_change_with_both_thresholds(desk: Desk) -> None:
    desk.in_force(*STEWARDS[:2])
    before = desk.ok("fingerprint")
    desk.new_key("steward-dewi")
    desk.ok("set-stewards", *desk.stewards(("steward-wayan", "steward-dewi")), "--threshold", "2")
    for steward in ("steward-sari", "steward-budi"):
        desk.ok("sign", "--yes", *desk.key(steward))
    assert desk.ok("combine").splitlines() == [
        "2 of 2 needed signatures of the stewards so far, for the stewards",
        "0 of 2 needed signatures of the stewards, for the stewards",
        "0 of 2 needed signatures of the stewards, for the roster",
    ]
    desk.refused("publish", *desk.key("directory"), "--to", str(desk.public))
    desk.in_force("steward-wayan", "steward-dewi")
    assert desk.ok("fingerprint") != before
    desk.ok("propose")
    assert "belongs to no steward" in desk.refused("sign", "--yes", *desk.key("steward-sari"))


def test_an_expired_draft_is_not_published(desk: Desk) -> None:
    for steward in STEWARDS:
        desk.ok("sign", "--yes", *desk.key(steward))
    desk.now += timedelta(days=92)
    assert "not published" in desk.refused("publish", *desk.key("directory"))


def test_a_tampered_sealed_file_is_not_published(desk: Desk) -> None:
    desk.add("kanim-kalianda")
    for steward in STEWARDS:
        desk.ok("sign", "--yes", *desk.key(steward))
    file = desk.folder / "draft" / "keys" / "kanim-kalianda.json"
    file.write_bytes(file.read_bytes() + b" ")
    assert "other bytes than were signed" in desk.refused("publish", *desk.key("directory"), "--to", str(desk.public))
    assert read_published(desk.public) is None


def test_three_sign_for_the_stewards_and_two_for_the_roster(tmp_path: Path) -> None:
    desk, five = Desk(tmp_path), ("steward-a1", "steward-a2", "steward-a3", "steward-a4", "steward-a5")
    for steward in five:
        desk.new_key(steward)
    desk.ok("create", *desk.stewards(five), "--stretch", "2", *desk.epochs)
    for steward in five[:2]:
        desk.ok("sign", "--yes", *desk.key(steward))
    assert desk.ok("combine").splitlines() == [
        "2 of 3 needed signatures of the stewards, for the stewards",
        "2 of 2 needed signatures of the stewards, for the roster",
    ]
    desk.ok("sign", "--yes", *desk.key(five[2]))
    desk.ok("publish", *desk.key(five[4]), "--to", str(desk.public))
    desk.ok("propose")
    for steward in five[3:]:
        desk.ok("sign", "--yes", *desk.key(steward))
    desk.ok("publish", *desk.key(five[0]), "--to", str(desk.public))
    assert desk.trusted().version == 2


def test_without_a_directory_a_steward_says_that_nothing_is_newer(desk: Desk) -> None:
    desk.in_force(*STEWARDS[:2])
    desk.now += timedelta(days=9)
    desk.ok("stamp", *desk.key("steward-wayan"), "--to", str(desk.public))
    assert desk.trusted().expires_at == desk.now + timedelta(days=7)


def test_an_online_key_signs_no_roster(desk: Desk) -> None:
    desk.ok("sign", "--yes", *desk.key("steward-sari"))
    desk.ok("sign", "--yes", *desk.key("directory"))
    refused = desk.refused("publish", *desk.key("directory"), "--to", str(desk.public))
    assert "1 stewards, for the stewards, have signed, 2 must" in refused


def test_an_online_key_is_replaced_by_the_stewards(desk: Desk) -> None:
    desk.in_force(*STEWARDS[:2])
    desk.new_key("directory-2")
    online = ["--online", str(desk.folder / "directory-2.public.json")]
    desk.ok("set-stewards", *desk.stewards(STEWARDS), *online, "--threshold", "2")
    assert "+ online, signs the timestamp only: directory-2/root-2026" in desk.ok("show")
    for steward in STEWARDS[:2]:
        desk.ok("sign", "--yes", *desk.key(steward))
    desk.ok("publish", *desk.key("directory-2"), "--to", str(desk.public))
    assert [one.name for one in desk.trusted().root.online] == ["directory-2"]
    assert "belongs to no steward" in desk.refused("stamp", *desk.key("directory"))


def test_an_office_is_added_only_when_the_fingerprint_was_read_out(desk: Desk) -> None:
    desk.request("kanim-kalianda")
    file = str(desk.folder / "kanim-kalianda.request.json")
    asked = desk.run("add-office", file, *desk.epochs, typed="n\n")
    assert asked.exit_code == 1
    assert "fingerprint  " in asked.stdout
    desk.ok("add-office", file, *desk.epochs, typed="y\n")
    assert "a member already" in desk.refused("add-office", file, "--yes", *desk.epochs)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"payload": "e30=", "payloadType": 1, "signatures": []}'])
def test_a_file_that_is_no_request_is_one_plain_line(desk: Desk, content: str) -> None:
    (desk.folder / "bad.json").write_text(content)
    text = desk.refused("add-office", str(desk.folder / "bad.json"), "--yes", *desk.epochs)
    assert len(text.splitlines()) == 1
    assert "Traceback" not in text


def test_an_invitation_is_good_once_for_one_office_and_for_some_days(desk: Desk) -> None:
    invited = desk.invite("kanim-kalianda")
    desk.request("kanim-kotabumi", invitation=invited)
    other = ("add-office", str(desk.folder / "kanim-kotabumi.request.json"), "--yes", *desk.epochs)
    assert "other-office" in desk.refused(*other)
    desk.request("kanim-kalianda", invitation=invited)
    desk.now += timedelta(days=14)
    mine = ("add-office", str(desk.folder / "kanim-kalianda.request.json"), "--yes", *desk.epochs)
    assert "expired" in desk.refused(*mine)
    desk.now -= timedelta(days=1)
    desk.ok(*mine)
    desk.in_force(*STEWARDS[:2])
    assert "a member already" in desk.refused(*mine)


def test_nobody_is_added_without_an_invitation_or_by_a_strangers(desk: Desk) -> None:
    keys = new_office_keys("kanim-kalianda", now=desk.now, random=desk.draws.randbytes)
    url, file = "https://kalianda.test", desk.folder / "bare.json"
    envelope = enrol_request(keys, office="kanim-kalianda", name="K", base_url=url, now=desk.now)
    file.write_text(json.dumps(envelope))
    assert "was not invited" in desk.refused("add-office", str(file), "--yes", *desk.epochs)
    desk.new_key("steward-asing")
    arguments = ("--name", "K", "--out", str(desk.folder / "i.json"))
    assert "belongs to no steward" in desk.refused("invite", "kanim-kalianda", *desk.key("steward-asing"), *arguments)
    stranger = SigningKey("steward-sari/root-2026", bytes(32))
    forged = make_invitation("kanim-kalianda", name="K", key=stranger, now=desk.now, random=desk.draws.randbytes)
    again = enrol_request(keys, office="kanim-kalianda", name="K", base_url=url, now=desk.now, invitation=forged)
    file.write_text(json.dumps(again))
    assert "refused" in desk.refused("add-office", str(file), "--yes", *desk.epochs)


def test_a_members_new_keys_count_beside_the_old_ones_for_a_month(desk: Desk) -> None:
    old = desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    desk.now += timedelta(days=400)
    new = new_office_keys("kanim-kalianda", now=desk.now, random=desk.draws.randbytes)
    file = desk.folder / "renew.json"
    url = "https://kanim-kalianda.test"
    file.write_text(json.dumps(enrol_request(new, office="kanim-kalianda", name="", base_url=url, now=desk.now)))
    desk.ok("renew-keys", str(file), "--yes", *desk.epochs)
    assert "+ kanim-kalianda key kanim-kalianda/sign-2027" in desk.ok("show")
    desk.in_force(*STEWARDS[:2])
    roster = desk.trusted()
    for days, counting in ((0, {old.signing.keyid, new.signing.keyid}), (30, {new.signing.keyid})):
        at = desk.now + timedelta(days=days)
        both = (old.signing, new.signing)
        assert {key.keyid for key in both if roster.lists(key.keyid, key.public_hex, at)} == counting
    for keys in (old, new):
        opened = open_epoch_keys(
            desk.sealed("kanim-kalianda"), {keys.encryption_keyid: keys.encryption_secret}, roster=roster
        )
        assert opened


def test_a_stolen_signing_key_ends_when_it_was_stolen(desk: Desk) -> None:
    old = desk.add("kanim-kalianda")
    desk.in_force(*STEWARDS[:2])
    desk.now += timedelta(days=400)
    new = new_office_keys("kanim-kalianda", now=desk.now, random=desk.draws.randbytes)
    file, url = desk.folder / "renew.json", "https://kanim-kalianda.test"
    file.write_text(json.dumps(enrol_request(new, office="kanim-kalianda", name="", base_url=url, now=desk.now)))
    stolen = desk.now - timedelta(hours=5)
    since = f"{stolen:%Y-%m-%dT%H:%M}"
    desk.ok("renew-keys", str(file), "--compromised-since", since, "--yes", *desk.epochs)
    desk.in_force(*STEWARDS[:2])
    assert not desk.trusted().lists(old.signing.keyid, old.signing.public_hex, stolen)
    assert desk.trusted().lists(old.signing.keyid, old.signing.public_hex, stolen - timedelta(minutes=1))


def test_commands_out_of_order_say_what_comes_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert "begin with 'propose'" in desk.refused("show")
    assert "no suspension" in desk.refused("lift", "kanim-kalianda")
    assert "begin with 'create'" in desk.refused("set-generation", "kanim-kalianda", "2")
    assert "no roster is published" in desk.refused("fingerprint")
    assert "'create'" in desk.refused("propose")
    assert "No such file" in desk.refused("add-office", str(tmp_path / "none.json"), "--yes", *desk.epochs)
