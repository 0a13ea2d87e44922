"""The person arrives after a proven hit: this office compares her with its own row and gives the history.

The reveal must answer a hit that this office gave to this asker, and be of the person asked about: a value that made
the hit must be hers. Otherwise it is refused, and that too is evidence.
"""

from datetime import datetime
from typing import Any

from office_node.domain.compare import Comparison, compare
from office_node.domain.keys import index_keys
from office_node.domain.kinds import Key
from office_node.domain.standings import standing_at
from office_node.errors import RosterExpiredError
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import alerts, cases, hits_given
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried, read_body, to_statement
from office_node.usecases.admit import admit
from office_node.usecases.former_identity import formers_of
from office_node.usecases.record import Act, issue
from office_node.usecases.refusals import RevealMismatchError
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import OwnCase, open_case
from shared_schemas.history import Evidence as WireEvidence
from shared_schemas.history import HistoryRow, Reveal, RevealSent
from shared_schemas.person import Person

ALERTING = ("match", "possible")


async def answer_reveal(node: Node, sent: RevealSent, *, carried: Carried) -> Statement:
    """The signed history. RevealMismatchError, StatementError, ReplayedError."""
    if node.roster.current().stage(carried.arrived_at) == "untrusted":
        raise RosterExpiredError
    statement = to_statement(sent.reveal)
    reveal = read_body(node, statement, model=Reveal, issuer=carried.office, now=carried.arrived_at)
    return await write_trusting(node, lambda connection: _answer(connection, node, reveal, statement, carried))


def _answer(connection: Connection, node: Node, reveal: Reveal, statement: Statement, carried: Carried) -> Statement:
    now = carried.arrived_at
    admit(connection, node, carried)
    own = _asked_about(connection, node, reveal, asker=carried.office, now=now)
    visible = [case for case in own if case.row.until is not None and case.row.until > now]
    rows = [_row(connection, node, case, reveal.person, now=now) for case in visible]
    hits_given.revealed(connection, reveal.in_reply_to, now=now)
    for row in rows:
        if row.zone in ALERTING:
            _alert(connection, node, row, carried=carried, inquiry=reveal.inquiry)
    members: dict[str, Any] = {
        "audience": carried.office,
        "in_reply_to": statement.digest,
        "inquiry": reveal.inquiry,
        "rows": [row.model_dump(mode="json") for row in rows],
    }
    act = Act(
        type="history",
        at=now,
        actor=node.machine,
        peer=carried.office,
        inquiry=reveal.inquiry,
        purpose=reveal.purpose,
        members=members,
        attached=statement.packed(),
    )
    return issue(connection, node, act=act)


def _asked_about(connection: Connection, node: Node, reveal: Reveal, *, asker: str, now: datetime) -> list[OwnCase]:
    """The own cases of the hit that this reveal answers; RevealMismatchError if it answers none, or is of another."""
    given = hits_given.get(connection, reveal.in_reply_to)
    if given is None or given.asker != asker or given.inquiry != reveal.inquiry or reveal.audience != node.office:
        raise RevealMismatchError
    revealed = set(index_keys(reveal.person))
    own = [open_case(node, row) for row in cases.by_refs(connection, list(given.cases))]
    if not all(revealed & _values(connection, node, case, now=now) for case in own):
        raise RevealMismatchError
    return own


def _values(connection: Connection, node: Node, case: OwnCase, *, now: datetime) -> set[Key]:
    """What the case can have been found by: her values, and those from before a correction."""
    formers = formers_of(connection, node, case.row.ref, now=now)
    return {*case.keys.index, *(key for former in formers for key in former.keys.index)}


def _best(connection: Connection, node: Node, case: OwnCase, person: Person, *, now: datetime) -> Comparison:
    """Compared with whom she is, or was before a correction, whichever is more like her."""
    people = (case.person, *(former.person for former in formers_of(connection, node, case.row.ref, now=now)))
    return max((compare(one, person) for one in people), key=lambda found: found.probability)


def _row(connection: Connection, node: Node, case: OwnCase, person: Person, *, now: datetime) -> HistoryRow:
    found = _best(connection, node, case, person, now=now)
    row = case.row
    readable = found.zone in ALERTING
    condition = None
    if readable and row.condition_sealed is not None:
        condition = node.sealer.unseal("office_case.condition", row.ref, row.condition_sealed).decode()
    assert row.until is not None  # only visible rows come here
    return HistoryRow(
        case=row.ref,
        revision=row.revision,
        standing=standing_at(row.standing, lapses_at=row.lapses_at, now=now),
        reason_group=row.reason_group,
        filed_on=row.filed_at.date(),
        decided_on=row.decided_at.date() if row.decided_at else None,
        until=row.until,
        condition=condition,
        zone=found.zone,
        probability_permille=round(found.probability * 1000),
        model=found.version,
        agreeing=found.agreeing,
        evidence=tuple(
            WireEvidence(field=e.field, supports=e.supports, text_id=e.text_id, text_en=e.text_en)
            for e in found.evidence
        ),
        person=case.person if readable else None,
    )


def _alert(connection: Connection, node: Node, row: HistoryRow, *, carried: Carried, inquiry: str) -> None:
    alerts.raise_alert(
        connection,
        alerts.NewAlert(
            id=node.new_ref(),
            kind="asked_about",
            case_ref=row.case,
            office=carried.office,
            inquiry=inquiry,
            zone=row.zone,
            raised_at=carried.arrived_at,
        ),
    )
