"""A person's data are put right: the case, its look-up tokens, its notice and what other offices know follow.

Correcting NIK, name or birth date of a case with a hit takes two officers (rule 5): otherwise one could make a case
that others know look like somebody else's. The corrected case is screened again.
"""

from dataclasses import dataclass
from datetime import datetime

from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import ADVERSE, Visibility, is_minor
from office_node.node import Node
from office_node.store import alerts, case_former, cases, screenings
from office_node.store.transactions import Connection
from office_node.usecases.former_identity import KEPT, Former, formers_of, keep_former
from office_node.usecases.own_tokens import case_tokens, own_tokens
from office_node.usecases.pattern_tokens import keep_phones
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseChangedError
from office_node.usecases.screen_case import open_screening
from office_node.usecases.visible import OwnCase, open_case, seal_case
from shared_schemas.person import Person
from shared_schemas.statement import Actor

_AT_ONCE = 50
IDENTITY = frozenset({"nik", "name", "birth_date"})


@dataclass(frozen=True)
class Correction:
    """Which case is put right, how, for which request, and by whom."""

    case: OwnCase
    person: Person
    keys: PersonKeys
    request: str
    officer: Actor
    now: datetime

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that change, by name."""
        return changed_fields(self.case.person, self.person)


def merged(current: Person, *, base: Person, wanted: Person) -> Person:
    """As she is now, with what was asked for. CaseChangedError if the same fields were corrected otherwise."""
    fields = changed_fields(base, wanted)
    if any(getattr(current, name) not in (getattr(base, name), getattr(wanted, name)) for name in fields):
        raise CaseChangedError
    return current.model_copy(update={name: getattr(wanted, name) for name in fields})


def changed_fields(before: Person, after: Person) -> tuple[str, ...]:
    """Which fields differ."""
    return tuple(name for name in Person.model_fields if getattr(before, name) != getattr(after, name))


def takes_two(connection: Connection, case: OwnCase, *, changed: tuple[str, ...]) -> bool:
    """Whether a correction of these fields takes two officers: who she is changes, and somebody knows of the case."""
    if not IDENTITY & set(changed):
        return False
    ref = case.row.ref
    asked = (
        one for screening in screenings.of_case(connection, ref) for one in screenings.asked(connection, screening)
    )
    hit = any(one.outcome == "hit" for one in asked)
    return hit or case.row.standing in ADVERSE or alerts.any_of_case(connection, ref)


def end_formers(connection: Connection, node: Node, *, now: datetime) -> int:
    """Identities from before a correction count 90 days; then they are forgotten, and found by no more. How many."""
    over = case_former.ended(connection, now=now, limit=_AT_ONCE)
    for ref in over:
        case_former.drop_ended(connection, ref, now=now)
        _retoken(connection, node, open_case(node, cases.must_get(connection, ref)), now=now)
    return len(over)


def _retoken(connection: Connection, node: Node, case: OwnCase, *, now: datetime) -> None:
    """The office finds the case by who she is, and by everybody she was while that counts."""
    ref = case.row.ref
    held = cases.tokens_of(connection, ref)
    tokens = set(case_tokens(node, case.person, application_no=case.application_no, held=held))
    for former in formers_of(connection, node, ref, now=now):
        tokens |= set(own_tokens(node, former.person))
    cases.retoken(connection, ref, local_tokens=tokens)


def correct_person(connection: Connection, node: Node, correction: Correction) -> str | None:
    """Commit it; the screening that was opened with it, if peers see the case."""
    case, person, now = correction.case, correction.person, correction.now
    ref, row = case.row.ref, case.row
    sealed = seal_case(node, ref=ref, person=person, application_no=case.application_no, keys=correction.keys)
    minor = is_minor(person.birth_date, today=row.filed_at.date())
    cases.correct(connection, ref, sealed=sealed, minor=minor, now=now)
    moved = case.keys.index != correction.keys.index or case.keys.fields != correction.keys.fields
    if moved:
        was = Former(case.person, case.keys, now + KEPT)
        keep_former(connection, node, ref, was=was, request=correction.request, now=now)
    _retoken(connection, node, open_case(node, cases.must_get(connection, ref)), now=now)
    keep_phones(connection, node, case_ref=ref, person=person, at=row.filed_at)
    members = {"case": ref, "request": correction.request, "fields": list(correction.changed)}
    enter(connection, node, act=Act("person-corrected", now, correction.officer, members, case_ref=ref))
    if row.standing == "cleared" or row.until is None or row.until <= now:
        return None
    notice = publish_notice(
        connection, node, case_ref=ref, keys=correction.keys,
        standing=Standing(row.standing, row.reason_group, Visibility(row.until, row.lapses_at)),
        actor=correction.officer, now=now,
    )  # fmt: skip
    return open_screening(
        connection, node, case_ref=ref, notice=notice, keys=correction.keys, purpose="passport_application",
        actor=correction.officer, now=now,
    )  # fmt: skip
