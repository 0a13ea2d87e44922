"""`jejak log …`: the log of this office's node, looked at by whoever is responsible for it."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from office_node.cli_opened import plainly, refuse, with_node
from office_node.domain.anchor import shown_roster
from office_node.node import Node
from office_node.store import log, log_evidence
from office_node.store.transactions import Connection
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.verify_log import verify_log
from shared_schemas.receipt import EvidenceFile

app = typer.Typer(no_args_is_help=True, help="This office's log.")


@app.callback()
def logged() -> None:
    """This office's log."""


@app.command()
def verify() -> None:
    """Go through every entry: leaf, what it says, and the signed tree; exit 1 if anything was changed."""

    async def work(node: Node) -> tuple[int, list[str]]:
        await integrate_log(node)
        size = await node.run.read(log.size)
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("verify", total=size)
            faults = await verify_log(node, progress=lambda count: bar.update(task, completed=count))
        return size, faults

    size, faults = with_node(work)
    typer.echo("\n".join(faults) or f"{size} entries; every leaf, every payload that is kept, and the tree agree")
    raise typer.Exit(1 if faults else 0)


@app.command()
def evidence(
    name: Annotated[str | None, typer.Argument(help="One of the list; without it, the list.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; it must not exist yet.")] = None,
) -> None:
    """Show what was found against logs, other offices' or this one's; or write one proof as a file."""

    async def work(node: Node) -> list[str]:
        def read(connection: Connection) -> list[str]:
            if name is None:
                held = log_evidence.listed(connection)
                return [f"{one.id}  {one.seen_at:%Y-%m-%d %H:%M}  {one.accused}  {one.kind}" for one in held]
            found = log_evidence.get(connection, name)
            return [] if found is None else [_as_file(node, found)]

        return await node.run.read(read)

    lines = with_node(work)
    if name is not None and not lines:
        raise refuse("there is no such evidence here; jejak log evidence lists it")
    if out is None or name is None:
        typer.echo("\n".join(lines) or "nothing was found against any log")
        return
    with plainly(), out.open("x", encoding="utf-8") as file:
        file.write(lines[0] + "\n")


def _as_file(node: Node, held: log_evidence.Evidence) -> str:
    """The proof with the roster that it is verified by: `jejak verify` needs nothing else but the fingerprint."""
    said = EvidenceFile.model_validate_json(node.sealer.unseal("log_evidence", held.id, held.body_sealed))
    whole = said.model_copy(update={"roster": shown_roster(node.roster.files, node.roster.suspensions)})
    return whole.model_dump_json()
