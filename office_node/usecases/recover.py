"""After a backup was put back: what the office has said since comes back from its peers, and a new log begins.

A node that was restored cannot know what it had signed since. So it closes its log and opens the next *generation*,
whose first entry names the newest checkpoint of the old one that anybody has seen; it takes back its own notices, and
its numbers jump past every one that anybody holds. It answers nobody until stewards have put the generation into the
roster (`Node.check_serving`). Running it again after it was cut off goes on. So it is too with a database that turned
out to be an old copy (`roll_back`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from office_node.domain.case_states import state_of
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerError, RecoveryAloneError, RecoveryUnneededError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.notes import SignedCheckpoint, read_checkpoint
from office_node.signing.statements import Statement
from office_node.store import cases, counters, entries, log, meta, notices, officer_sessions
from office_node.store.snapshot import RESTORED
from office_node.store.transactions import Connection
from office_node.usecases.accept import read_body, to_statement
from office_node.usecases.ask_own_log import last_seen
from office_node.usecases.record import Act, enter
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.take_notice import keep_trace
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from shared_schemas.trace import Notice, NoticePage

_GENERATION = "generation"
JUMP = 1_000
"""Numbers left out behind the highest that anybody holds: so many may have been signed and reached nobody."""


@dataclass(frozen=True)
class Recovered:
    """What came back."""

    generation: int
    closed_size: int
    """How many entries the old log had, as far as anybody has seen."""
    had_size: int
    """How many of them the backup had."""
    notices: int
    lost_cases: tuple[str, ...]
    """Cases that peers know of and that this database does not hold any more."""
    silent: tuple[str, ...]
    """Offices that did not answer."""


def load_era(connection: Connection, *, node: Node) -> None:
    """Which generation this database is in, and whether it was put back or is an old copy."""
    node.era.generation = int(meta.get(connection, _GENERATION) or 1)
    node.era.restored = meta.get(connection, RESTORED)
    node.era.rolled_back = meta.get(connection, log.ROLLED_BACK)


async def recover(node: Node, *, alone: bool = False, told: Callable[[str], None] = lambda _office: None) -> Recovered:
    """Go through all of it. RecoveryUnneededError, RecoveryAloneError if nobody answers and that was not said."""
    if node.era.restored is None and node.era.rolled_back is None:
        raise RecoveryUnneededError
    await refresh_roster(node)
    others = [m.id for m in node.roster.current().offices(node.clock.now()) if m.id != node.office]
    seen, silent, taken = list[SignedCheckpoint](), list[str](), 0
    for office in others:
        try:
            taken += await _own_notices(node, office)
            note = await last_seen(node, office)
        except PeerError as error:
            lines.warning("recover-unanswered", office=node.office, peer=office, cause=cause_of(error))
            silent.append(office)
            continue
        told(office)
        seen += [] if note is None else [note]
    if len(silent) == len(others) > 0 and not alone:
        raise RecoveryAloneError
    return await write_trusting(node, partial(_open, node=node, seen=seen, silent=tuple(silent), taken=taken))


async def _own_notices(node: Node, office: str) -> int:
    """Everything that this office holds of ours, a page at a time; how many were newer. PeerError."""
    after, newer = 0, 0
    while True:
        query = f"?issuer={node.office}&after={after}"
        raw = await node.peers.get(office, f"/federation/v1/notices{query}", timeout_s=node.settings.peer_timeout_s)
        try:
            page = NoticePage.model_validate_json(raw)
            statements = [to_statement(envelope) for envelope in page.notices]
            newer += await write_trusting(node, partial(_take, node=node, statements=statements, via=office))
        except (ValidationError, JejakError) as error:
            raise PeerAnswerInvalidError("malformed-page") from error
        if page.next_after is None or not statements or page.next_after <= after:
            return newer
        after = page.next_after


def _take(connection: Connection, *, node: Node, statements: Sequence[Statement], via: str) -> int:
    """Own notices, proved by own keys; a case that is here stands as its newest notice says."""
    node.roster.check(connection)
    now, newer = node.clock.now(), 0
    for statement in statements:
        notice = read_body(node, statement, model=Notice, issuer=None, now=now)
        if notice.issuer != node.office:
            raise PeerAnswerInvalidError("other-issuer")
        counters.raise_to(connection, "notice_number", value=max(notice.number, *notice.replaces, 0))
        if not keep_trace(connection, notice, statement, now=now):
            continue
        newer += 1
        cases.recovered(
            connection, notice.case, standing=notice.standing, reason_group=notice.reason_group, until=notice.until,
            lapses_at=notice.lapses_at, revision=notice.revision, number=notice.number,
            state=state_of(notice.standing),
        )  # fmt: skip
        members = {"case": notice.case, "revision": notice.revision, "number": notice.number}
        enter(connection, node, act=Act("notice-recovered", now, node.machine, members, case_ref=notice.case, peer=via))
    return newer


def _open(
    connection: Connection, *, node: Node, seen: Sequence[SignedCheckpoint], silent: tuple[str, ...], taken: int
) -> Recovered:
    node.roster.check(connection)
    own = node.roster.current().member(node.office)
    if (lost := meta.get(connection, log.ROLLED_BACK)) is not None:
        seen = [*seen, read_checkpoint(lost)]
    before = max(node.era.generation, 1 if own is None else own.generation)
    mine = [one for one in seen if one.checkpoint.origin == f"jejak/{node.office}/{before}"]
    newest = max(mine, key=lambda one: one.checkpoint.size, default=None)
    had = log.size(connection)
    numbers = counters.read(connection).get("notice_number", 0)
    counters.raise_to(connection, "notice_number", value=numbers + JUMP)
    officer_sessions.end_everybodys(connection)  # some had ended since the backup
    log.close(connection, last_entry=entries.last_id(connection))
    node.era.generation, node.era.restored, node.era.rolled_back = before + 1, None, None
    meta.put(connection, _GENERATION, value=str(before + 1))
    for fact in (RESTORED, log.ROLLED_BACK):
        meta.drop(connection, fact)
    members = {
        "closes": None if newest is None else newest.note(),
        "had": had,
        "silent": list(silent),
        "last_number": numbers + JUMP,
    }
    enter(connection, node, act=Act("generation-opened", node.clock.now(), node.machine, members))
    return Recovered(
        generation=before + 1,
        closed_size=had if newest is None else max(had, newest.checkpoint.size),
        had_size=had,
        notices=taken,
        lost_cases=tuple(notices.without_case(connection, node.office)),
        silent=silent,
    )
