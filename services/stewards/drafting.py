"""Writing a changed draft into the workspace, dated anew; with or without sealing the epoch keys again."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import typer

from services.stewards import drafts
from services.stewards.dialogue import Outside, passphrase
from services.stewards.drafts import Change
from services.stewards.keyfiles import lock_epoch_keys
from services.stewards.workspace import Workspace

EPOCH_KEYS = "the epoch keys"
DAYS = drafts.LIFETIME.days


def redate(workspace: Workspace, outside: Outside, *, changes: Iterable[Change], days: int) -> None:
    """Write the changed draft; its sealed files stay, so no passphrase is needed."""
    draft = drafts.applied(workspace.start(epoch_keys={}), changes)
    draft = drafts.dated(draft, version=workspace.next_number(), now=outside.now(), lifetime=timedelta(days=days))
    workspace.write_draft(draft, now=outside.now())
    _say(draft)


def reseal(
    workspace: Workspace,
    outside: Outside,
    *,
    changes: Iterable[Change],
    days: int,
    passphrase_file: Path | None,
) -> None:
    """Write the changed draft with its epoch keys sealed to every member.

    The locked keys are written first, and hold every epoch that is live in the draft or still in force.
    """
    secret = passphrase(passphrase_file, of=EPOCH_KEYS)
    held = workspace.epoch_keys(secret)
    trusted = workspace.trusted()
    draft = drafts.applied(workspace.start(epoch_keys=held), changes)
    draft = drafts.finished(
        draft,
        version=workspace.next_number(),
        now=outside.now(),
        random=outside.random,
        lifetime=timedelta(days=days),
    )
    in_force = {epoch.id for epoch in trusted.live_epochs()} if trusted else set()
    keys = {**{epoch: key for epoch, key in held.items() if epoch in in_force}, **draft.epoch_keys}
    if keys != held:
        workspace.write_epoch_keys(lock_epoch_keys(keys, secret, random=outside.random))
    workspace.write_draft(draft, now=outside.now())
    _say(draft)


def _say(draft: drafts.Draft) -> None:
    typer.echo(f"draft of version {draft.roster.version}: 'show' says what it changes, 'sign' signs it")
