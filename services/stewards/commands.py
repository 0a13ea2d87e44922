"""`jejak steward`: from a key file to a published roster, one step a command, nothing signed unseen.

new-key → create → add-office … → show → sign (each steward) → combine → publish; later: propose, or a change.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from office_node.domain.suspensions import Reason
from services.directory.publish import write_durably
from services.stewards import ceremony, changing, guideline, members, partners
from services.stewards.dialogue import (
    Folder,
    KeyFile,
    Outside,
    PassphraseFile,
    To,
    passphrase,
    plainly,
)
from services.stewards.differences import Shown, differences
from services.stewards.drafts import StewardError
from services.stewards.keyfiles import key_to_pem, seed_from_pem, write_secret
from services.stewards.roster_maker import new_steward, steward_of
from services.stewards.workspace import Workspace
from shared_schemas.base import rfc3339

HERE = Path()


def make_app(outside: Outside) -> typer.Typer:
    """The commands, with clock and randomness handed in."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        help="What stewards do with the roster.",
        pretty_exceptions_enable=False,
    )
    _add_keys(app, outside)
    changing.add_commands(app, outside)
    members.add_commands(app, outside)
    guideline.add_commands(app, outside)
    partners.add_commands(app, outside)
    _add_reading(app)
    _add_signing(app)
    _add_publishing(app, outside)
    _add_suspending(app, outside)
    return app


def _add_keys(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def new_key(
        name: Annotated[str, typer.Argument(help="The steward's name, such as steward-sari.")],
        folder: Folder = HERE,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Make a steward's key: NAME.pem (secret, keep it offline) and NAME.public.json (for `create`)."""
        with plainly():
            key = new_steward(name, now=outside.now(), random=outside.random)
            public = steward_of(key)
            secret = passphrase(passphrase_file, of=f"the new key of {name}", new=True)
            write_secret(folder / f"{name}.pem", key_to_pem(key.seed, secret))
            write_durably(folder / f"{name}.public.json", public.model_dump_json(indent=1).encode())
            typer.echo(f"{folder / name}.pem and {folder / name}.public.json; key {public.keyid} {public.key}")


def _add_reading(app: typer.Typer) -> None:
    @app.command()
    def show(folder: Folder = HERE) -> None:
        """Show what the draft changes against the published roster."""
        with plainly():
            _show(Workspace(folder))

    @app.command()
    def fingerprint(folder: Folder = HERE) -> None:
        """Print the fingerprint that a steward reads out and a new administrator types."""
        with plainly():
            trusted = Workspace(folder).trusted()
            if trusted is None:
                raise StewardError("no roster is published")
            typer.echo(trusted.proved.fingerprint)


def _add_signing(app: typer.Typer) -> None:
    @app.command()
    def sign(
        key: KeyFile,
        folder: Folder = HERE,
        passphrase_file: PassphraseFile = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Show the draft and sign it with one steward's key; writes a signature file."""
        with plainly():
            workspace = Workspace(folder)
            _show(workspace)
            if not yes:
                typer.confirm("Sign this?", abort=True)
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            typer.echo(f"signed: {ceremony.sign_draft(workspace, seed=seed)}")

    @app.command()
    def combine(
        files: Annotated[list[Path] | None, typer.Argument(help="Signature files of other stewards.")] = None,
        folder: Folder = HERE,
    ) -> None:
        """Collect signature files, and say how many are still needed."""
        with plainly():
            _, counts = ceremony.combine(Workspace(folder), files or ())
            for count in counts:
                typer.echo(f"{count.found} of {count.needed} needed signatures of the {count.whose}")


def _add_publishing(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def publish(
        key: KeyFile, to: To = None, folder: Folder = HERE, passphrase_file: PassphraseFile = None
    ) -> None:  # fmt: skip
        """Put the draft in force, if enough stewards have signed it. The key signs when: a steward's, or an online one.

        It counts for a week, and is renewed by the directory every hour if it has an online key.
        """
        with plainly():
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            accepted = ceremony.publish_draft(Workspace(folder), seed=seed, now=outside.now(), to=to or ())
            expires = rfc3339(accepted.expires_at)
            typer.echo(f"published: version {accepted.version}, valid until {expires}")

    @app.command()
    def stamp(
        key: KeyFile, to: To = None, folder: Folder = HERE, passphrase_file: PassphraseFile = None
    ) -> None:  # fmt: skip
        """Say that what is published is still the newest: for a week more, where no directory does so every hour."""
        with plainly():
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            ceremony.stamp(Workspace(folder), seed=seed, now=outside.now(), to=to or ())
            typer.echo("stamped")


def _add_suspending(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def suspend(
        office: str,
        key: KeyFile,
        reason: Reason = "key_compromised",
        since: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%dT%H:%M"], help="Since when (UTC); now if absent. What came later is void."),
        ] = None,
        to: To = None,
        folder: Folder = HERE,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Suspend a member or partner at once, with one steward's key; only a new roster lifts it.

        Of a compromised key nothing counts that reached an office since then, whatever time it says.
        """
        with plainly():
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            workspace = Workspace(folder)
            stolen = None if since is None else since.replace(tzinfo=UTC)
            ceremony.suspend(
                workspace, office, seed=seed, reason=reason, now=outside.now(), since=stolen, to=to or ()
            )  # fmt: skip
            typer.echo(f"{office} is suspended")


def _show(workspace: Workspace) -> None:
    if workspace.draft_roster() is None:
        raise StewardError("there is no draft; begin with 'propose'")
    draft = workspace.start(epoch_keys={})
    shown = Shown(draft.roster, draft.root, draft.expires_at, draft.sealed, draft.guideline)
    for line in differences(workspace.in_force(), shown):
        typer.echo(line)
