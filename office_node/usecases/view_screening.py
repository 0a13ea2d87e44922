"""What an officer sees of a screening now: coverage by office, histories, traces held here, shared phones.

Traces are scored anew at every look, from this node's own store; so a notice that came meanwhile is seen at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from office_node.domain import coverage
from office_node.domain.agreement import agree, their_tokens
from office_node.domain.compare import compare
from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import standing_at
from office_node.domain.tokens import index_token
from office_node.domain.tokenscore import hit_rule
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import cases, notices, screenings
from office_node.store.transactions import Connection
from office_node.usecases.asked_first import check_asked_first
from office_node.usecases.coverage_now import covered_to, searchable, states_of
from office_node.usecases.discredit import that_count
from office_node.usecases.histories import open_history
from office_node.usecases.moved import followers, goes_on_for, not_moved_on, once_each
from office_node.usecases.own_tokens import looked_up
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.verdicts import with_verdicts
from office_node.usecases.view_node import is_alone
from office_node.usecases.visible import OwnCase, by_case, open_case
from shared_schemas.history import Evidence
from shared_schemas.office import CoverageRow, HistoryView, PatternView, ScreeningView, TraceView
from shared_schemas.statement import Actor
from shared_schemas.trace import Notice

OWN_CASES = 50
"""The most like it, of this office's own, that are compared at a look; that there are more is said."""


async def view_screening(node: Node, screening: str, *, officer: Actor) -> ScreeningView:
    """The whole result as it stands; the reading is written to the log. CaseUnknownError, QuestionFirstError."""
    now = node.clock.now()
    return await write_renewed(node, lambda connection: _view(connection, node, screening, officer=officer, now=now))


def check_followed(connection: Connection, *, screening: str, officer: Actor) -> None:
    """Whether this officer may follow a screening as it goes. CaseUnknownError, QuestionFirstError."""
    row = screenings.find(connection, screening)
    if row is None:
        raise CaseUnknownError
    check_asked_first(connection, row.case_ref, officer=officer)


def _view(connection: Connection, node: Node, screening: str, *, officer: Actor, now: datetime) -> ScreeningView:
    node.roster.check(connection)
    screenings.settle(connection, screening, now=now, overdue_only=True)
    row = screenings.find(connection, screening)
    if row is None:
        raise CaseUnknownError
    check_asked_first(connection, row.case_ref, officer=officer)
    case = open_renewed(node, cases.must_get(connection, row.case_ref))
    asked = screenings.asked(connection, screening)
    covered = covered_to(connection, asked)
    states = states_of(asked, covered=covered)
    counts = coverage.counted(states)
    history, truncated = history_shown(connection, node, case, screening=row.id, asked=asked, now=now)
    traces, patterns = _traces(connection, node, case, history=history, now=now)
    _enter_reading(connection, node, row, officer=officer, now=now)
    ended = row.settled_at or now
    return ScreeningView(
        screening=row.id,
        case=row.case_ref,
        state="settled" if row.settled_at else "running",
        complete=coverage.complete(states, now=now, searchable=searchable(node, case.keys, now=now)),
        started_at=row.started_at,
        settled_at=row.settled_at,
        elapsed_ms=int((ended - row.started_at) / timedelta(milliseconds=1)),
        asked=counts["asked"],
        answered=counts["answered"],
        unknown=counts["unknown"],
        roster_stage=node.roster.current().stage(now),
        coverage=tuple(_coverage(node, one, covered=covered, started_at=row.started_at, now=now) for one in asked),
        history=tuple(with_verdicts(connection, node, case, history=history)),
        traces=tuple(traces),
        patterns=tuple(patterns),
        own_history_truncated=truncated,
        alone=not asked and is_alone(node, now=now),
    )


def history_shown(
    connection: Connection,
    node: Node,
    case: OwnCase,
    *,
    screening: str,
    asked: Iterable[screenings.Asked],
    now: datetime,
) -> tuple[list[HistoryView], bool]:
    """Every row that an officer is shown, own ones first, and whether there may be more own ones."""
    own, truncated = _own_history(connection, node, case, now=now)
    return once_each(node, [*own, *_histories(node, screening, asked, now=now)], now=now), truncated


def _enter_reading(
    connection: Connection, node: Node, row: screenings.Screening, *, officer: Actor, now: datetime
) -> None:
    """Looking at a screening is a processing of personal data like any other."""
    act = Act(
        type="screening-read",
        at=now,
        actor=officer,
        case_ref=row.case_ref,
        inquiry=row.id,
        purpose=row.purpose,
        members={"inquiry": row.id},
    )
    enter(connection, node, act=act)


def _coverage(
    node: Node, one: screenings.Asked, *, covered: Mapping[str, datetime | None], started_at: datetime, now: datetime
) -> CoverageRow:
    """One office's row; a cause and *covered to* only where they say something."""
    outcome: coverage.Outcome = one.outcome or "unknown"
    return CoverageRow(
        office=one.office,
        outcome=outcome,
        cause=None if outcome == "no_hit" else one.cause,
        covered_to=covered[one.office] if outcome == "unknown" else None,
        asked_at=one.asked_at or started_at,
        answered_at=one.answered_at,
        late=one.late,
        goes_on_for=goes_on_for(node, one.office, now=now),
    )


def _histories(node: Node, screening: str, asked: Iterable[screenings.Asked], *, now: datetime) -> list[HistoryView]:
    views: list[HistoryView] = []
    for one in asked:
        if one.history_sealed is None:
            continue
        for row in open_history(node, one.history_sealed, screening=screening, office=one.office):
            if row.until <= now:
                continue
            plain = row.model_dump(exclude={"revision", "probability_permille"})
            views.append(HistoryView(office=one.office, probability=row.probability_permille / 1000, **plain))
    return views


def _own_history(connection: Connection, node: Node, case: OwnCase, *, now: datetime) -> tuple[list[HistoryView], bool]:
    """Own cases that are like this one, and whether there may be more than were compared."""
    found_local = cases.find_local(connection, looked_up(node, case.person), limit=OWN_CASES)
    views: list[HistoryView] = []
    for row in cases.by_refs(connection, [ref for ref in found_local.refs if ref != case.row.ref]):
        if row.until is None or row.until <= now:
            continue
        other = open_case(node, row)
        found = compare(case.person, other.person)
        if found.zone == "none":
            continue
        views.append(
            HistoryView(
                office=node.office,
                case=row.ref,
                standing=standing_at(row.standing, lapses_at=row.lapses_at, now=now),
                reason_group=row.reason_group,
                filed_on=row.filed_at.date(),
                decided_on=row.decided_at.date() if row.decided_at else None,
                until=row.until,
                zone=found.zone,
                probability=found.probability,
                model=found.version,
                agreeing=found.agreeing,
                evidence=tuple(
                    Evidence(field=e.field, supports=e.supports, text_id=e.text_id, text_en=e.text_en)
                    for e in found.evidence
                ),
                person=other.person if found.zone in ("match", "possible") else None,
            )
        )
    return views, found_local.truncated


def _traces(
    connection: Connection, node: Node, case: OwnCase, *, history: list[HistoryView], now: datetime
) -> tuple[list[TraceView], list[PatternView]]:
    tokens = own_index_tokens(node, case.keys)
    postings = [
        posting
        for posting in that_count(node, notices.postings(connection, tokens, now=now))
        if posting.case_ref != case.row.ref
    ]
    told = {
        (office, view.case)
        for view in history
        if view.zone in ("match", "possible")
        for office in (view.office, *followers(node, view.office, now=now))
    }
    found = by_case(p for p in postings if p.issuer != node.office)
    counting = not_moved_on(connection, node, found, now=now)
    views: list[TraceView] = []
    rows = notices.size(connection)
    for (issuer, ref), posting in found.items():
        if (issuer, ref) not in counting:
            continue
        held = notices.get(connection, issuer, case_ref=ref)
        if held is None or not _possible(node, case.keys, held.statement, rows=rows, now=now):
            continue
        views.append(
            TraceView(
                office=issuer,
                case=ref,
                standing=standing_at(posting.standing, lapses_at=posting.lapses_at, now=now),
                reason_group=posting.reason_group,
                until=posting.until,
                zone="possible",
                confirmed=(issuer, ref) in told,
            )
        )
    phones = {(p.issuer, p.case_ref) for p in postings if tokens[p.token].startswith("phone/")}
    patterns = [PatternView(kind="phone", cases=len(phones), offices=len({i for i, _ in phones}))]
    return views, patterns if phones else []


def own_index_tokens(node: Node, keys: PersonKeys) -> dict[int, str]:
    """The person's index tokens under every epoch held, with the kind of each."""
    return {
        int.from_bytes(index_token(epoch_key, kind, stretched=s), "big", signed=True): kind
        for epoch, epoch_key in node.roster.epoch_keys.items()
        for (kind, _value), s in zip(keys.index, keys.stretched.get(epoch, ()), strict=False)
    }


def _possible(node: Node, keys: PersonKeys, statement: Statement, *, rows: int, now: datetime) -> bool:
    notice = Notice.model_validate_json(statement.payload)
    sets = [s for s in (notice.tokens, *(one.tokens for one in notice.before if one.until > now)) if s is not None]
    for tokens in sets:
        theirs = their_tokens(tokens, case=notice.case, revision=notice.revision)
        found = agree(keys, theirs, epoch_keys=node.roster.epoch_keys)
        verdict = hit_rule(found.index_kinds, found.field_kinds, compared_field_kinds=found.compared_fields, rows=rows)
        if verdict.hit:
            return True
    return False
