"""`jejak node …`: what an administrator runs; only here is the environment read. A refusal is one plain line."""

import asyncio
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import typer
from pydantic import ValidationError

from office_node import logs
from office_node.app import build_node, create_app, open_node
from office_node.clock import SystemClock
from office_node.domain.enrol import OfficeKeys, enrol_request
from office_node.errors import JejakError
from office_node.keyring import load_keys, make_keys
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.serving import serve_until_told
from office_node.settings import Settings
from office_node.store import access_keys, rosters
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current, upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.access import make_access_key
from office_node.usecases.diagnose import diagnose
from office_node.usecases.import_register import Imported, import_register
from office_node.usecases.refresh_roster import accept_roster, refresh_roster
from shared_schemas.office import RegisterRow
from shared_schemas.roster import RosterSent
from shared_schemas.statement import Actor, Role

T = TypeVar("T")
app = typer.Typer(no_args_is_help=True, help="One office's node.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of local office systems.")
roster_app = typer.Typer(no_args_is_help=True, help="The list of members as this node holds it.")
app.add_typer(key_app, name="key")
app.add_typer(roster_app, name="roster")

ROLES = tuple(role for role in get_args(Role) if role not in ("node", "steward"))
"""Roles that an office system may name; the machine and the stewards are no officers."""


def _refuse(text: str, *, status: int = 1) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(status)


@contextmanager
def _plainly() -> Iterator[None]:
    """A refusal is one line and exit 1; OSError names the file."""
    try:
        yield
    except JejakError as error:
        raise _refuse(str(error)) from error
    except OSError as error:
        raise _refuse(f"{error.filename or 'system'}: {error.strerror}") from error


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"JEJAK_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        raise _refuse("\n".join(lines), status=2) from error


def _with_node(work: Callable[[Node], Awaitable[T]]) -> T:
    """Open this node's database, do one thing, close it."""
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

    with _plainly():
        return asyncio.run(run())


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
    settings = _settings()
    try:
        make_keys(settings.keys_dir, office=settings.office, name=key_name, random=secrets.token_bytes)
    except FileExistsError as error:
        raise _refuse(f"there is a key already: {error}; nothing was changed") from error
    with _plainly():
        _migrate(settings)
        _write_request(settings, name=name, request=request)
    typer.echo(f"keys in {settings.keys_dir}; hand {request} to the stewards")


@app.command()
def enrol(name: Name, request: RequestFile = Path("request.json")) -> None:
    """Write the request once more, dated now, from the keys that are there."""
    settings = _settings()
    with _plainly():
        _write_request(settings, name=name, request=request)


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    with _plainly():
        _migrate(_settings())


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind_host else socket.AF_INET
    try:
        return socket.create_server((settings.bind_host, settings.bind_port), family=family)
    except OSError as error:
        raise _refuse(f"cannot listen on {settings.bind_host}:{settings.bind_port}: {error.strerror}") from error


@app.command()
def serve() -> None:
    """Run web and background work of this node until it is told to stop."""
    settings = _settings()
    logs.configure()
    logs.capture_libraries()
    with _plainly():
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
        raise _refuse("the node did not start; the log above says why", status=3)


def _register(file: Path) -> list[RegisterRow]:
    rows: list[RegisterRow] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows += [RegisterRow.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            wrong = ", ".join(f"{'/'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors())
            raise _refuse(f"line {number}: {wrong}; nothing was imported") from error
    return rows


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON lines, one case each (shared_schemas/office.py, RegisterRow).")],
) -> None:
    """Take an old register over; visible rows get notices. Run again, it goes on with what is not here yet."""
    with _plainly():
        rows = _register(file)

    async def work(node: Node) -> Imported:
        if not node.roster.known:
            await refresh_roster(node)
        return await import_register(node, rows, actor=Actor(office=node.office, role="administrator"))

    typer.echo(str(_with_node(work)))


@roster_app.command("accept")
def accept(
    file: Annotated[Path, typer.Argument(help="What a directory or member gives out, or the stewards' roster.json.")],
    keys: Annotated[Path | None, typer.Option(help="This office's file of sealed epoch keys.")] = None,
) -> None:
    """Take a roster from a file, where there is no network; it is checked like any other."""
    with _plainly():
        sealed = keys.read_bytes() if keys else None
        try:
            held: dict[str, Any] = json.loads(file.read_bytes())
            sent = RosterSent.model_validate_json(json.dumps(held if "roster" in held else {"roster": held}))
        except (ValueError, TypeError) as error:
            raise _refuse(f"{file.name} holds no roster") from error

    async def work(node: Node) -> tuple[bool, int]:
        return await accept_roster(node, sent, sealed_keys=sealed), node.roster.current().version

    new, version = _with_node(work)
    typer.echo(f"version {version} is in force" if new else f"nothing new; version {version} stays in force")


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
    """Say what is wrong with this node, in plain words; exit 1 if anything is."""
    causes = _causes(_settings())
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
    return _fingerprint_causes(settings.root_fingerprint) + _with_node(diagnose)


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
        raise _refuse(f"no role of an officer: {', '.join(unknown)}", status=2)
    key_id, secret = _with_node(lambda node: make_access_key(node, label=label, roles=tuple(role)))
    typer.echo(f"{key_id}\n{secret}")


@key_app.command("list")
def list_keys() -> None:
    """Show the keys in force: id, system, roles."""
    for key in _with_node(lambda node: node.run.read(access_keys.listed)):
        typer.echo(f"{key.id}  {key.label}  {', '.join(key.roles)}")


@key_app.command("end")
def end_key(key_id: str) -> None:
    """End a key at once."""
    if not _with_node(lambda node: node.run.write(lambda c: access_keys.revoke(c, key_id, now=node.clock.now()))):
        raise _refuse("no key in force has this id")
