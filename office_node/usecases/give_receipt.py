"""A receipt of a case: statements as they are kept, and the proof that this office's entries stand in its log.

What it needs is numbered first, and shown to the witnesses if they have not seen it yet. That it was taken out is an
entry of the log.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from office_node.domain.anchor import shown_roster
from office_node.domain.facts import Outcome
from office_node.domain.merkle import inclusion_proof, verify_inclusion
from office_node.errors import JejakError, LogDamagedError, MalformedStatementError, ReceiptNotReadyError
from office_node.node import Node
from office_node.signing.notes import Checkpoint, SignedCheckpoint, read_checkpoint
from office_node.signing.statements import Statement, read_body
from office_node.store import cases, log, receipts, screenings
from office_node.store.receipts import Spoken
from office_node.store.transactions import Connection
from office_node.usecases.ask_witnesses import ask_witnesses
from office_node.usecases.integrate_log import integrate_log, origin
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError, ReceiptImpossibleError
from office_node.usecases.trusting import write_trusting
from office_node.usecases.watch_log import is_vouched
from shared_schemas.base import to_milliseconds
from shared_schemas.inquiry import Purpose
from shared_schemas.receipt import Logged, OfficeShown, Opened, Receipt, ScreeningShown
from shared_schemas.statement import Actor, Envelope

_PATIENCE_S, _LOOK_S = 5.0, 0.2
_CAUSE = re.compile(r"[a-z][a-z0-9-]{0,59}")


async def give_receipt(node: Node, case_ref: str, *, purpose: Purpose, officer: Actor) -> Receipt:
    """The receipt. CaseUnknownError, ReceiptImpossibleError, ReceiptNotReadyError, LogDamagedError."""
    last = await _numbered(node, case_ref)
    if not _covers(await node.run.read(partial(_vouched_note, node=node)), last):
        await ask_witnesses(node)
    now = node.clock.now()

    def give(connection: Connection) -> Receipt:
        node.roster.check(connection)
        receipt = _receipt(connection, node, case_ref, now=now)
        members = {"case": case_ref, "purpose": purpose}
        enter(connection, node, act=Act("receipt-given", now, officer, members, case_ref=case_ref, purpose=purpose))
        return receipt

    return await write_trusting(node, give)


def as_cause(text: str) -> str:
    """A code as it stands in a receipt: a peer's own word may be any text."""
    return text if _CAUSE.fullmatch(text) else "malformed"


async def _numbered(node: Node, case_ref: str) -> int:
    """Wait until the log has numbered what it says of the case; the last number. Another process may have the duty."""
    deadline = node.clock.monotonic() + _PATIENCE_S
    while True:
        await integrate_log(node)
        last = await node.run.read(partial(_last_number, case_ref=case_ref))
        if last is not None:
            return last
        if node.clock.monotonic() >= deadline:
            raise ReceiptNotReadyError
        await node.clock.sleep(_LOOK_S)


def _spoken(connection: Connection, *, case_ref: str) -> list[Spoken]:
    if cases.get(connection, case_ref) is None:
        raise CaseUnknownError
    if not screenings.of_case(connection, case_ref):
        raise ReceiptImpossibleError
    return receipts.entries_of(connection, case_ref)


def _last_number(connection: Connection, *, case_ref: str) -> int | None:
    """The highest number that the log has given to what it says of the case; None while something waits for its own."""
    spoken, integrated = _spoken(connection, case_ref=case_ref), log.last_entry(connection)
    if any(one.number is None and one.id > integrated for one in spoken):
        return None
    return max((one.number for one in spoken if one.number is not None), default=0)


def _vouched_note(connection: Connection, *, node: Node) -> SignedCheckpoint | None:
    """The newest checkpoint that enough witnesses have cosigned."""
    note = log.cosigned(connection)
    signed = None if note is None else read_checkpoint(note)
    if signed is None or signed.checkpoint.origin != origin(node) or not is_vouched(node, node.office, signed):
        return None
    return signed


def _newest(connection: Connection) -> SignedCheckpoint:
    """The newest that this office has signed, whoever has seen it; LogDamagedError."""
    try:
        return read_checkpoint(log.checkpoint(connection) or "")
    except MalformedStatementError as error:
        raise LogDamagedError from error


def _covers(signed: SignedCheckpoint | None, last: int) -> bool:
    return signed is not None and signed.checkpoint.size > last


def _receipt(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> Receipt:
    last, spoken = _last_number(connection, case_ref=case_ref), _spoken(connection, case_ref=case_ref)
    if last is None:
        raise ReceiptNotReadyError
    signed = _vouched_note(connection, node=node)
    if signed is None or not _covers(signed, last):
        signed = _newest(connection)
    if not _covers(signed, last):
        raise ReceiptNotReadyError
    shown = [
        _screening(connection, node, screening, [one for one in spoken if one.inquiry == screening], signed.checkpoint)
        for screening in screenings.of_case(connection, case_ref)
    ]
    return Receipt(
        office=node.office,
        case=case_ref,
        made_at=to_milliseconds(now),
        checkpoint=signed.note(),
        roster=shown_roster(node.roster.files, node.roster.suspensions),
        screenings=tuple(shown),
    )


def _screening(
    connection: Connection, node: Node, screening: str, spoken: list[Spoken], tree: Checkpoint
) -> ScreeningShown:
    row, answers = screenings.get(connection, screening), receipts.answers(connection, screening)
    opened = [(one, shown) for one in spoken if (shown := _opened(connection, node, one, tree=tree)) is not None]
    leaf = str(row.inquiry.body()["leaf"])
    entry = next((one for one in spoken if one.leaf.hex() == leaf and one.number is not None), None)
    return ScreeningShown(
        inquiry=_envelope(row.inquiry),
        notice=_envelope(row.notice),
        entry=None if entry is None else _logged(connection, entry, tree=tree),
        asked=tuple(
            _office(one, answers.get(one.office), [pair for pair in opened if pair[0].peer == one.office])
            for one in screenings.asked(connection, screening)
        ),
    )


def _office(
    asked: screenings.Asked, answer: Statement | None, opened: list[tuple[Spoken, Opened]]
) -> OfficeShown:  # fmt: skip
    """The office as it stands, the entry that this very answer came, and the one that its history came."""
    digest = None if answer is None else answer.digest
    arrivals = [shown for one, shown in opened if one.type == "answer-taken" and _says(shown).get("digest") == digest]
    histories = [shown for one, shown in opened if one.type == "history-taken"]
    outcome: Outcome = asked.outcome if answer is not None and asked.outcome is not None else "unknown"
    return OfficeShown(
        office=asked.office,
        outcome=outcome,
        cause=as_cause(asked.cause) if outcome == "unknown" and asked.cause is not None else None,
        answer=None if answer is None else _envelope(answer),
        arrival=arrivals[0] if arrivals else None,
        history=histories[0] if histories else None,
    )


def _opened(connection: Connection, node: Node, one: Spoken, *, tree: Checkpoint) -> Opened | None:
    """The entry with what it says; None for a statement's own, which is sealed with what is not for everybody."""
    if one.type == "inquiry" or one.salt is None or one.body_sealed is None or one.number is None:
        return None
    try:
        body = node.sealer.unseal("entry", one.leaf.hex(), one.body_sealed).decode()
    except (JejakError, UnicodeDecodeError):  # `jejak log verify` says what is wrong with it
        return None
    return Opened(index=one.number, proof=_proof(connection, one, tree=tree), salt=one.salt.hex(), body=body)


def _logged(connection: Connection, one: Spoken, *, tree: Checkpoint) -> Logged:
    assert one.number is not None
    salt = None if one.salt is None else one.salt.hex()
    return Logged(index=one.number, proof=_proof(connection, one, tree=tree), salt=salt)


def _proof(connection: Connection, one: Spoken, *, tree: Checkpoint) -> tuple[str, ...]:
    """The proof, which holds: LogDamagedError rather than a receipt that nobody believes."""
    assert one.number is not None
    try:
        steps = inclusion_proof(one.number, tree.size, lambda level, place: log.node(connection, level, place))
    except KeyError as error:
        raise LogDamagedError from error
    if not verify_inclusion(one.leaf, index=one.number, size=tree.size, proof=steps, root_hash=tree.root):
        raise LogDamagedError
    return tuple(step.hex() for step in steps)


def _says(opened: Opened) -> Mapping[str, Any]:
    return read_body(opened.body.encode())


def _envelope(statement: Statement) -> Envelope:
    return Envelope.model_validate(statement.to_dict())
