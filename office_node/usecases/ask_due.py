"""Asking again whoever is due, each office by an errand of its own: a slow one keeps only its own questions waiting."""

from datetime import datetime
from functools import partial

from office_node.node import Node
from office_node.store import questions, screenings
from office_node.store.transactions import Connection
from office_node.usecases.ask_office import ask_office, load_question
from office_node.usecases.claims import claim_until

AT_ONCE = 8
"""Questions to one office at a time; the claim lasts as long as they can."""


async def ask_due(node: Node) -> None:
    """Start an errand for every office with a question due, unless one is under way."""
    now = node.clock.now()
    for office in await node.run.read(partial(questions.due_offices, now=now)):
        node.errands.start_once(f"ask {office}", partial(_ask_all, node, office))


async def _ask_all(node: Node, office: str) -> None:
    while True:
        due = await node.run.write(partial(_claim, node=node, office=office, now=node.clock.now()))
        await node.errands.together("ask", (partial(_ask, node, one) for one in due))
        if len(due) < AT_ONCE:
            return


async def _ask(node: Node, due: questions.Due) -> None:
    question = await node.run.read(partial(load_question, node=node, screening=due.screening))
    await ask_office(node, question, office=due.office)


def _claim(connection: Connection, node: Node, office: str, now: datetime) -> list[questions.Due]:
    """What is due; a screening whose process died before it settled is settled first, so that a hit is late."""
    due = questions.claim_due(connection, office, now=now, claim_until=claim_until(node, now=now), limit=AT_ONCE)
    for screening in sorted({one.screening for one in due}):
        screenings.settle(connection, screening, now=now, overdue_only=True)
    return due
