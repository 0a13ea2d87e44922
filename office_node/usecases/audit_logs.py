"""Asking other offices about their logs: have they only grown, and is what they signed in them?

Within the hour each office is asked for a sample of what came from it: questions and notices. One that is in no log was
signed by somebody else with the office's key. What is contested (`watch_log`) is asked about at once.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from office_node.domain.log_evidence import is_rewritten, is_unlogged
from office_node.domain.witness import AddCheckpoint
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.keys import VerifyKey
from office_node.signing.notes import SignedCheckpoint, read_checkpoint
from office_node.signing.statements import Statement
from office_node.store import entries, log_evidence, log_seen, notices, peers
from office_node.store.transactions import Connection
from office_node.usecases.accept import read_body, to_statement
from office_node.usecases.accuse import accuse, keys_of, tell_accused
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from office_node.usecases.watch_log import audit_pause, expect, is_vouched, largest
from shared_schemas.log import MAX_LEAVES, LogAsked, LogEvidence, LogState, LogStateGiven
from shared_schemas.statement import Envelope

T = TypeVar("T")
NUMBERED_AFTER = timedelta(minutes=2)
"""What came later is asked for the next time: an office numbers its entries within a second, if nothing is wrong."""
_TRY_AGAIN = timedelta(minutes=10)
_AT_ONCE = 8
_NOTICES = 200


class _Question(NamedTuple):
    """What is asked, the statements whose leaves are asked for, and up to which entry of one's own that goes."""

    asked: LogAsked
    given: dict[str, Statement]
    entry_id: int


async def is_audit_due(node: Node) -> bool:
    """Whether there is anything to do: one look, for it is looked often."""

    def look(connection: Connection) -> bool:
        due = log_seen.due_offices(connection, now=node.clock.now(), limit=1) or _unexpected(connection, node=node)
        return bool(due or log_evidence.untold_offices(connection))

    return await node.run.read(look)


async def audit_due(node: Node) -> None:
    """Ask those whose time has come, and tell the accused what they do not know yet."""
    if await node.run.read(partial(_unexpected, node=node)):
        await write_trusting(node, partial(_expect, node=node))
    now = node.clock.now()
    due = await node.run.read(partial(log_seen.due_offices, now=now, limit=_AT_ONCE))
    await node.errands.together("audit", (partial(_audited, node, office) for office in due))
    untold = await node.run.read(log_evidence.untold_offices)
    await node.errands.together("tell", (partial(tell_accused, node, office) for office in untold))


def _unexpected(connection: Connection, *, node: Node) -> list[str]:
    """Members whose log was not looked at yet, and will not be unless somebody says when."""
    known = log_seen.offices(connection) | {node.office}
    return [one.id for one in node.roster.current().offices(node.clock.now()) if one.id not in known]


def _expect(connection: Connection, *, node: Node) -> None:
    node.roster.check(connection)
    for office in _unexpected(connection, node=node):
        expect(connection, node, office, now=node.clock.now())


async def _audited(node: Node, office: str) -> None:
    try:
        if node.roster.current().in_good_standing(office, node.clock.now()):
            await audit_log(node, office)
            return
    except PeerError as error:
        lines.info("audit-failed", office=node.office, peer=office, cause=cause_of(error))
    due = node.clock.now() + _TRY_AGAIN
    await node.run.write(partial(log_seen.put_off, office=office, due=due))


async def audit_log(node: Node, office: str) -> None:
    """Ask this office about its log, and keep what it proves or fails to. PeerError if it does not say."""
    question = await node.run.read(partial(_question, node=node, office=office))
    raw = await node.peers.post(
        office, "/federation/v1/log/state", body=question.asked.model_dump(mode="json"),
        timeout_s=node.settings.peer_timeout_s,
    )  # fmt: skip
    try:
        statement = to_statement(LogStateGiven.model_validate_json(raw).state)
        state = read_body(node, statement, model=LogState, issuer=office, now=node.clock.now())
    except ValidationError as error:
        raise PeerAnswerInvalidError("malformed") from error
    except JejakError as error:
        raise PeerAnswerInvalidError(error.code) from error
    if (state.audience, tuple(g.known for g in state.grown), tuple(one.leaf for one in state.leaves)) != (
        node.office, question.asked.known, question.asked.leaves,
    ):  # fmt: skip
        raise PeerAnswerInvalidError("log-state-mismatch")
    await write_trusting(node, partial(_keep, node=node, office=office, question=question, state=state, told=statement))
    if state.checkpoint is not None:
        vouched = state.cosigned is not None and is_vouched(node, office, read_checkpoint(state.cosigned.known))
        await _show_witnesses(node, office, read_checkpoint(state.checkpoint), vouched=vouched)


def _question(connection: Connection, *, node: Node, office: str) -> _Question:
    now, last = node.clock.now(), entries.last_id(connection)
    seen = log_seen.get(connection, office)
    assert seen is not None  # only what is due is asked about
    known = tuple(dict.fromkeys(n for n in (largest(connection, seen.note), seen.contested) if n is not None))
    since = now - audit_pause(node) if seen.audited_at is None else seen.audited_at - NUMBERED_AFTER
    asked = entries.came_from(
        connection, office, type="answer", after=seen.entry_id, last=last, before=now - NUMBERED_AFTER
    )
    told = [
        one for one in notices.arrived_since(connection, office, since=since, limit=_NOTICES)
        if one.arrived_at <= now - NUMBERED_AFTER
    ]  # fmt: skip
    chosen = [
        Statement.unpacked(node.sealer.unseal("entry.attached", one.leaf.hex(), one.attached_sealed))
        for one in _sample(node, asked, MAX_LEAVES // 2)
    ]
    for one in _sample(node, told, MAX_LEAVES // 2):
        held = notices.get(connection, office, case_ref=one.case_ref)
        chosen += [] if held is None else [held.statement]
    given = {str(one.body()["leaf"]): one for one in chosen}
    return _Question(LogAsked(known=known, leaves=tuple(given)), given, last)


def _sample(node: Node, whole: Sequence[T], most: int) -> list[T]:
    """So many of them, each as likely as any other."""
    left = list(whole)
    while len(left) > most:
        left.pop(int.from_bytes(node.random(4), "big") % len(left))
    return left


def _keep(
    connection: Connection, *, node: Node, office: str, question: _Question, state: LogState, told: Statement
) -> None:
    node.roster.check(connection)
    now, is_honest, keys = node.clock.now(), True, keys_of(node, office)
    peers.accepted(connection, office, now=now)
    for evidence in _evidence(question, state, told, by=keys):
        accuse(connection, node, evidence)
        is_honest = is_honest and evidence.kind != "rewritten"
    jitter = int.from_bytes(node.random(2), "big") / 2**16
    due = now + audit_pause(node) * (0.8 + 0.4 * jitter)
    if is_honest:
        log_seen.audited(connection, office, note=state.checkpoint, entry_id=question.entry_id, now=now, due=due)
    else:
        log_seen.put_off(connection, office, due=due)


def _evidence(question: _Question, state: LogState, told: Statement, *, by: Sequence[VerifyKey]) -> list[LogEvidence]:
    """What the office's word proves against it. PeerAnswerInvalidError if it names what it has not signed.

    A log that was rewritten lacks much; each leaf of that would say the same again.
    """
    found: list[LogEvidence] = []
    word = Envelope.model_validate(told.to_dict())
    try:
        if is_rewritten(state, by=by):
            return [LogEvidence(accused=state.issuer, kind="rewritten", statements=(word,))]
        for leaf in state.leaves:
            said = question.given[leaf.leaf]
            if said.body()["generation"] == state.generation and is_unlogged(state, leaf, by=by):
                shown = Envelope.model_validate(said.to_dict())
                found.append(LogEvidence(accused=state.issuer, kind="unlogged", statements=(shown, word)))
    except JejakError as error:
        raise PeerAnswerInvalidError("log-state-unsigned") from error
    return found


async def _show_witnesses(node: Node, office: str, signed: SignedCheckpoint, *, vouched: bool) -> None:
    """A log that its witnesses do not vouch for is shown to them, so that two trees meet somewhere.

    Who is a witness itself has asked on its own account and tells nobody, or they would never end.
    """
    roster, now = node.roster.current(), node.clock.now()
    member = roster.member(office)
    if member is None or vouched or node.office in member.witnesses:
        return
    body = AddCheckpoint(0, (), signed).text().encode()
    for witness in member.witnesses:
        shown = roster.member(witness)
        if shown is None or not roster.in_good_standing(witness, now):
            continue
        try:
            await node.peers.ask_witness(shown.base_url, body, timeout_s=node.settings.peer_timeout_s)
        except PeerError as error:
            lines.info("witness-failed", office=node.office, peer=witness, cause=cause_of(error))
