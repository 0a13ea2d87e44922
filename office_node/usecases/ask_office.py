"""One office and one question: ask, check the proof of a hit, pull the traces that it names, reveal, keep the history.

An answer counts as *no hit* only once every trace that it names is held here; until then it is unknown.
Every step is stored before the next, so a kill at any point leaves a row that says what is still owed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import ValidationError

from office_node.domain.agreement import proven_kinds
from office_node.domain.coverage import needed_by, shortfall
from office_node.domain.person_keys import PersonKeys
from office_node.errors import InternalError, JejakError, PeerAnswerInvalidError, PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.signing.statements import Statement
from office_node.store import alerts, cases, events, peers, screenings
from office_node.store.transactions import Connection
from office_node.usecases.accept import read_reply, to_statement
from office_node.usecases.claims import claim_until
from office_node.usecases.greet import keep_facts
from office_node.usecases.histories import first_end, seal_history
from office_node.usecases.pull_notices import lacking, pull_named
from office_node.usecases.record import Act, enter, issue
from office_node.usecases.take_notice import is_over
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of, note_unanswered
from office_node.usecases.unfounded import count_unfounded
from office_node.usecases.visible import open_case
from shared_schemas.history import History, HistoryAnswered
from shared_schemas.inquiry import Hit, Inquiry, InquiryAnswer, InquiryAnswered, TraceRef
from shared_schemas.person import Person
from shared_schemas.statement import Actor


@dataclass(frozen=True)
class Asking:
    """What is needed to ask any office about one screening."""

    screening: screenings.Screening
    body: bytes
    inquiry: Inquiry
    person: Person
    keys: PersonKeys
    waiting: tuple[str, ...]


def load_question(connection: Connection, node: Node, screening: str) -> Asking:
    """Unseal the person and read the statements of one screening."""
    row = screenings.get(connection, screening)
    case = open_case(node, cases.must_get(connection, row.case_ref))
    return Asking(
        screening=row,
        body=canonical({"inquiry": row.inquiry.to_dict(), "notice": row.notice.to_dict()}),
        inquiry=Inquiry.model_validate_json(row.inquiry.payload),
        person=case.person,
        keys=case.keys,
        waiting=tuple(a.office for a in screenings.asked(connection, screening) if a.state != "done"),
    )


async def ask_office(node: Node, asking: Asking, *, office: str) -> None:
    """Ask one office and do all that follows; whatever fails is stored as *unknown* with its cause and tried again."""
    fail = partial(_failed, node, asking, office=office, sent_at=node.clock.now())
    try:
        answer, statement, kept = await _ask(node, asking, office=office)
        if answer.hits and kept:
            await _reveal(node, asking, office=office, hits=answer.hits, answer=statement)
            await _fetch_beside(node, answer, office=office)
    except PeerError as error:
        await fail(error=error)
    except JejakError as error:
        await fail(error=PeerAnswerInvalidError(error.code))
    except ValidationError:
        await fail(error=PeerAnswerInvalidError("malformed"))
    except Exception as error:  # noqa: BLE001 (whatever an answer sets off: unknown, with a pause as after any other)
        log.error("unforeseen-error", peer=office, error=type(error).__name__)
        await fail(error=PeerAnswerInvalidError(InternalError.code))


async def _ask(node: Node, asking: Asking, *, office: str) -> tuple[InquiryAnswer, Statement, bool]:
    """The answer, verified, and whether it is the one that counts now."""
    raw = await node.peers.post(
        office, "/federation/v1/inquiries", body=asking.body, timeout_s=node.settings.peer_timeout_s
    )
    now = node.clock.now()
    statement = to_statement(InquiryAnswered.model_validate_json(raw).answer)
    answer = read_reply(
        node,
        statement,
        model=InquiryAnswer,
        issuer=office,
        in_reply_to=asking.screening.inquiry.digest,
        now=now,
    )
    if answer.inquiry != asking.screening.id:
        raise PeerAnswerInvalidError("wrong-inquiry")
    for hit in answer.hits:
        if not proven_kinds(hit, asking.keys, inquiry=answer.inquiry, office=office, epoch_keys=node.roster.epoch_keys):
            raise PeerAnswerInvalidError("hit-unproven")
    roster = node.roster.current()
    if roster.stage(now) == "untrusted":
        raise PeerAnswerInvalidError("roster-expired")
    cause = shortfall(answer, needed=needed_by(asking.inquiry, asking.screening.notice.payload, roster=roster, now=now))
    if not answer.hits:
        await _fetch_traces(node, answer, office=office)
    kept = await write_trusting(
        node, lambda connection: _keep_answer(connection, node, asking, office, answer, statement, cause, now)
    )
    return answer, statement, kept


async def _fetch_beside(node: Node, answer: InquiryAnswer, *, office: str) -> None:
    """The traces beside a hit, whose history stands already: what does not come is left to the gaps."""
    try:
        await _fetch_traces(node, answer, office=office)
    except PeerError as error:
        log.warning("trace-missing", peer=office, cause=cause_of(error))


async def _fetch_traces(node: Node, answer: InquiryAnswer, *, office: str) -> None:
    """Hold every trace that the answer names, from that office where it is not here yet. PeerError if it has not."""
    if named := await node.run.read(lambda connection: _owed(connection, node, answer.traces)):
        await pull_named(node, named, office=office)
        if await node.run.read(lambda connection: _owed(connection, node, named)):
            raise PeerAnswerInvalidError("trace-missing")


def _owed(connection: Connection, node: Node, traces: Iterable[TraceRef]) -> list[TraceRef]:
    """Traces that are lacking here, but for those whose time is known to be over (`is_over`): nobody needs them."""
    return [
        trace
        for trace in lacking(connection, node, traces)
        if not is_over(connection, trace.issuer, case_ref=trace.case, number=trace.number)
    ]


def _keep_answer(
    connection: Connection, node: Node, asking: Asking, office: str, answer: InquiryAnswer, statement: Statement,
    cause: str | None, now: datetime,
) -> bool:  # fmt: skip
    """False if another answer counts: a later one, or the one whose history is here."""
    _still_trusted(connection, node, statement, now=now)
    peers.accepted(connection, office, now=now)
    outcome = "hit" if answer.hits else ("unknown" if cause else "no_hit")
    late = screenings.is_settled(connection, asking.screening.id)
    kept = screenings.record_answer(
        connection,
        asking.screening.id,
        office=office,
        outcome=outcome,
        cause=cause,
        statement=statement,
        issued_at=answer.issued_at,
        now=now,
        late=late,
        next_due=now + timedelta(seconds=node.settings.longest_backoff_s) if cause else None,
        claim_until=claim_until(node, now=now),
    )
    keep_facts(connection, office, answer.hello, statement=None, now=now)
    _arrival(connection, node, asking, kind="answer-taken", office=office, statement=statement, now=now)
    if kept:
        detail = {"outcome": outcome}
        events.append(connection, asking.screening.id, at=now, kind="answer", office=office, detail=detail)
    if kept and answer.hits and late:
        _raise(connection, node, asking, office=office, zone=None, now=now)
    return kept


def _still_trusted(connection: Connection, node: Node, statement: Statement, *, now: datetime) -> None:
    """On the newest roster its signer may still speak; RevokedKeyError if it was denied or suspended meanwhile."""
    node.roster.check(connection)
    node.roster.current().office_key(statement.keyid, now)


def _arrival(
    connection: Connection, node: Node, asking: Asking, *, kind: str, office: str, statement: Statement,
    now: datetime,
) -> None:  # fmt: skip
    act = Act(
        type=kind,
        at=now,
        actor=node.machine,
        case_ref=asking.screening.case_ref,
        peer=office,
        inquiry=asking.screening.id,
        purpose=asking.screening.purpose,
        members={"digest": statement.digest, "inquiry": asking.screening.id},
    )
    enter(connection, node, act=act)


def _raise(connection: Connection, node: Node, asking: Asking, *, office: str, zone: str | None, now: datetime) -> None:
    alerts.raise_alert(
        connection,
        alerts.NewAlert(
            id=node.new_ref(),
            kind="late_hit",
            case_ref=asking.screening.case_ref,
            office=office,
            inquiry=asking.screening.id,
            zone=zone,
            raised_at=now,
        ),
    )


async def _reveal(node: Node, asking: Asking, *, office: str, hits: Sequence[Hit], answer: Statement) -> None:
    """Send the person to an office that has proven its row; keep its history sealed in the case."""
    reveal = await write_trusting(node, lambda connection: _sign_reveal(connection, node, asking, office, answer))
    raw = await node.peers.post(
        office,
        "/federation/v1/reveals",
        body={"reveal": reveal.to_dict()},
        timeout_s=node.settings.peer_timeout_s,
    )
    now = node.clock.now()
    statement = to_statement(HistoryAnswered.model_validate_json(raw).history)
    history = read_reply(node, statement, model=History, issuer=office, in_reply_to=reveal.digest, now=now)
    unfounded = await node.run.compute(lambda: count_unfounded(hits, history, person=asking.person))

    def keep(connection: Connection) -> None:
        if _keep_history(connection, node, asking, office, history, statement, now):
            peers.compared(connection, office, revealed=len(hits), unfounded=unfounded)

    await write_trusting(node, keep)


def _sign_reveal(connection: Connection, node: Node, asking: Asking, office: str, answer: Statement) -> Statement:
    _still_trusted(connection, node, answer, now=node.clock.now())
    actor = Actor(office=node.office, role=asking.screening.actor_role, officer=asking.screening.actor_officer)
    act = Act(
        type="reveal",
        at=node.clock.now(),
        actor=actor,
        case_ref=asking.screening.case_ref,
        peer=office,
        inquiry=asking.screening.id,
        purpose=asking.screening.purpose,
        members={
            "audience": office,
            "in_reply_to": answer.digest,
            "inquiry": asking.screening.id,
            "purpose": asking.screening.purpose,
            "person": asking.person.model_dump(mode="json"),
        },
    )
    return issue(connection, node, act=act)


def _keep_history(
    connection: Connection, node: Node, asking: Asking, office: str, history: History, statement: Statement,
    now: datetime,
) -> bool:  # fmt: skip
    """False if a history had come before."""
    _still_trusted(connection, node, statement, now=now)
    peers.accepted(connection, office, now=now)
    settled = screenings.is_settled(connection, asking.screening.id)
    screening, until = asking.screening.id, first_end(history.rows, now=now)
    sealed = seal_history(node, statement, screening=screening, office=office)
    if not screenings.record_history(connection, screening, office=office, sealed=sealed, until=until, now=now):
        return False
    _arrival(connection, node, asking, kind="history-taken", office=office, statement=statement, now=now)
    zones = [one.zone for one in history.rows]
    events.append(connection, asking.screening.id, at=now, kind="history", office=office, detail={"zones": zones})
    near = [zone for zone in ("match", "possible", "related") if zone in zones]
    if near and settled:
        _raise(connection, node, asking, office=office, zone=near[0], now=now)
    return True


async def _failed(node: Node, asking: Asking, *, office: str, sent_at: datetime, error: PeerError) -> None:
    now = node.clock.now()
    cause = cause_of(error)

    def keep(connection: Connection) -> None:
        due = note_unanswered(connection, node, office, error=error, sent_at=sent_at, now=now)
        # due also past `ask_until`: nobody looks then, but a decision may put that off
        screenings.record_unknown(connection, asking.screening.id, office=office, cause=cause, next_due=due)
        events.append(connection, asking.screening.id, at=now, kind="unknown", office=office, detail={"cause": cause})

    await node.run.write(keep)
