"""What another edition of the guideline would have said of this office's cases: counts by group, nobody's name.

Sex, age band and regency are read here for audit alone; neither edition can use them. The reading is logged.
"""

from functools import partial

from office_node.domain.areas import area
from office_node.guideline.audit import Compared, Line, compare_editions
from office_node.guideline.engine import evaluate
from office_node.node import Node
from office_node.store import cases
from office_node.store.transactions import Connection
from office_node.usecases.gather_facts import gather_facts
from office_node.usecases.guideline_in_force import pack_in_force
from office_node.usecases.record import Act, enter
from office_node.usecases.visible import OwnCase, open_case
from shared_schemas.guideline import Pack

_PAGE = 50
_BANDS = ((18, "0-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (60, "45-59"), (200, "60+"))


async def simulate_guideline(node: Node, pack: Pack) -> list[Line]:
    """Every case under the edition in force and under this one."""
    compared: list[Compared] = []
    after = ""
    while page := await node.run.read(partial(cases.refs, after=after, limit=_PAGE)):
        compared += await node.run.read(partial(_page, node=node, refs=page, pack=pack))
        after = page[-1]
    await node.run.write(partial(_enter, node=node, pack=pack, count=len(compared)))
    return compare_editions(compared)


def _page(connection: Connection, *, node: Node, refs: list[str], pack: Pack) -> list[Compared]:
    now = node.clock.now()
    in_force = pack_in_force(connection, on=now.date())
    found = []
    for row in cases.by_refs(connection, refs):
        case = open_case(node, row)
        levels = [
            evaluate(one, gather_facts(connection, node, case, pack=one, others=True, now=now).facts, on=now.date())
            for one in (in_force, pack)
        ]
        found.append(Compared(levels[0].level, levels[1].level, _groups(case)))
    return found


def _groups(case: OwnCase) -> tuple[tuple[str, str], ...]:
    person, filed = case.person, case.row.filed_at.date()
    born = person.birth_date
    age = filed.year - born.year - ((filed.month, filed.day) < (born.month, born.day))
    band = next(name for below, name in _BANDS if age < below)
    regency = area(person.village, "", "").regency if person.village else ""
    return ("age", band), ("regency", regency or "(unknown)"), ("sex", person.sex or "(unknown)")


def _enter(connection: Connection, *, node: Node, pack: Pack, count: int) -> None:
    members = {"version": pack.version, "name": pack.name, "cases": count}
    act = Act(
        type="guideline-simulated", at=node.clock.now(), actor=node.machine, purpose="guideline-audit", members=members
    )
    enter(connection, node, act=act)
