"""Answering another office's question. Trace before answer: evidence, trace and signed answer are one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from office_node.domain.agreement import posting_tokens, prove, their_tokens
from office_node.errors import RosterExpiredError
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import feeds, hits_given, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried, read_body, to_statement
from office_node.usecases.admit import admit
from office_node.usecases.discredit import that_count
from office_node.usecases.greet import own_facts
from office_node.usecases.moved import is_one_case, not_moved_on
from office_node.usecases.record import Act, issue
from office_node.usecases.refusals import NothingToSearchError, NoticeMismatchError
from office_node.usecases.take_notice import keep_trace
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import OwnHit, by_case, own_hits
from shared_schemas.inquiry import MAX_HITS, Hit, Inquiry, InquirySent, TraceRef
from shared_schemas.trace import Notice


@dataclass(frozen=True)
class Question:
    """A verified inquiry with the notice it names."""

    inquiry: Inquiry
    inquiry_statement: Statement
    notice: Notice
    notice_statement: Statement


async def answer_inquiry(node: Node, sent: InquirySent, *, carried: Carried) -> Statement:
    """The signed answer, after its evidence is on disk. StatementError, ReplayedError, and as below."""
    if node.roster.current().stage(carried.arrived_at) == "untrusted":
        raise RosterExpiredError
    question = _read(node, sent, carried=carried)
    return await write_trusting(node, lambda connection: _answer(connection, node, question, carried))


def _read(node: Node, sent: InquirySent, *, carried: Carried) -> Question:
    now = carried.arrived_at
    inquiry_statement, notice_statement = to_statement(sent.inquiry), to_statement(sent.notice)
    inquiry = read_body(node, inquiry_statement, model=Inquiry, issuer=carried.office, now=now)
    notice = read_body(node, notice_statement, model=Notice, issuer=carried.office, now=now)
    if inquiry.notice != notice_statement.digest or notice.tokens is None:
        raise NoticeMismatchError
    if not notice.tokens.index:
        raise NothingToSearchError
    return Question(inquiry, inquiry_statement, notice, notice_statement)


def _answer(connection: Connection, node: Node, question: Question, carried: Carried) -> Statement:
    inquiry, notice, now = question.inquiry, question.notice, carried.arrived_at
    counters = admit(connection, node, carried)
    if notice.until is None or notice.until <= now:
        _refuse_untraceable(connection, notice, now=now)
    found, traces = _search(connection, node, question, now=now)
    keep_trace(connection, notice, question.notice_statement, now=now)
    hits = _proven(node, found, inquiry=inquiry.inquiry)
    act = Act(
        type="answer",
        at=now,
        actor=node.machine,
        peer=carried.office,
        inquiry=inquiry.inquiry,
        purpose=inquiry.purpose,
        attached=question.inquiry_statement.packed(),
        members={
            "audience": carried.office,
            "in_reply_to": question.inquiry_statement.digest,
            "inquiry": inquiry.inquiry,
            "outcome": "hit" if hits else "no_hit",
            "hits": [hit.model_dump(mode="json") for hit in hits],
            "traces": [trace.model_dump(mode="json") for trace in traces[:MAX_HITS]],
            "truncated": len(found) > MAX_HITS or len(traces) > MAX_HITS,
            "searched": _searched(node),
            "hello": own_facts(connection, node, now=now, last_number=counters.get("notice_number", 0)),
            "roster_version": node.roster.current().version,
        },
    )
    statement = issue(connection, node, act=act)
    if hits:
        _remember(connection, node, hits, answer=statement, inquiry=inquiry, now=now)
    feeds.account(connection, carried.office, numbers=[notice.number, *notice.replaces])
    return statement


def _refuse_untraceable(connection: Connection, notice: Notice, *, now: datetime) -> None:
    """NoticeMismatchError unless the case's later notice is held: a question leaves a trace that others can find."""
    held = notices.get(connection, notice.issuer, case_ref=notice.case)
    if held is None or held.revision <= notice.revision or (held.until is not None and held.until <= now):
        raise NoticeMismatchError


def _proven(node: Node, found: list[OwnHit], *, inquiry: str) -> tuple[Hit, ...]:
    """Each hit with the proofs that only a holder of the values can make for this inquiry."""
    return tuple(
        Hit(
            case=hit.case.row.ref,
            revision=hit.case.row.revision,
            proofs=prove(hit.agreement, inquiry=inquiry, office=node.office, epoch_keys=node.roster.epoch_keys),
        )
        for hit in found[:MAX_HITS]
    )


def _searched(node: Node) -> dict[str, Any]:
    """The epochs and kinds that this node really can search; what it does not know it does not claim."""
    roster = node.roster.current()
    return {"epochs": sorted(node.roster.epoch_keys), "kinds": [*roster.index_kinds, *roster.field_kinds]}


def _remember(
    connection: Connection, node: Node, hits: tuple[Hit, ...], *, answer: Statement, inquiry: Inquiry, now: datetime
) -> None:
    """The reveal must refer to this answer; without one in time the owner is alerted all the same."""
    hits_given.add(
        connection,
        hits_given.HitGiven(
            answer_digest=answer.digest,
            inquiry=inquiry.inquiry,
            asker=inquiry.issuer,
            cases=tuple(hit.case for hit in hits),
            answered_at=now,
            alert_due_at=now + timedelta(seconds=node.settings.reveal_wait_s),
            revealed_at=None,
        ),
    )


def _search(
    connection: Connection, node: Node, question: Question, *, now: datetime
) -> tuple[list[OwnHit], list[TraceRef]]:
    inquiry, notice = question.inquiry, question.notice
    assert notice.tokens is not None  # _read refused it
    older = {one.epoch: one.index for one in inquiry.older}
    tokens = posting_tokens([*notice.tokens.index, *(t for index in older.values() for t in index)])
    live = by_case(
        posting
        for posting in that_count(node, notices.postings(connection, tokens, now=now))
        if posting.case_ref != notice.case or not is_one_case(node, posting.issuer, inquiry.issuer, now=now)
    )
    own = [ref for issuer, ref in live if issuer == node.office]
    theirs = their_tokens(notice.tokens, case=notice.case, revision=notice.revision, older=older)
    found = own_hits(connection, node, case_refs=own, theirs=theirs, now=now) if own else []
    others = [one for one in live if one[0] not in (node.office, inquiry.issuer)]
    counting = not_moved_on(connection, node, others, now=now)
    traces = [
        TraceRef(issuer=p.issuer, case=p.case_ref, revision=p.revision, number=p.number)
        for p in (live[one] for one in others if one in counting)
    ]
    return found, traces
