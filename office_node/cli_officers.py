"""`jejak node officer …`: the accounts of the office's officers. The first administrator is made here and nowhere else.

A password is never an argument: it is made and shown once, or typed at a prompt.
"""

import re
from typing import Annotated, cast, get_args

import typer

from office_node.cli_opened import refuse, with_node
from office_node.domain.duties import OFFICER_ROLES
from office_node.node import Node
from office_node.usecases.officer_accounts import list_officers, make_officer, reset_officer, set_roles, set_state
from shared_schemas.accounts import MAX_PASSWORD_OCTETS
from shared_schemas.ids import OfficerRef
from shared_schemas.statement import Actor, Role

app = typer.Typer(no_args_is_help=True, help="Accounts of this office's officers (docs/accounts.md).")
Officer = Annotated[str, typer.Argument(help="Her reference as in the log: a staff pseudonym, never a name.")]
Roles = Annotated[list[str], typer.Option("--role", help=f"Of {', '.join(OFFICER_ROLES)}; repeat.")]
_REF = re.compile(get_args(OfficerRef)[1].pattern)


@app.command()
def add(
    officer: Officer,
    name: Annotated[str, typer.Option(help="Her name as colleagues see it; kept sealed.")],
    role: Roles,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="Type the temporary password instead of having one made.")
    ] = False,
) -> None:
    """Make an account; its temporary password is shown once and must be changed within three days."""
    if not _REF.fullmatch(officer):
        raise refuse("a reference has up to 40 small letters, digits, dots, hyphens and underscores", status=2)
    if not 2 <= len(name.strip()) <= 120:
        raise refuse("a name has 2 to 120 characters", status=2)
    roles = _roles(role)
    typed = typer.prompt("Temporary password", hide_input=True, confirmation_prompt=True) if prompt else None
    if typed is not None and len(typed.encode()) > MAX_PASSWORD_OCTETS:
        raise refuse("a password has at most 1,024 octets", status=2)
    made = with_node(
        lambda node: make_officer(node, officer, name=name.strip(), roles=roles, by=_by(node), password=typed)
    )
    typer.echo(officer if typed else f"{officer}\n{made}")


@app.command("list")
def list_all() -> None:
    """Show every account: reference, state, roles, what is still to be done."""
    for one in with_node(lambda node: list_officers(node, by=_by(node))):
        lacks = [
            text
            for text, is_so in (("new password", one.must_change), ("authenticator", not one.authenticator))
            if is_so
        ]
        typer.echo(
            f"{one.officer}  {one.state}  {', '.join(one.roles)}" + (f"  lacks: {', '.join(lacks)}" if lacks else "")
        )


@app.command()
def reset(officer: Officer) -> None:
    """Give her a new temporary password, shown once; authenticator, recovery codes and sessions end."""
    typer.echo(with_node(lambda node: reset_officer(node, officer, by=_by(node))))


@app.command()
def disable(officer: Officer) -> None:
    """Disable an account and end its sessions; the last administrator stays."""
    with_node(lambda node: set_state(node, officer, state="disabled", by=_by(node)))


@app.command()
def enable(officer: Officer) -> None:
    """Enable an account again."""
    with_node(lambda node: set_state(node, officer, state="active", by=_by(node)))


@app.command()
def roles(officer: Officer, role: Roles) -> None:
    """Give her these roles and no others; her sessions end."""
    given = _roles(role)
    with_node(lambda node: set_roles(node, officer, roles=given, by=_by(node)))


def _by(node: Node) -> Actor:
    return Actor(office=node.office, role="administrator")


def _roles(named: list[str]) -> tuple[Role, ...]:
    if unknown := [one for one in named if one not in OFFICER_ROLES]:
        raise refuse(f"no role of an officer: {', '.join(unknown)}", status=2)
    return tuple(cast(Role, one) for one in named)
