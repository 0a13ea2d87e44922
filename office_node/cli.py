"""`jejak node …`: what the administrator of an office runs. The only reader of the environment."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
import uvicorn
from pydantic import ValidationError

from office_node import logs
from office_node.app import build_node, create_app, open_node
from office_node.clock import SystemClock
from office_node.domain.enrol import OfficeKeys, enrol_request
from office_node.errors import JejakError
from office_node.keyring import load_keys, make_keys
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.settings import Settings
from office_node.store import rosters
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current, upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.access import make_access_key
from office_node.usecases.import_register import import_register
from office_node.usecases.refresh_roster import refresh_roster
from shared_schemas.office import RegisterRow
from shared_schemas.statement import Actor

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="One office's node.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of local office systems.")
app.add_typer(key_app, name="key")


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for one in error.errors():
            typer.echo(f"JEJAK_{'_'.join(str(p) for p in one['loc']).upper()}: {one['msg']}", err=True)
        raise typer.Exit(2) from error


def _with_node(work: Callable[[Node], Awaitable[T]]) -> T:
    """Open this node's database, do one thing, close it; a refusal is one plain line."""
    settings = _settings()

    async def run() -> T:
        engine = open_engine(settings.sqlalchemy_url)
        node = build_node(
            settings,
            clock=SystemClock(),
            random=secrets.token_bytes,
            transport=open_transport(),
            run=runner_for(engine),
        )
        try:
            await open_node(node)
            return await work(node)
        finally:
            await node.peers.close()
            await node.run.close()
            engine.dispose()

    try:
        return asyncio.run(run())
    except JejakError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def init(
    name: Annotated[str, typer.Option(help="Name of the office, as in the roster.")],
    request: Annotated[Path, typer.Option(help="Where to write the request for the stewards.")] = Path("request.json"),
    key_name: Annotated[str, typer.Option(help="Suffix of the new keys' ids.")] = "1",
) -> None:
    """Make this node's keys and database, and the request file that the stewards enrol it from."""
    settings = _settings()
    try:
        held = make_keys(settings.keys_dir, office=settings.office, name=key_name, random=secrets.token_bytes)
    except FileExistsError as error:
        typer.echo(f"there is a key already: {error}; nothing was changed", err=True)
        raise typer.Exit(1) from error
    migrate()
    keys = OfficeKeys(held.signing, held.encryption_keyid, held.encryption)
    envelope = enrol_request(
        keys, office=settings.office, name=name, base_url=settings.public_url, now=SystemClock().now()
    )
    request.write_text(json.dumps(envelope, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"keys in {settings.keys_dir}; hand {request} to the stewards")


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    engine.dispose()


@app.command()
def serve() -> None:
    """Run web and background work of this node until it is told to stop."""
    settings = _settings()
    logs.configure()
    migrate()
    engine = open_engine(settings.sqlalchemy_url)
    application = create_app(
        settings,
        clock=SystemClock(),
        random=secrets.token_bytes,
        transport=open_transport(),
        run=runner_for(engine),
    )
    uvicorn.run(
        application,
        host=settings.bind_host,
        port=settings.bind_port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON lines, one case each (docs/protocol.md, RegisterRow).")],
) -> None:
    """Take an old register over; visible rows get notices."""
    with file.open(encoding="utf-8") as lines:
        rows = [RegisterRow.model_validate_json(line) for line in lines if line.strip()]

    async def work(node: Node) -> int:
        if not node.roster.known:
            await refresh_roster(node)
        return await import_register(node, rows, actor=Actor(office=node.office, role="administrator"))

    typer.echo(f"{len(rows)} cases, {_with_node(work)} visible to peers")


@app.command()
def deny(office: str, reason: str) -> None:
    """Trust an office no longer, at once and here alone."""
    _with_node(lambda node: node.run.write(lambda c: rosters.deny(c, office, now=node.clock.now(), reason=reason)))


@app.command()
def allow(office: str) -> None:
    """Lift a local denial."""
    _with_node(lambda node: node.run.write(lambda c: rosters.allow(c, office)))


@app.command()
def doctor() -> None:
    """Say what is wrong with this node, in plain words."""
    settings = _settings()
    causes: list[str] = []
    try:
        load_keys(settings.keys_dir)
    except JejakError as error:
        causes.append(str(error))
    engine = open_engine(settings.sqlalchemy_url)
    if not is_current(engine):
        causes.append("the database has not this version's tables: jejak node migrate")
    engine.dispose()
    if settings.root_fingerprint is None:
        causes.append("JEJAK_ROOT_FINGERPRINT is not set: ask a steward to read it out")
    typer.echo("\n".join(causes) or "nothing wrong found")
    raise typer.Exit(1 if causes else 0)


@key_app.command("add")
def add_key(
    label: Annotated[str, typer.Option(help="Which system it is for.")],
    role: Annotated[list[str], typer.Option(help="Roles it may name; repeat.")],
) -> None:
    """Make a key for an office system; it is shown once."""
    key_id, secret = _with_node(lambda node: make_access_key(node, label=label, roles=tuple(role)))
    typer.echo(f"{key_id}\n{secret}")
