"""Screening a case: every member is asked at once under one deadline; who is silent is *unknown* and asked again.

The question and one row per office are committed first (`open_screening`); asking is `ask_office`. What a process does
not finish, the stored outbox does (`background`), here or in another process of the same office.
"""

from datetime import datetime, timedelta
from functools import partial

from office_node.domain.person_keys import PersonKeys, older_tokens
from office_node.domain.standings import asked_until
from office_node.domain.tokens import index_token, unwrap_nonce
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import cases, notices, peers, screenings
from office_node.store.transactions import Connection
from office_node.usecases.ask_office import ask_office, load_question
from office_node.usecases.claims import claim_until
from office_node.usecases.record import Act, issue
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.renewed import open_renewed, write_renewed
from shared_schemas.inquiry import Purpose
from shared_schemas.statement import Actor
from shared_schemas.trace import Notice, TokenSet

_HEADROOM_S = 0.1
"""Starting 149 questions, looking and writing take this long: the officer sees what has come within the soft limit."""


def open_screening(
    connection: Connection, node: Node, *, case_ref: str, notice: Statement, keys: PersonKeys, purpose: Purpose,
    actor: Actor, now: datetime,
) -> str:  # fmt: skip
    """Commit inquiry and questions; the screening's id, which is the inquiry's."""
    inquiry = node.new_ref()
    roster = node.roster.current()
    told = Notice.model_validate_json(notice.payload)
    members = {
        "inquiry": inquiry,
        "purpose": purpose,
        "notice": notice.digest,
        "older": _older(node, told, keys=keys),
        "roster_version": roster.roster.version,
    }
    act = Act(type="inquiry", at=now, actor=actor, case_ref=case_ref, inquiry=inquiry, purpose=purpose, members=members)
    statement = issue(connection, node, act=act)
    offices = [member.id for member in roster.offices(now) if member.id != node.office]
    soft_until = now + timedelta(seconds=node.settings.soft_limit_s)
    screenings.insert(
        connection,
        screenings.NewScreening(
            id=inquiry,
            case_ref=case_ref,
            purpose=purpose,
            started_at=now,
            soft_until=soft_until,
            ask_until=asked_until(told.standing, until=told.until, now=now, days=node.settings.ask_again_days),
            roster_version=roster.roster.version,
            inquiry=statement,
            notice=notice,
            actor_role=actor.role,
            actor_officer=actor.officer,
        ),
        offices=offices,
        claimed_until=claim_until(node, now=now),
    )
    if told.tokens is None or not told.tokens.index:
        screenings.nothing_to_search(connection, inquiry)
    return inquiry


def _older(node: Node, notice: Notice, *, keys: PersonKeys) -> list[object]:
    """Index tokens of the other epochs, wrapping the same nonce as the notice's own; none if that does not open."""
    if notice.tokens is None or (nonce := _nonce(node, notice, notice.tokens, keys=keys)) is None:
        return []
    others = {epoch: key for epoch, key in node.roster.epoch_keys.items() if epoch != notice.tokens.epoch}
    case = bytes.fromhex(notice.case)
    older = older_tokens(keys, epochs=others, nonce=nonce, case=case, revision=notice.revision)
    return [one.model_dump(mode="json") for one in older]


def _nonce(node: Node, notice: Notice, tokens: TokenSet, *, keys: PersonKeys) -> bytes | None:
    """The notice's nonce, by a value that it has a token of; kinds may have changed since it was signed."""
    epoch_key = node.roster.epoch_keys.get(tokens.epoch)
    if epoch_key is None:
        return None
    wrapped = {(one.kind, one.token): one.nonce for one in tokens.index}
    for (kind, _value), s in zip(keys.index, keys.stretched[tokens.epoch], strict=True):
        nonce = wrapped.get((kind, index_token(epoch_key, kind, stretched=s).hex()))
        if nonce is not None:
            case = bytes.fromhex(notice.case)
            return unwrap_nonce(
                epoch_key, bytes.fromhex(nonce), case=case, revision=notice.revision, kind=kind, stretched=s
            )
    return None


async def screen_again(node: Node, case_ref: str, *, purpose: Purpose, actor: Actor) -> str:
    """A new screening of an existing case, under its present notice. CaseUnknownError."""

    def reopen(connection: Connection) -> str:
        node.roster.check(connection)
        row = cases.get(connection, case_ref)
        held = notices.get(connection, node.office, case_ref=case_ref)
        if row is None or held is None or held.standing == "cleared":
            raise CaseUnknownError
        return open_screening(
            connection,
            node,
            case_ref=case_ref,
            notice=held.statement,
            keys=open_renewed(node, row).keys,
            purpose=purpose,
            actor=actor,
            now=node.clock.now(),
        )

    screening = await write_renewed(node, reopen)
    await follow(node, screening)
    return screening


async def follow(node: Node, screening: str) -> None:
    """Start asking beside the request that opened the screening."""
    node.errands.start("screening", lambda: run_screening(node, screening))


async def run_screening(node: Node, screening: str) -> None:
    """Ask all offices that are not in back-off at once; settle when all have ended or at the soft limit."""
    question = await node.run.read(lambda connection: load_question(connection, node, screening))
    resting = await node.run.read(lambda connection: peers.resting(connection, now=node.clock.now()))
    for office in question.waiting:
        if office not in resting:
            node.errands.start("ask", partial(ask_office, node, question, office=office))
    await node.run.write(
        lambda connection: screenings.leave_resting(
            connection, screening, offices=[o for o in question.waiting if o in resting], resting=resting
        )
    )
    await _settle(node, screening)


async def _settle(node: Node, screening: str) -> None:
    deadline = node.clock.monotonic() + max(0.0, node.settings.soft_limit_s - _HEADROOM_S)
    while node.clock.monotonic() < deadline:
        if await node.run.read(lambda connection: screenings.all_ended(connection, screening)):
            break
        await node.clock.sleep(0.02)
    await node.run.write(lambda connection: screenings.settle(connection, screening, now=node.clock.now()))
