"""Steward commands on members: invite, add, renew keys, remove."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from office_node.domain.enrol import request_fingerprint, verified_enrol_request
from office_node.domain.invitations import make_invitation, verified_invitation
from services.directory.publish import write_durably
from services.stewards import drafts, drafts_members
from services.stewards.ceremony import key_in, roots_of
from services.stewards.dialogue import (
    Days,
    EpochPassphraseFile,
    Folder,
    KeyFile,
    Outside,
    PassphraseFile,
    passphrase,
    plainly,
    read_json,
)
from services.stewards.drafting import DAYS, redate, reseal
from services.stewards.drafts import StewardError
from services.stewards.keyfiles import seed_from_pem
from services.stewards.workspace import Workspace
from shared_schemas.roster import EnrolRequest, Region

HERE = Path()


def add_commands(app: typer.Typer, outside: Outside) -> None:
    """Put the commands into the application."""
    _add_inviting(app, outside)
    _add_adding(app, outside)
    _add_keys(app, outside)
    _add_leaving(app, outside)
    _add_settings(app, outside)
    _add_members(app, outside)


def _add_inviting(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def invite(
        office: str,
        key: KeyFile,
        name: Annotated[str, typer.Option(help="Name of the office, as it will stand in the roster.")],
        out: Annotated[Path, typer.Option(help="The file to hand to the office.")] = Path("invitation.json"),
        directory: Annotated[str | None, typer.Option(help="Address of the directory.")] = None,
        for_days: Annotated[int, typer.Option(min=1, max=90, help="It can be used for so many days.")] = 14,
        folder: Folder = HERE,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Invite an office, with one steward's key: good once, for this office. It lets nobody in by itself."""
        with plainly():
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            signing = key_in(seed, roots_of(Workspace(folder)))
            envelope = make_invitation(
                office, name=name, key=signing, now=outside.now(), random=outside.random,
                lifetime=timedelta(days=for_days), directory_url=directory,
            )  # fmt: skip
            write_durably(out, json.dumps(envelope, indent=1).encode())
            typer.echo(f"{out}: hand it to {office}, and read it the fingerprint of the roster by voice")


def _add_adding(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def add_office(
        request_file: Annotated[Path, typer.Argument(help="The office's request, made by `jejak node init`.")],
        days: Days = DAYS,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Add an office that was invited, from its request, and seal the epoch keys to it."""
        with plainly():
            workspace, now = Workspace(folder), outside.now()
            request = verified_enrol_request(read_json(request_file), now=now)
            if request.invitation is None:
                raise StewardError(f"{request.id} was not invited: its request holds no invitation")
            invitation, digest = verified_invitation(
                request.invitation.model_dump(mode="json"), roots=roots_of(workspace), office=request.id, now=now
            )
            typer.echo(_request_text(request))
            typer.echo(f"invited by   {invitation.issuer} as {invitation.name!a}")
            if not yes:
                typer.confirm("Has the office read out the same fingerprint?", abort=True)
            change = drafts_members.with_office(request, now=now, invitation=digest)
            reseal(workspace, outside, changes=[change], days=days, passphrase_file=epoch_passphrase_file)


def _add_leaving(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def leaving(
        office: str,
        successor: Annotated[str, typer.Option(help="The office that goes on with its cases.")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """Say who goes on with a member's cases: it can then hand them over (`jejak node hand-over`), and leave."""
        with plainly():
            change = drafts_members.with_successor(office, successor=successor)
            redate(Workspace(folder), outside, changes=[change], days=days)


def _add_settings(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def set_witnesses(
        office: str,
        witness: Annotated[list[str], typer.Argument(help="Offices that cosign the checkpoints of its log.")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """Name the witnesses of an office's log."""
        with plainly():
            redate(Workspace(folder), outside, changes=[drafts_members.with_witnesses(office, witness)], days=days)

    @app.command()
    def staying(office: str, days: Days = DAYS, folder: Folder = HERE) -> None:
        """Take back what `leaving` said: the member keeps the cases that it has not handed over yet."""
        with plainly():
            change = drafts_members.with_successor(office, successor=None)
            redate(Workspace(folder), outside, changes=[change], days=days)

    @app.command()
    def set_regions(
        office: str,
        region: Annotated[list[str], typer.Argument(help="CODE:FROM or CODE:FROM:UNTIL, such as 18.03:2020-01-01.")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """Name all regions of an office with their dates; one that has moved to another office keeps its end here."""
        with plainly():
            parts = [one.split(":") for one in region]
            regions = [
                Region.model_validate_json(
                    json.dumps(dict(zip(("code", "valid_from", "valid_until"), part, strict=False)))
                )
                for part in parts
            ]
            redate(Workspace(folder), outside, changes=[drafts_members.with_regions(office, regions)], days=days)


def _add_members(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def remove_office(
        office: str,
        successor: Annotated[str | None, typer.Option(help="The office that goes on with its cases.")] = None,
        days: Days = DAYS,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
    ) -> None:
        """End a member's time and open a new epoch, whose key it does not get."""
        with plainly():
            now = outside.now()
            changes = [
                drafts_members.without_office(office, now=now, successor=successor),
                drafts.with_epoch(opens_at=now, random=outside.random),
            ]
            reseal(Workspace(folder), outside, changes=changes, days=days, passphrase_file=epoch_passphrase_file)


def _add_keys(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def renew_keys(
        request_file: Annotated[Path, typer.Argument(help="The member's request, made by `jejak node rotate`.")],
        compromised_since: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%dT%H:%M"], help="Its old signing keys count only until then (UTC)."),
        ] = None,
        days: Days = DAYS,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Take a member's new keys into the draft; the old ones count for 30 days more."""
        with plainly():
            now = outside.now()
            request = verified_enrol_request(read_json(request_file), now=now)
            typer.echo(_request_text(request))
            if not yes:
                typer.confirm("Has the office read out the same fingerprint?", abort=True)
            since = None if compromised_since is None else compromised_since.replace(tzinfo=UTC)
            change = drafts_members.with_keys(request, now=now, compromised_since=since)
            reseal(Workspace(folder), outside, changes=[change], days=days, passphrase_file=epoch_passphrase_file)


def _request_text(request: EnrolRequest) -> str:
    """What a steward compares with the office."""
    return "\n".join(
        (
            f"office       {request.id}: {request.name!a}",
            f"address      {request.base_url}",
            f"signing key  {request.signing_key.keyid} {request.signing_key.key}",
            f"sealing key  {request.encryption_key.keyid} {request.encryption_key.key}",
            f"fingerprint  {request_fingerprint(request)}",
        )
    )
