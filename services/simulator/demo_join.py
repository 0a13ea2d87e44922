"""An optional step of the demonstration: a fourth office joins while the others work, and sees what they see."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from office_node.clock import Random
from office_node.domain.enrol import verified_enrol_request
from office_node.domain.invitations import make_invitation
from office_node.signing.statements import Statement
from services.directory.publish import publish, write_durably
from services.simulator.demo_story import KALIANDA
from services.simulator.people_story import story
from services.simulator.processes import DemoError, Stand, StoryError
from services.stewards.drafts_members import with_office
from services.stewards.roster_maker import Federation, next_version

METRO = "kanim-metro"
_WITHIN_S = 60.0


class JoiningOffice(Protocol):
    """What the step needs of the new office."""

    id: str
    env: dict[str, str]
    secret: str

    @property
    def home(self) -> Path:
        """Its folder."""
        ...

    def call(
        self, method: str, path: str, *, role: str = ..., officer: str = ..., body: Any = ..., key: str = ...
    ) -> Any:
        """One call of the office API."""
        ...

    def start(self) -> None:
        """Start its node."""
        ...


@dataclass(frozen=True)
class Stewards:
    """What the stewards hold, and where they publish."""

    federation: Federation
    published: Path
    random: Random


def join(
    office: JoiningOffice, stewards: Stewards, *, stand: Stand, roles: list[str], say: Callable[[str], None]
) -> bool:
    """Whether the new office has found her; StoryError if it is kept waiting in vain."""
    say("\n[bold]5. A fourth office joins.[/] A steward has invited Metro; its administrator makes keys and a request.")
    newer = _approve(office, stewards, stand=stand)
    say(f"   Two stewards have signed roster version {newer.roster.version}. Metro types the fingerprint:")
    for line in _joined(office, newer.fingerprint, stand=stand):
        say(f"   {line}")
    said = stand.run("node", "key", "add", "--label", "demo", *roles, env=office.env)
    office.secret = said.split()[-1]
    office.start()
    body = {"application_no": "MTR-1", "person": story().kotabumi.model_dump(mode="json")}
    screening = office.call("POST", "/cases", body=body, key="demo-metro-0001")["screening"]
    deadline = time.monotonic() + _WITHIN_S
    while not (rows := _found(office.call("GET", f"/screenings/{screening}"))):
        if time.monotonic() > deadline:
            raise StoryError("waited for Metro's first history in vain")
        time.sleep(0.1)
    say(f"   She files there as well, and is known: {rows[0]['standing']} in {rows[0]['office']}, {rows[0]['zone']}.")
    return True


def _approve(office: JoiningOffice, stewards: Stewards, *, stand: Stand) -> Federation:
    now, key = datetime.now(UTC), stewards.federation.stewards[0]
    invitation = make_invitation(office.id, name="Kanim Metro", key=key, now=now, random=stewards.random)
    office.home.mkdir()
    file, request_file = office.home / "invitation.json", office.home / "request.json"
    write_durably(file, json.dumps(invitation).encode())
    stand.run("node", "init", "--invitation", str(file), "--request", str(request_file), env=office.env)
    request = verified_enrol_request(json.loads(request_file.read_text()), now=datetime.now(UTC))
    change = with_office(request, now=now, invitation=Statement.from_dict(invitation).digest)
    newer = next_version(stewards.federation, change, now=datetime.now(UTC), random=stewards.random)
    publish(stewards.published, newer.files)
    return newer


def _joined(office: JoiningOffice, fingerprint: str, *, stand: Stand) -> list[str]:
    """What `join` said when it was done: the others take the new roster within seconds here, within minutes else."""
    deadline = time.monotonic() + _WITHIN_S
    while True:
        try:
            said = stand.run("node", "join", "--fingerprint", fingerprint, env=office.env)
            return [line for line in said.splitlines() if line.startswith("ok ")]
        except DemoError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1.0)


def _found(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for row in view["history"] if row["office"] == KALIANDA]
