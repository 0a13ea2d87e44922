"""`jejak node …`: what an administrator runs. A refusal is one plain line."""

import secrets
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from office_node import cli_officers, cli_webhooks, logs
from office_node.app import create_app
from office_node.cli_membership import add_membership
from office_node.cli_opened import migrate_database, plainly, refuse, settings_read, with_node
from office_node.clock import SystemClock
from office_node.domain.duties import OFFICER_ROLES
from office_node.errors import JejakError
from office_node.guideline.paper import paper_form
from office_node.keyring import load_keys
from office_node.node import Node
from office_node.peers.egress import networks_of, only_to
from office_node.peers.transport import open_transport
from office_node.register_file import RowWrongError, read_register
from office_node.serving import serve_until_told
from office_node.settings import Settings
from office_node.store import access_keys
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current
from office_node.store.transactions import runner_for
from office_node.usecases.access import make_access_key
from office_node.usecases.diagnose import diagnose
from office_node.usecases.export_verdicts import Exported, export_verdicts
from office_node.usecases.guideline_in_force import guideline_now
from office_node.usecases.import_register import Imported, import_register
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.sweep import sweep, would_sweep
from shared_schemas.statement import Actor

app = typer.Typer(no_args_is_help=True, help="One office's node.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of local office systems.")
app.add_typer(key_app, name="key")
app.add_typer(cli_officers.app, name="officer")
app.add_typer(cli_webhooks.app, name="webhook")
add_membership(app)


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    with plainly():
        migrate_database(settings_read())


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
        migrate_database(settings)
        engine = open_engine(settings.sqlalchemy_url)
        application = create_app(
            settings,
            clock=SystemClock(),
            random=secrets.token_bytes,
            transport=open_transport(),
            run=runner_for(engine),
            egress=open_transport(look_up=only_to(networks_of(settings.webhook_networks))),
        )
    started = serve_until_told(application, _listen(settings))
    engine.dispose()
    if not started:
        raise refuse("the node did not start; the log above says why", status=3)


@app.command("paper-form")
def print_paper_form() -> None:
    """Write a form to print (HTML) for the time while the node cannot be reached; make it before it is needed."""
    pack = with_node(guideline_now)
    typer.echo(paper_form(pack, office=settings_read().office))


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
    if fingerprint is not None and not fingerprint.strip("0"):
        return ["JEJAK_ROOT_FINGERPRINT is all zeros, as in the example: ask a steward to read out the true one"]
    return []


@app.command("retention")
def retain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; nothing else is written.")
    ] = False,
) -> None:
    """Remove and erase now what has been kept for its time (docs/retention.md), and say how much of what."""
    gone = with_node(would_sweep if dry_run else sweep)
    lines = [f"{name}: {count}" for name, count in sorted(gone.items())]
    typer.echo("\n".join(lines) or "nothing was due")


@key_app.command("add")
def add_key(
    label: Annotated[str, typer.Option(help="Which system it is for.")],
    role: Annotated[list[str], typer.Option(help=f"Roles it may name, of {', '.join(OFFICER_ROLES)}; repeat.")],
) -> None:
    """Make a key for an office system; it is shown once."""
    if unknown := [one for one in role if one not in OFFICER_ROLES]:
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
