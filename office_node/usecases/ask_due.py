"""Asking again whoever is due, each office by an errand of its own (`drain`); anew where a question is outdated."""

from datetime import datetime

from office_node.node import Node
from office_node.store import questions, screenings
from office_node.store.transactions import Connection
from office_node.usecases.ask_office import ask_office, load_question
from office_node.usecases.claims import claim_until
from office_node.usecases.drain import AT_ONCE, drain
from office_node.usecases.screen_anew import has_left, is_outdated, screen_anew


async def ask_due(node: Node) -> None:
    """Ask every office to which a question is due, beside whoever calls."""
    await drain(node, "ask", due_offices=questions.due_offices, claim=_claim, send=_ask)


async def _ask(node: Node, due: questions.Due) -> None:
    question = await node.run.read(lambda connection: load_question(connection, node, due.screening))
    if has_left(node, due.office) or is_outdated(node, question):
        await screen_anew(node, question)
    else:
        await ask_office(node, question, office=due.office)


def _claim(connection: Connection, *, node: Node, office: str, now: datetime) -> list[questions.Due]:
    """What is due; a screening whose process died before it settled is settled first, so that a hit is late."""
    due = questions.claim_due(connection, office, now=now, claim_until=claim_until(node, now=now), limit=AT_ONCE)
    for screening in sorted({one.screening for one in due}):
        screenings.settle(connection, screening, now=now, overdue_only=True)
    return due
