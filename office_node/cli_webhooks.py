"""`jejak node webhook …`: where this office's events are sent to (docs/office-api.md)."""

from typing import Annotated, cast, get_args

import typer

from office_node.cli_opened import refuse, settings_read, with_node
from office_node.node import Node
from office_node.usecases.webhook_accounts import add_webhook, enable_webhook, list_webhooks, remove_webhook
from shared_schemas.events import EventKind
from shared_schemas.statement import Actor

app = typer.Typer(no_args_is_help=True, help="Where this office's events are sent to (docs/office-api.md).")
Ref = Annotated[str, typer.Argument(help="As `add` and `list` show it.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="https; http on this machine only.")],
    kind: Annotated[list[str] | None, typer.Option(help="Only events of this kind; repeat.")] = None,
) -> None:
    """Send events from now on there; the secret that signs them is shown once."""
    kinds = tuple(dict.fromkeys(kind or ()))
    if unknown := set(kinds) - set(get_args(EventKind)):
        raise refuse(f"no such kind: {', '.join(sorted(unknown))}", status=2)
    if not settings_read().webhook_networks:
        typer.echo("JEJAK_WEBHOOK_NETWORKS lists no network, so nothing is sent yet.", err=True)
    known = cast(tuple[EventKind, ...], kinds)
    ref, secret = with_node(lambda node: add_webhook(node, url, kinds=known, by=_by(node)))
    typer.echo(f"{ref}\n{secret}")


@app.command("list")
def list_all() -> None:
    """Show every endpoint: reference, state, failures in a row, kinds, address."""
    for one in with_node(list_webhooks):
        typer.echo(f"{one.id}  {one.state}  {one.failures}  {', '.join(one.kinds) or 'everything'}  {one.url}")


@app.command()
def remove(ref: Ref) -> None:
    """Send nothing there any more."""
    with_node(lambda node: remove_webhook(node, ref, by=_by(node)))


@app.command()
def enable(ref: Ref) -> None:
    """Send there again what it lacks, after it was switched off."""
    lost = with_node(lambda node: enable_webhook(node, ref, by=_by(node)))
    if lost:
        typer.echo(f"up to {lost} events are not kept any more and are not sent")


def _by(node: Node) -> Actor:
    return Actor(office=node.office, role="administrator")
