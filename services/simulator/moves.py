"""What officers say at each step of a case, and the shortest way from where a case is to where somebody wants it."""

from collections import deque
from collections.abc import Collection
from typing import Any

from office_node.domain.case_states import EXAMINED, EXAMINED_DEEPLY, STEPS, Step
from shared_schemas.cases import State
from shared_schemas.statement import Role
from shared_schemas.trace import NoticeStanding, ReasonGroup

Fields = dict[str, Any]
REACHED: dict[NoticeStanding, frozenset[State]] = {
    "under_examination": frozenset({"received", "interview"}),
    "postponed": frozenset({"postponed", "passport_cancelled"}),
    "suspended": frozenset({"suspended"}),
    "refused": frozenset({"refused"}),
    "withdrawn": frozenset({"withdrawn"}),
    "cleared": frozenset({"issued", "annulled"}),
}
"""States in which a case stands so; a case that ends well is issued, or what was decided is annulled."""


def goals(state: State, standing: NoticeStanding) -> frozenset[State]:
    """Where a case in that state is to come to: what is examined ends well as *issued*, a decision is annulled."""
    if standing == "cleared":
        return frozenset({"issued"}) if state in EXAMINED else frozenset({"annulled"})
    return REACHED[standing]


_CODES: dict[str, str] = {"close_incomplete": "A1", "cancel": "X1", "cancel_passport": "A3"}
_OF_GROUP: dict[str | None, str] = {"A": "A1", "B": "B1", "C": "C1", None: "B1"}


def way_to(start: State, standing: NoticeStanding, *, group: ReasonGroup | None) -> tuple[Step, ...] | None:
    """The fewest steps to that standing; a case that is refused for its purpose is examined before."""
    if standing != "refused" or group in ("A", "C") or start in EXAMINED_DEEPLY:
        return way(start, goals(start, standing))
    examined = way(start, EXAMINED_DEEPLY)
    return None if examined is None else (*examined, *(way(examined[-1].target, REACHED["refused"]) or ()))


def way(start: State, goals: Collection[State]) -> tuple[Step, ...] | None:
    """The fewest steps from a state to one of these; at least one. None if there is no way."""
    waiting: deque[tuple[State, tuple[Step, ...]]] = deque([(start, ())])
    seen: set[State] = set()
    while waiting:
        state, taken = waiting.popleft()
        if taken and state in goals:
            return taken
        for step in STEPS:
            if state in step.sources and step.target not in seen and step.name != "cancel":
                seen.add(step.target)
                waiting.append((step.target, (*taken, step)))
    return None


def body_of(
    step: Step, *, group: ReasonGroup | None = None, condition: str | None = None, second: Fields | None = None,
    until: str | None = None, two: bool = False,
) -> Fields:  # fmt: skip
    """The body of one step, with everything that it needs."""
    body: Fields = {"transition": step.name, "reason": "Keputusan"}
    if "reason_code" in step.needs:
        body["reason_code"] = _CODES.get(step.name) or _OF_GROUP[group]
    if "condition" in step.needs:
        body["condition"] = [condition or "Surat rekomendasi Disnaker"]
    if "until" in step.needs and until is not None:
        body["until"] = until
    if second is not None and (step.two or two):
        body["second"] = second
    return body


def role_for(step: Step, *, wished: Role) -> Role:
    """The wished role where it may take the step; a supervisor approves, whatever the coverage."""
    if step.name == "approve":
        return "supervisor"
    return wished if wished in step.roles else step.roles[0]
