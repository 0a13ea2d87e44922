"""`jejak backup`, `restore`, `recover`, `recovery-key`: from a lost disk back to an answering office."""

import os
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from nacl.public import PrivateKey
from sqlalchemy.engine import make_url

from office_node.cli_opened import plainly, refuse, settings_read, with_node
from office_node.clock import SystemClock
from office_node.errors import BackupUnreadableError
from office_node.keyring import bring_back
from office_node.node import Node
from office_node.settings import Settings
from office_node.signing.sealed_file import open_file, read_header, seal_file
from office_node.store import log
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current, knows_step, newest_step
from office_node.store.snapshot import in_use, is_sound, put_in_place, scratch, take_snapshot
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.recover import Recovered
from office_node.usecases.recover import recover as recover_node
from office_node.usecases.verify_log import verify_log
from shared_schemas.base import rfc3339

_KEY_OCTETS = 32
_DATABASE, _KEYS = "database", "keys/"
app = typer.Typer(no_args_is_help=True, help="Backups, and coming back from one.")


@app.command("recovery-key")
def recovery_key(
    file: Annotated[Path, typer.Argument(help="Where the private part goes; it must not exist yet.")],
) -> None:
    """Make the key that backups are sealed to. Do it on a machine that is not the node's; keep the file off it."""
    key = PrivateKey(secrets.token_bytes(_KEY_OCTETS))
    with plainly():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(bytes(key).hex() + "\n")
    typer.echo(f"JEJAK_RECOVERY_KEY={bytes(key.public_key).hex()}")


@app.command()
def backup(
    out: Annotated[Path, typer.Option(help="The file to write; it must not exist yet.")],
    keys: Annotated[bool, typer.Option("--with-keys", help="This node's keys too, for a bare machine.")] = False,
) -> None:
    """Write one moment of this node's database, sealed to the recovery key. The node goes on meanwhile.

    Before it is sealed, the snapshot is restored into a scratch database and gone through: every entry of the log. On
    PostgreSQL the role needs CREATEDB for that.
    """
    settings = settings_read()
    if settings.recovery_key is None:
        raise refuse("JEJAK_RECOVERY_KEY is not set: jejak recovery-key makes one, on another machine")
    if out.exists():
        raise refuse(f"{out}: there is such a file already; nothing was written")
    header = with_node(lambda node: _header(node))
    with plainly(), _work_folder(out.parent, "backup") as folder:
        plain, sealed = Path(folder, "plain"), Path(folder, "sealed")
        take_snapshot(settings.sqlalchemy_url, plain, environment=os.environ)
        _refuse_unsound(settings, plain)
        packed = _packed(Path(folder), plain, keys=settings.keys_dir if keys else None)
        with packed.open("rb") as source, sealed.open("wb") as target:
            seal_file(
                source, target, header=header, to=bytes.fromhex(settings.recovery_key), random=secrets.token_bytes
            )
            target.flush()
            os.fsync(target.fileno())
        sealed.replace(out)
    typer.echo(f"{out}: {out.stat().st_size} bytes, {header['entries']} entries of the log, sealed")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `jejak backup` wrote.")],
    key: Annotated[Path, typer.Option(help="The private recovery key; bring it, and take it away again.")],
    yes: Annotated[bool, typer.Option("--yes", help="Put it in the place of the database that is here.")] = False,
    stopped: Annotated[
        bool, typer.Option("--stopped", help="The node is stopped, although it worked just now.")
    ] = False,
) -> None:
    """Put a backup in the place of this node's database; stop the node before. What was there is kept beside it.

    The node answers nobody until `jejak recover` has been through and stewards have released it.
    """
    settings = settings_read()
    with plainly(), file.open("rb") as source:
        header = read_header(source)
    if header.get("office") != settings.office:
        raise refuse(f"this is a backup of {str(header.get('office'))[:40]!r}, this node is {settings.office}")
    backend = make_url(settings.sqlalchemy_url).get_backend_name()
    if header.get("database") != backend:
        raise refuse(f"this is a backup of a {str(header.get('database'))[:20]} database, this node has {backend}")
    if not knows_step(str(header.get("tables", newest_step()))):
        raise refuse("this backup is of a newer version of Jejak: restore it with that one")
    if _is_there(settings) and not yes:
        raise refuse("there is a database here; --yes puts the backup in its place, and keeps it beside")
    if _is_there(settings) and not stopped and in_use(settings.sqlalchemy_url, now=SystemClock().now()):
        raise refuse("a node worked on this database minutes ago: stop it, then say --stopped")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with plainly(), _work_folder(settings.data_dir, "restore") as folder:
        plain, keys = _opened(file, Path(folder), key=_read_key(key))
        if not is_sound(plain, backend=backend, environment=os.environ):
            raise BackupUnreadableError("damaged")
        bring_back(settings.keys_dir, keys)  # before the database: without them nobody could read it
        made_at = datetime.fromisoformat(str(header["made_at"]))
        kept = put_in_place(
            settings.sqlalchemy_url, plain, made_at=rfc3339(made_at), now=SystemClock().now(), environment=os.environ
        )
        if kept.parent == Path(folder):
            kept = kept.replace(settings.data_dir / kept.name)
    typer.echo(f"restored what was backed up at {header['made_at']}; before it: {kept}\nnow: jejak recover")


@app.command()
def recover(
    alone: Annotated[bool, typer.Option("--alone", help="Go on although no other office answers.")] = False,
) -> None:
    """After a restore: fetch back what this office has said since, and begin a new generation of its log."""

    async def work(node: Node) -> Recovered:
        return await recover_node(node, alone=alone, told=lambda office: typer.echo(f"asked {office}", err=True))

    done = with_node(work)
    lost = done.closed_size - done.had_size
    lines = [f"generation {done.generation}; {done.notices} notices came back"]
    lines += [f"{lost} entries of the log were written after the backup and are gone"] if lost else []
    lines += [f"lost case, known to others: {case}" for case in done.lost_cases]
    lines += [f"did not answer: {office}" for office in done.silent]
    lines.append(f"now ask the stewards: jejak steward set-generation {settings_read().office} {done.generation}")
    typer.echo("\n".join(lines))


@contextmanager
def _work_folder(beside: Path, what: str) -> Iterator[str]:
    """A folder for what is readable in between. What a killed process left of it goes first: keys, a whole snapshot."""
    for left in beside.glob(f".jejak-{what}-*"):
        if not _runs(left.name.split("-")[2]):
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=beside, prefix=f".jejak-{what}-{os.getpid()}-") as folder:
        yield folder


def _runs(process: str) -> bool:
    """Whether there is a process of this number; what is no number is of an older version, and of none."""
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _read_key(file: Path) -> bytes:
    """BackupUnreadableError unless it is 64 hex digits."""
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError) as error:
        raise BackupUnreadableError("key") from error
    if len(key) != _KEY_OCTETS:
        raise BackupUnreadableError("key")
    return key


def _packed(folder: Path, plain: Path, *, keys: Path | None) -> Path:
    """The snapshot, and the keys if they are to go along, in one archive."""
    archive = folder / "archive"
    with tarfile.open(archive, "w") as tar:
        tar.add(plain, arcname=_DATABASE)
        for file in sorted(keys.iterdir()) if keys is not None else ():
            tar.add(file, arcname=f"{_KEYS}{file.name}", recursive=False)
    plain.unlink()
    return archive


def _opened(file: Path, folder: Path, *, key: bytes) -> tuple[Path, dict[str, bytes]]:
    """The snapshot in a sealed file, and the key files that came along."""
    archive, plain = folder / "archive", folder / "plain"
    with file.open("rb") as source, archive.open("wb") as target:
        open_file(source, target, key=key)
    keys: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None and member.name == _DATABASE:
                with plain.open("wb") as target:
                    shutil.copyfileobj(content, target)
            elif content is not None and member.name.startswith(_KEYS):
                keys[member.name.removeprefix(_KEYS)] = content.read()
    archive.unlink()
    return plain, keys


def _is_there(settings: Settings) -> bool:
    return settings.database_url is not None or (settings.data_dir / "node.sqlite").exists()


async def _header(node: Node) -> dict[str, Any]:
    size = await node.run.read(log.size)
    return {
        "office": node.office,
        "generation": node.generation,
        "made_at": rfc3339(node.clock.now()),
        "database": make_url(node.settings.sqlalchemy_url).get_backend_name(),
        "entries": size,
        "tables": newest_step(),
    }


def _refuse_unsound(settings: Settings, plain: Path) -> None:
    """BackupUnreadableError unless the snapshot, restored into a scratch database, is whole: tables and every entry."""
    backend = make_url(settings.sqlalchemy_url).get_backend_name()
    if not is_sound(plain, backend=backend, environment=os.environ):
        raise BackupUnreadableError("damaged")
    with scratch(settings.sqlalchemy_url, plain, environment=os.environ) as url:
        engine = open_engine(url)
        current = is_current(engine)
        engine.dispose()
        if not current:
            raise BackupUnreadableError("damaged")
        changed = settings.model_copy(update={"database_url": url})
        if faults := with_node(_log_faults, settings=changed):
            typer.echo("\n".join(faults), err=True)
            raise BackupUnreadableError("damaged")


async def _log_faults(node: Node) -> list[str]:
    await integrate_log(node)
    return await verify_log(node, progress=lambda _count: None)
