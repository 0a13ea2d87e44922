"""The administrator's commands, run in this process with an environment of their own."""

import json
import logging
import secrets
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from office_node.cli import app
from office_node.domain.enrol import request_fingerprint, verified_enrol_request
from office_node.domain.invitations import make_invitation
from office_node.signing.keys import SigningKey
from services.directory.publish import publish
from services.stewards.roster_maker import Federation, make_federation, suspend
from shared_schemas.roster import EnrolRequest, Stretch

NOW = datetime.now(UTC)
PERSON = {"name": "Sri Wahyuni Rahayu", "birth_date": "1998-04-17", "mother_name": "Sumiyati"}


class Office:
    """One office's folder, and the commands run for it."""

    def __init__(self, folder: Path, *, office: str = "kanim-kalianda") -> None:
        self.folder = folder
        self.env: dict[str, str | None] = {
            "JEJAK_OFFICE": office,
            "JEJAK_PUBLIC_URL": "http://127.0.0.1:9",
            "JEJAK_DATA_DIR": str(folder / "data"),
            "JEJAK_KEYS_DIR": str(folder / "keys"),
        }

    def run(self, *command: str) -> Result:
        return CliRunner().invoke(app, list(command), env=self.env)

    def request(self) -> EnrolRequest:
        return verified_enrol_request(json.loads((self.folder / "request.json").read_text()), now=datetime.now(UTC))

    def init(self) -> Result:
        return self.run("init", "--name", "Kalianda", "--request", str(self.folder / "request.json"))

    def join(self) -> Federation:
        """Enrolled by stewards, its roster taken from files."""
        assert self.init().exit_code == 0
        federation = make_federation([self.request()], now=NOW, random=secrets.token_bytes, stretch=Stretch(n=2))
        self.env["JEJAK_ROOT_FINGERPRINT"] = federation.fingerprint
        publish(self.folder / "published", federation.files, suspensions=federation.suspensions)
        return federation

    def accept(self) -> Result:
        return self.run("roster", "accept", str(self.folder / "published"))


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What `serve` does to this process's logs ends with the test."""
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers = []


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def member(office: Office) -> Office:
    office.join()
    assert office.accept().exit_code == 0
    return office


def test_init_makes_keys_and_a_request_that_stewards_can_check(office: Office) -> None:
    assert office.init().exit_code == 0
    request = office.request()
    assert request.id == "kanim-kalianda"
    assert len(request_fingerprint(request)) == 32
    assert all(file.stat().st_mode & 0o077 == 0 for file in (office.folder / "keys").iterdir())


def test_init_never_overwrites_a_key(office: Office) -> None:
    office.init()
    before = (office.folder / "keys" / "signing").read_text()
    again = office.init()
    assert again.exit_code == 1
    assert "nothing was changed" in again.stderr
    assert (office.folder / "keys" / "signing").read_text() == before


def test_an_invitation_is_for_this_office_and_goes_with_the_request(office: Office) -> None:
    steward = SigningKey("steward-sari/root-2026", b"s" * 32)
    file = office.folder / "invitation.json"
    for invited, code in (("kanim-liwa", 1), ("kanim-kalianda", 0)):
        envelope = make_invitation(invited, name="Kanim K", key=steward, now=NOW, random=secrets.token_bytes)
        file.write_text(json.dumps(envelope))
        arguments = ("--invitation", str(file), "--request", str(office.folder / "request.json"))
        assert office.run("init", *arguments).exit_code == code
    assert office.request().name == "Kanim K"
    assert office.request().invitation is not None
    file.write_text("{}")
    assert "holds no invitation" in office.run("enrol", "--invitation", str(file)).stderr


def test_joining_says_each_step_and_can_be_run_again(office: Office) -> None:
    federation = office.join()
    del office.env["JEJAK_ROOT_FINGERPRINT"]
    typed = " ".join(federation.fingerprint[i : i + 8] for i in range(0, 32, 8)).upper()
    early = office.run("join", "--fingerprint", typed)
    assert (early.exit_code, early.stdout[:13]) == (1, "--  no roster")
    assert office.run("join", "--fingerprint", "12").exit_code == 2
    office.env["JEJAK_ROOT_FINGERPRINT"] = federation.fingerprint
    office.accept()
    del office.env["JEJAK_ROOT_FINGERPRINT"]
    done = office.run("join", "--fingerprint", "0" * 32)  # what is held needs no fingerprint any more
    assert done.exit_code == 0
    assert [line[:2] for line in done.stdout.splitlines() if line[:2] in ("ok", "--")] == ["ok"] * 5
    assert office.run("doctor").stdout.strip() == "nothing wrong found"


@pytest.mark.parametrize("purpose", ["signing", "encryption", "storage", "local"])
def test_a_key_is_added_and_an_old_one_stays_until_nothing_needs_it(member: Office, purpose: str) -> None:
    request = ("--request", str(member.folder / "renew.json"))
    assert member.run("rotate", purpose, "--name", "2", *request).exit_code == 0
    assert "already (--name)" in member.run("rotate", purpose, "--name", "2", *request).stderr
    assert "small letters" in member.run("rotate", purpose, "--name", "Dua Tiga", *request).stderr
    assert member.run("rotate", purpose, "--retire").exit_code == 1
    lines = [line for line in member.run("keys").stdout.splitlines() if line.startswith(purpose)]
    assert len(lines) == 2
    told = {"storage": "restarted", "local": "restarted"}.get(purpose, "not in the roster yet")
    assert told in lines[1]
    assert (member.folder / "renew.json").exists() == (purpose in ("signing", "encryption"))
    assert (member.folder / "keys" / purpose).stat().st_mode & 0o777 == 0o600


def test_enrol_writes_the_request_again_with_the_same_keys(office: Office) -> None:
    office.init()
    first = office.request()
    done = office.run("enrol", "--name", "Kalianda", "--request", str(office.folder / "request.json"))
    assert done.exit_code == 0
    assert office.request().signing_key.key == first.signing_key.key


def test_a_setting_that_is_wrong_is_named(office: Office) -> None:
    office.env["JEJAK_PUBLIC_URL"] = "http://node.kalianda.example"
    office.env["JEJAK_BIND_PORT"] = "99999"
    result = office.run("doctor")
    assert result.exit_code == 2
    assert "JEJAK_BIND_PORT" in result.stderr


def test_a_roster_is_taken_from_a_folder_once(office: Office) -> None:
    office.join()
    assert "version 1 is in force" in office.accept().stdout
    assert "nothing new" in office.accept().stdout
    assert office.run("doctor").stdout.strip() == "nothing wrong found"


def test_suspensions_come_with_the_folder(office: Office) -> None:
    federation = office.join()
    office.accept()
    one = suspend(federation, "kanim-kalianda", now=datetime.now(UTC))
    publish(office.folder / "published", one.files, suspensions=one.suspensions)
    assert "version 1 is in force" in office.accept().stdout
    assert "nothing new" in office.accept().stdout


def test_a_roster_of_other_stewards_is_refused(office: Office) -> None:
    office.join()
    office.env["JEJAK_ROOT_FINGERPRINT"] = "0" * 32
    result = office.accept()
    assert result.exit_code == 1
    assert result.stderr.startswith("roster-refused")


def test_a_folder_that_is_no_roster_is_refused_in_one_line(office: Office) -> None:
    office.join()
    result = office.run("roster", "accept", str(office.folder))
    assert (result.exit_code, result.stderr.strip()) == (1, f"{office.folder} holds no roster")
    (office.folder / "published" / "metadata" / "timestamp.json").write_text("{")
    result = office.accept()
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_an_old_register_becomes_cases_and_its_visible_rows_are_counted(member: Office) -> None:
    rows = [
        {"application_no": "KLD-1", "person": PERSON, "filed_at": NOW.isoformat(), "standing": "under_examination"},
        {"application_no": "KLD-2", "person": PERSON, "filed_at": NOW.isoformat(), "standing": "cleared"},
    ]
    file = member.folder / "register.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    result = member.run("import", str(file))
    assert result.stdout.strip() == "2 cases, 1 visible to peers", result.stderr
    again = member.run("import", str(file))
    assert again.stdout.strip() == "0 cases, 0 visible to peers; 2 were here already", again.stderr


def test_a_bad_line_of_a_register_is_named_without_its_values(member: Office) -> None:
    file = member.folder / "register.jsonl"
    person = {**PERSON, "nik": "180707570498900"}
    row = {"application_no": "KLD-1", "person": person, "filed_at": NOW.isoformat(), "standing": "cleared"}
    file.write_text("\n" + json.dumps(row))
    result = member.run("import", str(file))
    assert result.exit_code == 1
    assert "line 2: person/nik" in result.stderr
    assert "Sri" not in result.output
    assert "180707" not in result.output


def test_what_officers_said_is_written_once_to_a_file_of_its_own(member: Office) -> None:
    out = member.folder / "verdicts.jsonl"
    result = member.run("verdicts", "--out", str(out))
    assert result.stdout.strip() == "0 verdicts; 0 without level codes were left out", result.stderr
    assert out.read_text() == ""
    again = member.run("verdicts", "--out", str(out))
    assert again.exit_code == 1
    assert "already" in again.stderr


def test_wrong_lines_of_a_register_can_be_skipped_and_are_named(member: Office) -> None:
    file = member.folder / "register.jsonl"
    good = {"application_no": "KLD-1", "person": PERSON, "filed_at": NOW.isoformat(), "standing": "cleared"}
    wrong = {**good, "application_no": "KLD-2", "person": {**PERSON, "nik": "180707570498900"}}
    ahead = {**good, "application_no": "KLD-3", "filed_at": NOW.replace(year=9000).isoformat()}
    file.write_text("\n".join(json.dumps(row) for row in (wrong, good, ahead)))
    result = member.run("import", str(file), "--skip-wrong")
    assert result.exit_code == 0, result.stderr
    assert "line 1: person/nik" in result.stderr
    assert result.stdout.strip() == "1 case, 0 visible to peers; 1 refused, dated in the future: row 3"
    assert "180707" not in result.output


def test_a_key_is_shown_once_listed_without_its_secret_and_ended(member: Office) -> None:
    key_id, secret = member.run("key", "add", "--label", "SIMKIM", "--role", "counter").stdout.split()
    listed = member.run("key", "list").stdout
    assert secret.startswith("jejak_")
    assert key_id in listed
    assert "SIMKIM" in listed
    assert secret not in listed
    assert member.run("key", "end", key_id).exit_code == 0
    assert key_id not in member.run("key", "list").stdout
    assert member.run("key", "end", key_id).exit_code == 1


@pytest.mark.parametrize("role", ["node", "steward", "boss"])
def test_no_key_acts_as_the_machine_or_a_steward(member: Office, role: str) -> None:
    assert member.run("key", "add", "--label", "SIMKIM", "--role", role).exit_code == 2


def test_an_office_is_denied_and_allowed_again(member: Office) -> None:
    assert member.run("deny", "kanim-kotabumi", "key stolen").exit_code == 0
    assert member.run("allow", "kanim-kotabumi").exit_code == 0


def test_cases_are_handed_over_only_to_whom_the_roster_names(member: Office) -> None:
    everything = member.run("hand-over")
    assert everything.exit_code == 0
    assert everything.stdout == ("0 handed over, 0 taken and not yet told to every office, 0 not taken, 0 stay here\n")
    named = member.run("hand-over", "--to", "kanim-kotabumi")
    assert named.exit_code == 1
    assert "the roster does not say that kanim-kotabumi goes on" in named.stderr


def test_doctor_names_what_is_missing_first(office: Office) -> None:
    assert "jejak node init" in office.run("doctor").stdout
    office.init()
    result = office.run("doctor")
    assert result.exit_code == 1
    assert "JEJAK_ROOT_FINGERPRINT" in result.stdout
    assert "no roster yet" in result.stdout


def test_doctor_says_that_the_example_s_fingerprint_is_none(office: Office) -> None:
    office.init()
    office.env["JEJAK_ROOT_FINGERPRINT"] = "0" * 32
    result = office.run("doctor")
    assert result.exit_code == 1
    assert "JEJAK_ROOT_FINGERPRINT is all zeros" in result.stdout


def test_doctor_sees_that_the_roster_has_another_address(member: Office) -> None:
    member.env["JEJAK_PUBLIC_URL"] = "http://127.0.0.1:10"
    assert "the roster says http://127.0.0.1:9" in member.run("doctor").stdout


def test_another_offices_database_is_refused(member: Office) -> None:
    member.env["JEJAK_OFFICE"] = "kanim-kotabumi"
    result = member.run("key", "list")
    assert result.exit_code == 1
    assert "database of another office" in result.stderr


def test_a_port_that_is_taken_is_named(member: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        member.env["JEJAK_BIND_PORT"] = str(taken.getsockname()[1])
        result = member.run("serve")
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{member.env['JEJAK_BIND_PORT']}" in result.stderr
