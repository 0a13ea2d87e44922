"""`jejak log …`: the log of this office's node, looked at by whoever is responsible for it."""

import sys

import typer
from rich.console import Console
from rich.progress import Progress

from office_node.cli_opened import with_node
from office_node.node import Node
from office_node.store import log
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.verify_log import verify_log

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
