"""Reading a case: its standing without the person; the person herself only with an entry in the log."""

from office_node.node import Node
from office_node.store import cases, screenings
from office_node.store.transactions import Connection
from office_node.usecases.moved import moved_to
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.visible import open_case
from shared_schemas.office import CaseView
from shared_schemas.person import Person
from shared_schemas.statement import Actor


async def view_case(node: Node, case_ref: str) -> CaseView:
    """Where a case stands. CaseUnknownError."""

    def view(connection: Connection) -> CaseView:
        row = cases.get(connection, case_ref)
        if row is None:
            raise CaseUnknownError
        return CaseView(
            case=row.ref,
            standing=row.standing,
            reason_group=row.reason_group,
            filed_at=row.filed_at,
            decided_at=row.decided_at,
            until=row.until,
            revision=row.revision,
            moved_to=None if row.handed_to is None else moved_to(node, open_case(node, row), now=node.clock.now()),
            screenings=tuple(screenings.of_case(connection, case_ref)),
        )

    return await node.run.read(view)


async def read_person(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> Person:
    """The person of a case; who read her and why is in the log before she is shown. CaseUnknownError."""

    def read(connection: Connection) -> Person:
        row = cases.get(connection, case_ref)
        if row is None:
            raise CaseUnknownError
        act = Act(
            type="person-read", at=node.clock.now(), actor=officer, case_ref=case_ref, purpose=purpose,
            members={"case": case_ref, "purpose": purpose},
        )  # fmt: skip
        enter(connection, node, act=act)
        return open_case(node, row).person

    return await node.run.write(read)
