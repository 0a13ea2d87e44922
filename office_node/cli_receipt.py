"""`jejak receipt`: a file that shows anyone which offices were asked about a case, and what each answered."""

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from office_node.cli_opened import plainly, refuse, with_node
from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.usecases.give_receipt import give_receipt
from office_node.usecases.prove_at_peers import prove_at_peers
from shared_schemas.inquiry import Purpose
from shared_schemas.receipt import Receipt
from shared_schemas.statement import Actor


def receipt(
    case: Annotated[str | None, typer.Argument(help="The case's reference, 32 hex digits; not with --into.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; it must not exist yet.")] = None,
    into: Annotated[Path | None, typer.Option(help="Add to this receipt what offices prove now (--ask-peers).")] = None,
    ask_peers: Annotated[
        bool, typer.Option("--ask-peers", help="Ask each office to prove that its answer is in its own log.")
    ] = False,
    purpose: Annotated[Purpose, typer.Option(help="Why; it is written to the log.")] = "passport_application",
) -> None:
    """Write one file with which anyone verifies offline who was asked when, and what each answered.

    `jejak verify FILE` verifies it, with the fingerprint of the stewards' root and nothing else. It holds no name and
    no number of a person.
    """
    if into is not None:
        if case is not None or out is not None:
            raise refuse("--into takes neither a case nor --out: the file names the case", status=2)
        _add(into)
        return
    if case is None:
        raise refuse("a case is needed, or --into and a receipt", status=2)
    if out is not None and out.exists():
        raise refuse(f"{out}: there is such a file already; nothing was written")
    whole = with_node(lambda node: _made(node, case, purpose=purpose, ask_peers=ask_peers))
    text = _written(whole)
    if out is None:
        typer.echo(text, nl=False)
    else:
        with plainly(), out.open("x", encoding="utf-8") as file:
            file.write(text)
    _say(whole)


async def _made(node: Node, case: str, *, purpose: Purpose, ask_peers: bool) -> Receipt:
    officer = Actor(office=node.office, role="administrator")
    made = await give_receipt(node, case, purpose=purpose, officer=officer)
    return await prove_at_peers(node, made) if ask_peers else made


def _add(file: Path) -> None:
    """Ask for what is missing, and put the receipt in the place of the old one, whole or not at all."""
    with plainly():
        data = file.read_bytes()
    try:
        held = Receipt.model_validate_json(data)
    except ValidationError as error:
        raise refuse(f"{file} is no receipt", status=2) from error

    async def work(node: Node) -> Receipt:
        if held.office != node.office:
            raise refuse(f"this receipt is one of {held.office}")
        return await prove_at_peers(node, held)

    whole = with_node(work)
    beside = file.with_name(f".{file.name}.new")
    with plainly():
        with beside.open("w", encoding="utf-8") as new:
            new.write(_written(whole))
            new.flush()
            os.fsync(new.fileno())
        beside.replace(file)
    _say(whole)


def _written(whole: Receipt) -> str:
    return canonical(whole.model_dump(mode="json")).decode() + "\n"


def _say(whole: Receipt) -> None:
    """What the reader of the file should know now; on standard error, for the receipt may be on the other."""
    witnesses = whole.checkpoint.count("\u2014 ") - 1
    typer.echo(f"{len(whole.screenings)} inquiries; witnesses have signed the log {witnesses} times", err=True)
    for screening in whole.screenings:
        for one in screening.asked:
            if one.peer_cause is not None:
                typer.echo(f"{one.office} gives no proof of its own: {one.peer_cause}", err=True)
