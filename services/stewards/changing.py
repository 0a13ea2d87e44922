"""Steward commands that make or change the draft; each redates it and drops the signatures on it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from office_node.domain.enrol import request_fingerprint, verified_enrol_request
from office_node.domain.suspensions import accept_suspension
from office_node.domain.roster import suspension_digest
from office_node.signing.statements import Statement
from services.directory.publish import read_suspensions
from services.stewards import drafts
from services.stewards.dialogue import (
    Days,
    EpochPassphraseFile,
    Folder,
    Outside,
    passphrase,
    plainly,
    read_json,
)
from services.stewards.drafts import Change, StewardError
from services.stewards.keyfiles import lock_epoch_keys
from services.stewards.workspace import Workspace
from shared_schemas.roster import EnrolRequest, Root, Steward, Stretch, Suspension

HERE = Path()
EPOCH_KEYS = "the epoch keys"
Public = Annotated[list[Path], typer.Option("--steward", help="NAME.public.json; once for each steward.")]
Threshold = Annotated[int, typer.Option(min=1, max=32, help="So many stewards must sign.")]


def add_commands(app: typer.Typer, outside: Outside) -> None:
    """Put the commands into the application."""
    _add_create(app, outside)
    _add_propose(app, outside)
    _add_members(app, outside)
    _add_epochs(app, outside)
    _add_stewards(app, outside)


def _add_create(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def create(
        steward: Public,
        threshold: Threshold = 2,
        stretch: Annotated[int, typer.Option(help="scrypt's n for index values, a power of two.")] = 4096,
        days: Days = 7,
        folder: Folder = HERE,
        epoch_passphrase_file: EpochPassphraseFile = None,
    ) -> None:
        """Begin a federation: the stewards, an empty list of members, the first epoch and its key."""
        with plainly():
            workspace = Workspace(folder)
            if workspace.trusted() is not None or workspace.draft_roster() is not None:
                raise StewardError("this folder holds a roster already")
            root = Root(version=1, threshold=min(threshold, 32), stewards=_stewards(steward))
            now = outside.now()
            draft = drafts.first_draft(root, now=now, random=outside.random, stretch=Stretch(n=stretch))
            secret = passphrase(epoch_passphrase_file, of=EPOCH_KEYS, new=True)
            workspace.write_epoch_keys(lock_epoch_keys(draft.epoch_keys, secret, random=outside.random))
            draft = drafts.dated(draft, version=1, now=now, lifetime=timedelta(days=days))
            workspace.write_draft(draft)
            typer.echo(f"draft of version 1 with {len(root.stewards)} stewards, of whom {threshold} sign")
