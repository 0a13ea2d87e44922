"""`jejak node …` for what concerns membership: keys, joining, the roster, denial, suspension. A refusal is one line."""

import json
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from office_node.cli_opened import migrate_database, plainly, refuse, settings_read, with_node
from office_node.clock import SystemClock
from office_node.domain.enrol import OfficeKeys, enrol_request, request_fingerprint, verified_enrol_request
from office_node.domain.invitations import read_invitation
from office_node.domain.suspensions import Reason
from office_node.errors import JejakError
from office_node.keyring import Purpose, add_key, load_keys, make_keys, remove_keys
from office_node.node import Node
from office_node.settings import Settings
from office_node.signing.tuf_client import mirror
from office_node.store import rosters
from office_node.usecases.change_keys import left_to_move
from office_node.usecases.deliver_notices import say_hello
from office_node.usecases.hand_over import HandedOver, hand_over
from office_node.usecases.join import Step, join
from office_node.usecases.key_states import KeyState, key_states
from office_node.usecases.refresh_roster import refresh_roster, take_roster
from office_node.usecases.refusals import NotSuccessorError
from office_node.usecases.suspend import keep_suspensions, suspend_self
from shared_schemas.statement import Actor

Name = Annotated[str | None, typer.Option(help="Name of the office, as in the roster; the invitation's if absent.")]
RequestFile = Annotated[Path, typer.Option(help="Where to write the request for the stewards.")]
InvitationFile = Annotated[Path | None, typer.Option("--invitation", help="The file that a steward handed over.")]
REQUEST = Path("request.json")


def add_membership(app: typer.Typer) -> None:
    """Put the commands into the application."""
    roster_app = typer.Typer(no_args_is_help=True, help="The list of members as this node holds it.")
    app.add_typer(roster_app, name="roster")
    roster_app.command("accept")(accept)
    app.command("hand-over")(hand_over_command)
    for command in (init, enrol, deny, allow, suspend, rotate):
        app.command()(command)
    app.command("join")(join_command)
    app.command("keys")(keys_command)


def init(
    name: Name = None,
    invitation: InvitationFile = None,
    request: RequestFile = REQUEST,
    key_name: Annotated[str, typer.Option(help="Suffix of the new keys' ids.")] = "1",
) -> None:
    """Make this node's keys and database, and the request file that the stewards enrol it from."""
    settings = settings_read()
    with plainly():
        invited = _invitation(settings, invitation)
    try:
        make_keys(settings.keys_dir, office=settings.office, name=key_name, random=secrets.token_bytes)
    except FileExistsError as error:
        raise refuse(f"there is a key already: {error}; nothing was changed") from error
    except ValueError as error:
        raise refuse(str(error), status=2) from error
    with plainly():
        migrate_database(settings)
        _write_request(settings, name=name, invitation=invited, request=request)


def enrol(name: Name = None, invitation: InvitationFile = None, request: RequestFile = REQUEST) -> None:
    """Write the request once more, dated now, from the keys that are there."""
    settings = settings_read()
    with plainly():
        _write_request(settings, name=name, invitation=_invitation(settings, invitation), request=request)


def join_command(
    fingerprint: Annotated[str | None, typer.Option(help="As a steward reads it out; asked for if absent.")] = None,
) -> None:
    """Take the roster from the fingerprint, greet the other offices, and pull what they have. Run it again any time."""
    settings = settings_read()
    typed = fingerprint or settings.root_fingerprint or typer.prompt("Fingerprint, as a steward reads it out")
    plain = typed.lower().replace(" ", "").replace("-", "")
    if len(plain) != 32 or set(plain) - set("0123456789abcdef"):
        raise refuse("a fingerprint has 32 hex digits", status=2)
    with plainly():
        migrate_database(settings)

    async def work(node: Node) -> Step:
        step = Step(False, "")
        async for step in join(node):
            typer.echo(f"{'ok ' if step.done else '-- '} {step.text}")
        return step

    if not with_node(work, fingerprint=plain).done:
        raise typer.Exit(1)


def rotate(
    purpose: Annotated[Purpose, typer.Argument(help="What the key is for.")],
    name: Annotated[str | None, typer.Option(help="Suffix of the new key's id; the day if absent.")] = None,
    request: RequestFile = REQUEST,
    retire: Annotated[bool, typer.Option("--retire", help="Remove the keys that nothing needs any more.")] = False,
) -> None:
    """Add a new key beside the old one, or remove old ones with --retire. Restart the node afterwards."""
    settings = settings_read()
    if retire:
        _retire(settings, purpose)
        return
    with plainly():
        try:
            new = add_key(
                settings.keys_dir, purpose, office=settings.office,
                name=name or f"{SystemClock().now():%Y%m%d}", random=secrets.token_bytes,
            )  # fmt: skip
        except ValueError as error:
            raise refuse(f"{error} (--name)") from error
        typer.echo(f"{new} is in {settings.keys_dir / purpose}; keep a copy off this machine, and restart the node")
        if purpose in ("signing", "encryption"):
            _write_request(settings, name=None, invitation=None, request=request)


def _retire(settings: Settings, purpose: Purpose) -> None:
    states = [one for one in with_node(key_states) if one.purpose == purpose]
    old = {one.keyid for one in states if one.spare}
    if not old:
        raise refuse(f"every {purpose} key is still needed; jejak node keys says by what")
    with plainly():
        remove_keys(settings.keys_dir, purpose, old)
    typer.echo(f"removed: {', '.join(sorted(old))}; restart the node")


def keys_command() -> None:
    """List this node's keys: which are used, which are needed for a while, which can be retired."""

    async def work(node: Node) -> tuple[list[KeyState], int]:
        return await key_states(node), await left_to_move(node)

    states, left = with_node(work)
    for one in states:
        typer.echo(f"{one.purpose:<11} {one.keyid:<40} {one.text}")
    if left:
        typer.echo(f"{left} sealed values are still to be moved to the newest storage key")


def accept(
    folder: Annotated[Path, typer.Argument(help="What stewards publish: metadata, targets and suspensions.")],
) -> None:
    """Take a roster from a folder, where there is no network; it is checked like any other."""
    if not (folder / "metadata").is_dir():
        raise refuse(f"{folder} holds no roster")

    async def work(node: Node) -> tuple[bool, int]:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}
        new = await take_roster(node, mirror(files))
        envelopes = [json.loads(path.read_bytes()) for path in sorted((folder / "suspensions").glob("*.json"))]
        return await keep_suspensions(node, envelopes) or new, node.roster.current().version

    new, version = with_node(work)
    typer.echo(f"version {version} is in force" if new else f"nothing new; version {version} stays in force")


def deny(office: str, reason: str) -> None:
    """Trust an office no longer, at once and here alone."""
    with_node(lambda node: node.run.write(lambda c: rosters.deny(c, office, now=node.clock.now(), reason=reason)))


def allow(office: str) -> None:
    """Lift a local denial."""
    with_node(lambda node: node.run.write(lambda c: rosters.allow(c, office)))


def suspend(
    reason: Annotated[Reason, typer.Option(help="What stewards and peers are told.")] = "key_compromised",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Suspend this office itself, at once: for a stolen key. Only the stewards' next roster lifts it.

    It spreads with the next hello, and from this node's mirror. Tell the stewards as well: their word says since when.
    """
    if not yes:
        typer.confirm("No peer will believe or ask this office until stewards lift it. Go on?", abort=True)

    async def work(node: Node) -> None:
        await suspend_self(node, reason=reason)
        await say_hello(node)

    with_node(work)
    typer.echo("this office is suspended; call the stewards")


def hand_over_command(
    to: Annotated[str | None, typer.Option(help="Only what goes to this office; all that moves if absent.")] = None,
) -> None:
    """Hand the visible cases to the office that the roster names as this one's successor, or as its region's.

    Run it until nothing is left to be told; only then let the stewards end the membership.
    """

    async def work(node: Node) -> HandedOver:
        await refresh_roster(node)
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("hand over", total=None)
            try:
                return await hand_over(
                    node, actor=Actor(office=node.office, role="administrator"), to=to,
                    progress=lambda done: bar.update(task, completed=done.seen),
                )  # fmt: skip
            except NotSuccessorError as error:
                raise refuse(f"the roster does not say that {to} goes on with any case of this office") from error

    done = with_node(work)
    typer.echo(
        f"{done.ended} handed over, {done.waiting} taken and not yet told to every office, {done.failed} not taken, "
        f"{done.kept} stay here"
    )
    if done.waiting or done.failed:
        raise typer.Exit(1)


def _invitation(settings: Settings, file: Path | None) -> dict[str, Any] | None:
    """What the file holds, if it is an invitation for this office."""
    if file is None:
        return None
    try:
        envelope: dict[str, Any] = json.loads(file.read_bytes())
        invited = read_invitation(envelope)
    except (ValueError, JejakError) as error:
        raise refuse(f"{file.name} holds no invitation") from error
    if invited.id != settings.office:
        raise refuse(f"the invitation is for {invited.id}, this office is {settings.office}")
    return envelope


def _write_request(
    settings: Settings, *, name: str | None, invitation: dict[str, Any] | None, request: Path
) -> None:  # fmt: skip
    held, now = load_keys(settings.keys_dir), SystemClock().now()
    keys = OfficeKeys(held.signing, held.encryption_keyid, held.encryption)
    named = name or ("" if invitation is None else read_invitation(invitation).name)
    envelope = enrol_request(
        keys, office=settings.office, name=named, base_url=settings.public_url, now=now, invitation=invitation
    )
    request.write_text(json.dumps(envelope, indent=1) + "\n", encoding="utf-8")
    read_out = request_fingerprint(verified_enrol_request(envelope, now=now))
    typer.echo(f"hand {request} to the stewards, and read its fingerprint to them: {read_out}")
