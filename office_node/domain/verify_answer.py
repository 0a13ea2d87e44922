"""One office in a receipt: what it answered, that the answer came and stands in the asker's log, its own proof."""

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter

from office_node.domain.anchor import said
from office_node.domain.claims import SKEW, claimed, statement_in
from office_node.domain.coverage import needed_by, shortfall
from office_node.domain.facts import Facts, Outcome, UntrueError
from office_node.domain.roster import TrustedRoster
from office_node.domain.vouched import Vouched, vouched
from office_node.errors import MalformedStatementError
from office_node.signing.statements import Statement, leaf_of, read_body
from shared_schemas.base import WireMoment
from shared_schemas.inquiry import Inquiry, InquiryAnswer
from shared_schemas.receipt import OfficeShown, Opened
from shared_schemas.statement import Envelope

_MOMENT: TypeAdapter[datetime] = TypeAdapter(WireMoment)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORDS: dict[Outcome, str] = {"hit": "hit", "no_hit": "no hit", "unknown": "unknown"}


class Question(NamedTuple):
    """The inquiry that is answered, the notice beside it, the asker's log, and the inquiry's place in it."""

    statement: Statement
    inquiry: Inquiry
    notice: Statement
    log: Vouched | None
    place: int | None


class _Arrived(NamedTuple):
    place: int
    at: datetime
    digest: str


def tell_office(facts: Facts, shown: OfficeShown, *, question: Question, roster: TrustedRoster) -> None:
    """What became of the question to this office, told; a sentence that is untrue names the office."""
    office, before = shown.office, len(facts.told)
    member = roster.member(office)
    if member is None or member.role != "office" or office == question.inquiry.issuer:
        facts.false(f"{office} is no other office of the roster.", office=office)
        return
    try:
        if shown.answer is None:
            _tell_silent(facts, shown)
        else:
            _tell_answer(facts, shown, shown.answer, question=question, roster=roster)
    except UntrueError as untrue:
        facts.false(str(untrue), office=office)
    if all(one.outcome is None for one in facts.told[before:]):
        text = f"So {office} counts as unknown by this file."
        facts.true(text, office=office, outcome="unknown")


def _tell_silent(facts: Facts, shown: OfficeShown) -> None:
    office = shown.office
    if shown.outcome != "unknown" or shown.arrival or shown.history or shown.peer:
        raise UntrueError(f"{office}: the asker says {_WORDS[shown.outcome]}, and shows no answer.")
    why = shown.cause or "waiting"
    facts.true(f"{office}: unknown ({why}); that is the asker's own word.", office=office, outcome="unknown")


def _tell_answer(
    facts: Facts, shown: OfficeShown, envelope: Envelope, *, question: Question, roster: TrustedRoster
) -> None:
    office, what = shown.office, f"The answer of {shown.office}"
    statement = statement_in(envelope, what=what)
    came = _arrived(shown.arrival, statement, office=office, question=question)
    answer = claimed(statement, model=InquiryAnswer, issuer=office, roster=roster, what=what, arrived=came.at)
    _see_it_answers(answer, question)
    if answer.issued_at - came.at > SKEW:
        raise UntrueError(f"{what} bears a later time than it came at.")
    why = _why_unknown(shown, answer, question=question, roster=roster)
    facts.true(
        f"{office}: {_WORDS[shown.outcome]}{why}. It signed {_WORDS[answer.outcome]} at {said(answer.issued_at)};"
        f" that this came is entry {came.place} of the asker's log, {said(came.at)}.",
        office=office,
        outcome=shown.outcome,
    )
    _tell_history(facts, shown, question=question, after=came.place)
    _tell_own_proof(facts, shown, answer, roster=roster)


def _see_it_answers(answer: InquiryAnswer, question: Question) -> None:
    """UntrueError unless it answers this question to this asker."""
    what, inquiry = f"The answer of {answer.issuer}", question.inquiry
    if answer.audience != inquiry.issuer:
        raise UntrueError(f"{what} is for {answer.audience}, not for {inquiry.issuer}.")
    if answer.in_reply_to != question.statement.digest or answer.inquiry != inquiry.inquiry:
        raise UntrueError(f"{what} answers another inquiry.")
    if inquiry.issued_at - answer.issued_at > SKEW:
        raise UntrueError(f"{what} bears an earlier time than the inquiry.")


def _why_unknown(shown: OfficeShown, answer: InquiryAnswer, *, question: Question, roster: TrustedRoster) -> str:
    """Why an answer counts as unknown, nothing where it counts; UntrueError if the asker makes more of it."""
    if answer.outcome == "hit" or shown.outcome == "hit":
        if answer.outcome != shown.outcome:
            raise UntrueError(f"{shown.office} signed {_WORDS[answer.outcome]}, not {_WORDS[shown.outcome]}.")
        return ""
    if shown.outcome == "unknown":
        return f" ({shown.cause or 'waiting'}, by the asker's own word)"
    needed = needed_by(question.inquiry, question.notice.payload, roster=roster, now=answer.issued_at)
    if question.inquiry.roster_version != roster.version:  # what was live then is not known any more
        needed = replace(needed, opened=(), known=answer.searched.epochs, kinds=())
    lacks = shortfall(answer, needed=needed)
    if lacks is not None:
        raise UntrueError(f"{shown.office} did not search everything ({lacks}): that is unknown, not no hit.")
    return ""


def _tell_history(facts: Facts, shown: OfficeShown, *, question: Question, after: int) -> None:
    if shown.history is None:
        return
    office = shown.office
    came = _opened(shown.history, f"The entry that the history of {office} came", "history-taken", question=question)
    if shown.outcome != "hit" or came.place <= after:
        raise UntrueError(f"{office}: a history follows a hit, and nothing else.")
    facts.true(
        f"{office}: its history, SHA-256 {came.digest}, came by the asker's entry {came.place} of {said(came.at)};"
        " what it says is not in this file.",
        office=office,
    )


def _tell_own_proof(facts: Facts, shown: OfficeShown, answer: InquiryAnswer, *, roster: TrustedRoster) -> None:
    office, proof = shown.office, shown.peer
    if proof is None:
        if shown.peer_cause is not None:
            facts.true(f"{office} was asked for a proof from its own log and gave none ({shown.peer_cause}).")
        return
    log = vouched(proof.checkpoint, office=office, roster=roster)
    leaf = bytes.fromhex(answer.leaf)
    if log.generation != answer.generation or not log.holds(leaf, index=proof.index, proof=proof.proof):
        raise UntrueError(f"{office} has not proved that its answer is in its own log.")
    how = "which its witnesses vouch for" if log.known_by else "as that office alone has signed"
    facts.true(
        f"{office}: its answer is entry {proof.index} of its own log of {log.point.size} entries, {how}.", office=office
    )


def _arrived(arrival: Opened | None, statement: Statement, *, office: str, question: Question) -> _Arrived:
    """The entry that this very answer came; UntrueError."""
    what = f"The entry that the answer of {office} came"
    if arrival is None:
        raise UntrueError(f"{what} is not in the file.")
    came = _opened(arrival, what, "answer-taken", question=question)
    if came.digest != statement.digest:
        raise UntrueError(f"{what} is of another answer.")
    return came


def _opened(opened: Opened, what: str, type: str, *, question: Question) -> _Arrived:
    """An entry of the asker's log on this inquiry, of this type, behind the inquiry's own; UntrueError."""
    inquiry, log = question.inquiry, question.log
    try:
        body = opened.body.encode()
        says = read_body(body)
        at = _MOMENT.validate_python(says.get("issued_at"))
    except (MalformedStatementError, ValueError) as error:
        raise UntrueError(f"{what} has not the form of one.") from error
    named = (says.get("type"), says.get("issuer"), says.get("inquiry"), says.get("generation"))
    digest = says.get("digest")
    if named != (type, inquiry.issuer, inquiry.inquiry, inquiry.generation) or not isinstance(digest, str):
        raise UntrueError(f"{what} is of something else.")
    if not _DIGEST.fullmatch(digest):
        raise UntrueError(f"{what} names no statement.")
    _, leaf = leaf_of(body, bytes.fromhex(opened.salt))
    if log is None or log.generation != inquiry.generation:
        raise UntrueError(f"{what} is not shown to stand in the log of {inquiry.issuer}.")
    if not log.holds(leaf, index=opened.index, proof=opened.proof):
        raise UntrueError(f"{what} does not stand in the log of {inquiry.issuer} where the file says.")
    if question.place is not None and opened.index <= question.place:
        raise UntrueError(f"{what} stands before the inquiry.")
    if log.known_by is not None and at - log.known_by > SKEW:
        raise UntrueError(f"{what} bears a later time than the witnesses saw it at.")
    return _Arrived(opened.index, at, digest)
