"""A question that can come to no end, however often it is asked, gives way to a new one.

Signed before an epoch opened, it does not find what was filed since; an office that has left answers nobody. So, when
it is due again, the case is screened anew, once, under all open epochs and at those who are there; the old one rests.
"""

from functools import partial

from office_node.domain.coverage import asked_under
from office_node.node import Node
from office_node.store import cases, notices, questions, screenings
from office_node.store.transactions import Connection
from office_node.usecases.ask_office import Asking
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.screen_case import follow, open_screening
from shared_schemas.trace import Notice


def is_outdated(node: Node, question: Asking) -> bool:
    """Whether an epoch is open that the question has no tokens of, and this office by now has the key of each."""
    opened = {epoch.id for epoch in node.roster.current().open_epochs(node.clock.now())}
    asked = asked_under(question.inquiry, Notice.model_validate_json(question.screening.notice.payload))
    return bool(asked) and not opened <= asked and opened <= set(node.roster.epoch_keys)


def has_left(node: Node, office: str) -> bool:
    """Whether its time as a member is over; one that is suspended or denied may come back."""
    member, now = node.roster.current().member(office), node.clock.now()
    return member is None or (member.valid_until is not None and member.valid_until <= now)


async def screen_anew(node: Node, question: Asking) -> None:
    """The new screening is nobody's at a counter, so every hit of it is a late one, with its alert."""
    screening = await write_renewed(node, partial(_reopen, node=node, old=question.screening))
    if screening is not None:
        await follow(node, screening)


def _reopen(connection: Connection, *, node: Node, old: screenings.Screening) -> str | None:
    """None if a later screening of the case asks already, or there is nothing to ask about any more."""
    node.roster.check(connection)
    questions.rest(connection, old.id)
    row, held = cases.get(connection, old.case_ref), notices.get(connection, node.office, case_ref=old.case_ref)
    if row is None or held is None or held.standing == "cleared":
        return None
    if screenings.of_case(connection, old.case_ref)[-1] != old.id:
        return None
    now = node.clock.now()
    screening = open_screening(
        connection, node, case_ref=old.case_ref, notice=held.statement, keys=open_renewed(node, row).keys,
        purpose=old.purpose, actor=node.machine, now=now,
    )  # fmt: skip
    screenings.settle(connection, screening, now=now)
    return screening
