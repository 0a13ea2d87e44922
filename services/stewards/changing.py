"""Steward commands that make or change the draft; each redates it and drops the signatures on it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from office_node.signing.statements import Statement
from services.directory.publish import read_suspensions
from services.stewards import drafts, drafts_members
from services.stewards.dialogue import (
    Days,
    EpochPassphraseFile,
    Folder,
    Outside,
    passphrase,
    plainly,
    read_json,
)
from services.stewards.drafting import DAYS, EPOCH_KEYS, redate, reseal
from services.stewards.drafts import StewardError
from services.stewards.keyfiles import lock_epoch_keys
from services.stewards.workspace import Workspace
from shared_schemas.roster import Steward, Stretch, Suspension

HERE = Path()
Public = Annotated[list[Path], typer.Option("--steward", help="NAME.public.json; once for each steward.")]
Online = Annotated[
    list[Path] | None,
    typer.Option("--online", help="NAME.public.json of a key that signs the hourly timestamp only: the directory's."),
]
Threshold = Annotated[int, typer.Option(min=1, max=32, help="So many stewards sign for a change of the stewards.")]
RosterThreshold = Annotated[int, typer.Option(min=1, max=32, help="So many stewards sign for a change of the roster.")]


def add_commands(app: typer.Typer, outside: Outside) -> None:
    """Put the commands into the application."""
    _add_create(app, outside)
    _add_propose(app, outside)
    _add_epochs(app, outside)
    _add_stewards(app, outside)


def _add_create(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def create(
        steward: Public,
        online: Online = None,
        threshold: Threshold = 3,
        roster_threshold: RosterThreshold = 2,
        stretch: Annotated[int, typer.Option(help="scrypt's n for index values, a power of two.")] = 4096,
        days: Days = DAYS,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
    ) -> None:
        """Begin a federation: the stewards, an empty list of members, the first epoch and its key."""
        with plainly():
            workspace = Workspace(folder)
            if workspace.trusted() is not None or workspace.draft_roster() is not None:
                raise StewardError("this folder holds a roster already")
            root = drafts.new_root(
                _stewards(steward), _stewards(online or ()), version=1, threshold=threshold,
                targets_threshold=roster_threshold,
            )  # fmt: skip
            now = outside.now()
            draft = drafts.first_draft(root, now=now, random=outside.random, stretch=Stretch(n=stretch))
            secret = passphrase(epoch_passphrase_file, of=EPOCH_KEYS, new=True)
            workspace.write_epoch_keys(lock_epoch_keys(draft.epoch_keys, secret, random=outside.random))
            draft = drafts.dated(draft, version=1, now=now, lifetime=timedelta(days=days))
            workspace.write_draft(draft, now=now)
            typer.echo(
                f"draft of version 1 with {len(root.stewards)} stewards: {threshold} sign for the stewards, "
                f"{roster_threshold} for the roster"
            )


def _add_propose(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def propose(days: Days = DAYS, folder: Folder = HERE) -> None:
        """Begin a new draft from the published roster: the same with new dates, to be changed or signed."""
        with plainly():
            workspace = Workspace(folder)
            if workspace.trusted() is None:
                raise StewardError("no roster is published; the first draft is made by 'create'")
            workspace.drop_draft()
            redate(workspace, outside, changes=(), days=days)

    @app.command()
    def lift(office: str, days: Days = DAYS, folder: Folder = HERE) -> None:
        """End the suspensions of a member with this draft."""
        with plainly():
            workspace = Workspace(folder)
            digests = _suspensions_of(workspace, office)
            redate(workspace, outside, changes=[drafts.lifting(digests)], days=days)

    @app.command()
    def set_protocol(minimum: int, days: Days = DAYS, folder: Folder = HERE) -> None:
        """Raise the protocol version that all write and none may stay below: when every member has been upgraded."""
        with plainly():
            redate(Workspace(folder), outside, changes=[drafts.with_protocol(minimum)], days=days)

    @app.command()
    def set_generation(office: str, generation: int, days: Days = DAYS, folder: Folder = HERE) -> None:
        """Accept the generation in which a restored node goes on."""
        with plainly():
            change = drafts_members.with_generation(office, generation=generation)
            redate(Workspace(folder), outside, changes=[change], days=days)


def _add_epochs(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def open_epoch(
        opens: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day (UTC) it opens; at once if absent.")
        ] = None,
        days: Days = DAYS,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
    ) -> None:
        """Make a new epoch key, sealed to every member: 60 days ahead for 1 January, at once after a removal."""
        with plainly():
            opens_at = outside.now() if opens is None else opens.replace(tzinfo=UTC)
            change = drafts.with_epoch(opens_at=opens_at, random=outside.random)
            reseal(Workspace(folder), outside, changes=[change], days=days, passphrase_file=epoch_passphrase_file)

    @app.command()
    def retire_epoch(
        epoch: str, days: Days = DAYS, folder: Folder = HERE, epoch_passphrase_file: EpochPassphraseFile = None
    ) -> None:
        """End an epoch under which no member has a live notice any more."""
        with plainly():
            change = drafts.without_epoch(epoch)
            reseal(Workspace(folder), outside, changes=[change], days=days, passphrase_file=epoch_passphrase_file)


def _add_stewards(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def set_stewards(
        steward: Public,
        online: Online = None,
        threshold: Threshold = 3,
        roster_threshold: RosterThreshold = 2,
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """Name the stewards and online keys from now on: the old stewards and the new ones must both sign this draft.

        With the same ones it renews the root, which runs out after three years. Without --online the online keys stay.
        """
        with plainly():
            change = drafts.with_stewards(
                _stewards(steward), threshold=threshold, targets_threshold=roster_threshold,
                online=None if online is None else _stewards(online),
            )  # fmt: skip
            redate(Workspace(folder), outside, changes=[change], days=days)


def _suspensions_of(workspace: Workspace, office: str) -> list[str]:
    """Digests of the published suspensions of this member; StewardError if there are none."""
    digests = []
    for envelope in read_suspensions(workspace.published_folder):
        statement = Statement.from_dict(envelope)
        if Suspension.model_validate_json(statement.payload).member == office:
            digests.append(statement.digest)
    if not digests:
        raise StewardError(f"no suspension of {office} is published here")
    return digests


def _stewards(files: Iterable[Path]) -> tuple[Steward, ...]:
    return tuple(Steward.model_validate(read_json(path)) for path in files)
