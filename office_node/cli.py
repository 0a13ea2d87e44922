"""`jejak node …`: what an administrator runs. A refusal is one plain line."""

import json
import secrets
import socket
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.progress import Progress

from office_node import logs
from office_node.app import create_app
from office_node.cli_opened import plainly, refuse, settings_read, with_node
from office_node.clock import SystemClock
from office_node.domain.enrol import OfficeKeys, enrol_request
from office_node.domain.suspensions import Reason
from office_node.errors import JejakError
from office_node.keyring import load_keys, make_keys
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.register_file import RowWrongError, read_register
from office_node.serving import serve_until_told
from office_node.settings import Settings
from office_node.signing.tuf_client import mirror
from office_node.store import access_keys, rosters
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current, upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.access import make_access_key
from office_node.usecases.deliver_notices import say_hello
from office_node.usecases.diagnose import diagnose
from office_node.usecases.export_verdicts import Exported, export_verdicts
from office_node.usecases.import_register import Imported, import_register
from office_node.usecases.refresh_roster import refresh_roster, take_roster
from office_node.usecases.suspend import keep_suspensions, suspend_self
from shared_schemas.statement import Actor, Role

app = typer.Typer(no_args_is_help=True, help="One office's node.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of local office systems.")
roster_app = typer.Typer(no_args_is_help=True, help="The list of members as this node holds it.")
app.add_typer(key_app, name="key")
app.add_typer(roster_app, name="roster")

ROLES = tuple(role for role in get_args(Role) if role not in ("node", "steward"))
"""Roles that an office system may name; the machine and the stewards are no officers."""


def _migrate(settings: Settings) -> None:
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    engine.dispose()


def _write_request(settings: Settings, *, name: str, request: Path) -> None:
    held = load_keys(settings.keys_dir)
    keys = OfficeKeys(held.signing, held.encryption_keyid, held.encryption)
    envelope = enrol_request(
        keys, office=settings.office, name=name, base_url=settings.public_url, now=SystemClock().now()
    )
    request.write_text(json.dumps(envelope, indent=1) + "\n", encoding="utf-8")


Name = Annotated[str, typer.Option(help="Name of the office, as in the roster.")]
RequestFile = Annotated[Path, typer.Option(help="Where to write the request for the stewards.")]


@app.command()
def init(
    name: Name,
    request: RequestFile = Path("request.json"),
    key_name: Annotated[str, typer.Option(help="Suffix of the new keys' ids.")] = "1",
) -> None:
    """Make this node's keys and database, and the request file that the stewards enrol it from."""
    settings = settings_read()
    try:
        make_keys(settings.keys_dir, office=settings.office, name=key_name, random=secrets.token_bytes)
    except FileExistsError as error:
        raise refuse(f"there is a key already: {error}; nothing was changed") from error
    with plainly():
        _migrate(settings)
        _write_request(settings, name=name, request=request)
    typer.echo(f"keys in {settings.keys_dir}; hand {request} to the stewards")


@app.command()
def enrol(name: Name, request: RequestFile = Path("request.json")) -> None:
    """Write the request once more, dated now, from the keys that are there."""
    settings = settings_read()
    with plainly():
        _write_request(settings, name=name, request=request)


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    with plainly():
        _migrate(settings_read())


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind_host else socket.AF_INET
    try:
        return socket.create_server((settings.bind_host, settings.bind_port), family=family)
    except OSError as error:
        raise refuse(f"cannot listen on {settings.bind_host}:{settings.bind_port}: {error.strerror}") from error


@app.command()
def serve() -> None:
    """Run web and background work of this node until it is told to stop."""
    settings = settings_read()
    logs.configure()
    logs.capture_libraries()
    with plainly():
        _migrate(settings)
        engine = open_engine(settings.sqlalchemy_url)
        application = create_app(
            settings,
            clock=SystemClock(),
            random=secrets.token_bytes,
            transport=open_transport(),
            run=runner_for(engine),
        )
    started = serve_until_told(application, _listen(settings))
    engine.dispose()
    if not started:
        raise refuse("the node did not start; the log above says why", status=3)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON lines, one case each (shared_schemas/office.py, RegisterRow).")],
    skip_wrong: Annotated[bool, typer.Option("--skip-wrong", help="Name wrong lines and import the others.")] = False,
) -> None:
    """Take an old register over; visible rows get notices. Run again, it goes on with what is not here yet."""
    with plainly():
        count = _checked(file, skip_wrong=skip_wrong)

    async def work(node: Node) -> Imported:
        if not node.roster.known:
            await refresh_roster(node)
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("import", total=count)
            return await import_register(
                node, read_register(file, skipped=lambda _wrong: None),
                actor=Actor(office=node.office, role="administrator"),
                progress=lambda read: bar.update(task, completed=read),
            )  # fmt: skip

    typer.echo(str(with_node(work)))


@app.command()
def verdicts(
    out: Annotated[Path, typer.Option(help="The file to write, as JSON lines; it must not exist yet.")],
) -> None:
    """Write what officers said of two cases, to learn from: {"vector": [...], "model": "...", "verdict": "..."} a line.

    The vector holds level codes of the comparison, such as `birth_date:swapped`, and no value of anybody. There is no
    reference, officer, reason or date, and the order tells nothing. Verdicts on rows whose person was not readable here
    have no codes and are left out.
    """

    async def work(node: Node) -> Exported:
        return await export_verdicts(node, actor=Actor(office=node.office, role="administrator"))

    if out.exists():
        raise refuse(f"{out}: there is such a file already; nothing was written")
    exported = with_node(work)
    with plainly(), out.open("x", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in exported.lines)
    typer.echo(f"{len(exported.lines)} verdicts; {exported.left_out} without level codes were left out")


def _checked(file: Path, *, skip_wrong: bool) -> int:
    """How many rows can be imported; wrong ones are named, and refuse the file unless they are to be skipped."""
    try:
        said = (lambda wrong: typer.echo(f"{wrong}; skipped", err=True)) if skip_wrong else None
        return sum(1 for _ in read_register(file, skipped=said))
    except RowWrongError as error:
        raise refuse(f"{error}; nothing was imported") from error


@roster_app.command("accept")
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


@app.command()
def deny(office: str, reason: str) -> None:
    """Trust an office no longer, at once and here alone."""
    with_node(lambda node: node.run.write(lambda c: rosters.deny(c, office, now=node.clock.now(), reason=reason)))


@app.command()
def allow(office: str) -> None:
    """Lift a local denial."""
    with_node(lambda node: node.run.write(lambda c: rosters.allow(c, office)))


@app.command()
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


@app.command()
def doctor() -> None:
    """Say what is wrong with this node, in plain words; exit 1 if anything is."""
    causes = _causes(settings_read())
    typer.echo("\n".join(causes) or "nothing wrong found")
    raise typer.Exit(1 if causes else 0)


def _causes(settings: Settings) -> list[str]:
    try:
        load_keys(settings.keys_dir)
    except JejakError as error:
        return [f"keys in {settings.keys_dir}: {error}; jejak node init makes new ones"]
    if settings.database_url is None and not (settings.data_dir / "node.sqlite").exists():
        return [f"there is no database in {settings.data_dir}: jejak node migrate"]
    engine = open_engine(settings.sqlalchemy_url)
    current = is_current(engine)
    engine.dispose()
    if not current:
        return ["the database has not this version's tables: jejak node migrate"]
    return _fingerprint_causes(settings.root_fingerprint) + with_node(diagnose)


def _fingerprint_causes(fingerprint: str | None) -> list[str]:
    if fingerprint is None:
        return ["JEJAK_ROOT_FINGERPRINT is not set: ask a steward to read it out"]
    if not fingerprint.strip("0"):
        return ["JEJAK_ROOT_FINGERPRINT is all zeros, as in the example: ask a steward to read out the true one"]
    return []


@key_app.command("add")
def add_key(
    label: Annotated[str, typer.Option(help="Which system it is for.")],
    role: Annotated[list[str], typer.Option(help=f"Roles it may name, of {', '.join(ROLES)}; repeat.")],
) -> None:
    """Make a key for an office system; it is shown once."""
    if unknown := [one for one in role if one not in ROLES]:
        raise refuse(f"no role of an officer: {', '.join(unknown)}", status=2)
    key_id, secret = with_node(lambda node: make_access_key(node, label=label, roles=tuple(role)))
    typer.echo(f"{key_id}\n{secret}")


@key_app.command("list")
def list_keys() -> None:
    """Show the keys in force: id, system, roles."""
    for key in with_node(lambda node: node.run.read(access_keys.listed)):
        typer.echo(f"{key.id}  {key.label}  {', '.join(key.roles)}")


@key_app.command("end")
def end_key(key_id: str) -> None:
    """End a key at once."""
    if not with_node(lambda node: node.run.write(lambda c: access_keys.revoke(c, key_id, now=node.clock.now()))):
        raise refuse("no key in force has this id")
