"""What a receipt proves: who was asked when, what each answered, and that the asker's entries stand in its log.

Pure, and without any secret: public keys, the statements and the proofs in the file are all that it needs.
"""

from collections import Counter

from pydantic import ValidationError

from office_node.domain.anchor import Anchor, covers, roster_from, said
from office_node.domain.claims import SKEW, claimed, statement_in
from office_node.domain.facts import Fact, Facts, UntrueError
from office_node.domain.roster import TrustedRoster
from office_node.domain.verify_answer import Question, tell_office
from office_node.domain.vouched import Vouched, vouched
from office_node.errors import JejakError, MalformedStatementError
from office_node.signing.statements import body_without_leaf, leaf_of
from shared_schemas.inquiry import Inquiry
from shared_schemas.receipt import Logged, Receipt, ScreeningShown
from shared_schemas.trace import Notice


def verify_receipt(data: bytes, anchor: Anchor) -> list[Fact]:
    """Every fact, true or not. MalformedStatementError if this is no receipt."""
    try:
        receipt = Receipt.model_validate_json(data)
    except ValidationError as error:
        raise MalformedStatementError("the file is no receipt") from error
    facts = Facts()
    try:
        roster = roster_from(anchor, receipt.roster)
    except JejakError as error:
        facts.false(f"The roster is not one of the stewards whose fingerprint was given: {error}.")
        return facts.told
    facts.true(
        f"The roster version {roster.version} is signed by the stewards (root {roster.proved.fingerprint})"
        f" and counts until {said(roster.expires_at)}."
    )
    log = _log(facts, receipt, roster)
    for screening in receipt.screenings:
        try:
            _tell_screening(facts, receipt, screening, roster=roster, log=log)
        except UntrueError as untrue:
            facts.false(str(untrue))
    asked = Counter(one.inquiry.payload for one in receipt.screenings)
    if max(asked.values()) > 1:
        facts.false("One inquiry stands in the file twice.")
    return facts.told


def _log(facts: Facts, receipt: Receipt, roster: TrustedRoster) -> Vouched | None:
    """The asker's log, told; None if its checkpoint is not believed."""
    try:
        log = vouched(receipt.checkpoint, office=receipt.office, roster=roster)
    except UntrueError as untrue:
        facts.false(str(untrue))
        return None
    if log.known_by is None:
        facts.false(log.text())
    else:
        facts.true(log.text())
    return log


def _tell_screening(
    facts: Facts, receipt: Receipt, shown: ScreeningShown, *, roster: TrustedRoster, log: Vouched | None
) -> None:
    """The question, its entry, and everybody who was asked; UntrueError if the question itself does not hold."""
    question = _question(receipt, shown, roster=roster, log=log)
    inquiry = question.inquiry
    facts.true(
        f"{receipt.office} asked about the case {receipt.case} at {said(inquiry.issued_at)} ({inquiry.purpose},"
        f" {inquiry.actor.role} {inquiry.actor.officer or 'without an officer'}), roster version"
        f" {inquiry.roster_version}: inquiry {inquiry.inquiry}."
    )
    try:
        facts.true(_entry(question, shown.entry))
    except UntrueError as untrue:
        facts.false(str(untrue))
    for office in shown.asked:
        tell_office(facts, office, question=question, roster=roster)
    _tell_missing(facts, shown, question=question, roster=roster)


def _question(
    receipt: Receipt, shown: ScreeningShown, *, roster: TrustedRoster, log: Vouched | None
) -> Question:  # fmt: skip
    known_by = None if log is None else log.known_by
    statement = statement_in(shown.inquiry, what="An inquiry")
    inquiry = claimed(
        statement, model=Inquiry, issuer=receipt.office, roster=roster, what="An inquiry", arrived=known_by
    )
    if roster.version < inquiry.roster_version:
        raise UntrueError(
            f"The inquiry {inquiry.inquiry} was asked under the roster version {inquiry.roster_version}; this one is"
            " older, and lacks whoever has joined since."
        )
    what = f"The notice beside the inquiry {inquiry.inquiry}"
    about = statement_in(shown.notice, what=what)
    notice = claimed(about, model=Notice, issuer=receipt.office, roster=roster, what=what, arrived=known_by)
    if about.digest != inquiry.notice:
        raise UntrueError(f"{what} is not the one that the inquiry names.")
    if notice.case != receipt.case:
        raise UntrueError(f"The inquiry {inquiry.inquiry} is about the case {notice.case}, not about {receipt.case}.")
    return Question(statement, inquiry, about, log, None if shown.entry is None else shown.entry.index)


def _entry(question: Question, entry: Logged | None) -> str:
    """That the inquiry stands in the asker's log; UntrueError."""
    inquiry, log = question.inquiry, question.log
    what = f"The inquiry {inquiry.inquiry}"
    if entry is None or log is None or log.generation != inquiry.generation:
        raise UntrueError(f"{what} is not shown to stand in the log of {inquiry.issuer}.")
    if not log.holds(bytes.fromhex(inquiry.leaf), index=entry.index, proof=entry.proof):
        raise UntrueError(f"{what} does not stand in the log of {inquiry.issuer} where the file says.")
    if log.known_by is not None and inquiry.issued_at - log.known_by > SKEW:
        raise UntrueError(f"{what} bears a later time than the witnesses saw it at.")
    if entry.salt is None:
        return f"{what} names a leaf that is entry {entry.index} of that log; what the entry says was erased."
    _, leaf = leaf_of(body_without_leaf(question.statement.payload), bytes.fromhex(entry.salt))
    if leaf.hex() != inquiry.leaf:
        raise UntrueError(f"{what} is not what the entry {entry.index} of the log says.")
    return f"{what} is entry {entry.index} of that log."


def _tell_missing(facts: Facts, shown: ScreeningShown, *, question: Question, roster: TrustedRoster) -> None:
    """Whoever is told of twice, and every office that was a member and is not told of at all."""
    inquiry, counts = question.inquiry, Counter(one.office for one in shown.asked)
    for office in sorted(office for office, count in counts.items() if count > 1):
        facts.false(f"{office} is told of twice.", office=office)
    for member in roster.roster.members:
        is_asker = member.id == inquiry.issuer
        was = member.role == "office" and covers(member, inquiry.issued_at)
        if was and not is_asker and member.id not in counts and not roster.shut_out(member.id, inquiry.issued_at):
            facts.false(f"{member.id} was a member, and the file does not say that it was asked.", office=member.id)
