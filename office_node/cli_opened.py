"""What every command opens first: the settings, read from the environment only here, and the node on its database."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from pydantic import ValidationError

from office_node.app import build_node, open_node
from office_node.clock import SystemClock
from office_node.errors import JejakError
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.settings import Settings
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.transactions import runner_for

T = TypeVar("T")


def refuse(text: str, *, status: int = 1) -> typer.Exit:
    """One line on standard error, and the exit to raise."""
    typer.echo(text, err=True)
    return typer.Exit(status)


@contextmanager
def plainly() -> Iterator[None]:
    """A refusal is one line and exit 1; OSError names the file."""
    try:
        yield
    except JejakError as error:
        raise refuse(str(error)) from error
    except OSError as error:
        raise refuse(f"{error.filename or 'system'}: {error.strerror}") from error


def settings_read() -> Settings:
    """This node's settings from the environment; each one that is wrong is named."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"JEJAK_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        raise refuse("\n".join(lines), status=2) from error


def migrate_database(settings: Settings) -> None:
    """Bring the database to this version's tables; the folder of an embedded one is made."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    engine.dispose()


def with_node(
    work: Callable[[Node], Awaitable[T]], *, fingerprint: str | None = None, settings: Settings | None = None
) -> T:
    """Open this node's database, or the one of these settings, do one thing, close it.

    A typed fingerprint stands before the one that is set.
    """
    settings = settings or settings_read()
    if fingerprint is not None:
        settings = settings.model_copy(update={"root_fingerprint": fingerprint})

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
            await node.errands.close()
            await node.peers.close()
            await node.run.close()
            engine.dispose()

    with plainly():
        return asyncio.run(run())
