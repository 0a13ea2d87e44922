"""Pulling what is missing: named traces, gaps in a feed, and everything live when a node is new.

From the issuer, or from any peer that holds it; a statement proves itself wherever it comes from. A feed is *whole*
once its issuer has said where it ends and every number up to there is accounted for. One source of one feed is read for
so long and so many pages in a round; what is left is for the next (docs/adr/0019).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import ValidationError

from office_node.errors import (
    JejakError,
    PeerAnswerInvalidError,
    PeerError,
    PeerTimeoutError,
    PeerTooLargeError,
    StatementError,
)
from office_node.logs import log
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import feeds, gaps, notices, peers
from office_node.store.transactions import Connection
from office_node.usecases.accept import read_body, to_statement
from office_node.usecases.greet import keep_facts
from office_node.usecases.take_notice import take_pulled
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from shared_schemas.inquiry import TraceRef
from shared_schemas.statement import Envelope
from shared_schemas.trace import Hello, HelloFacts, NoticePage

FEEDS_AT_ONCE = 16
RELAYS = 2
"""Other members that are asked for what the issuer does not give."""
NEAR = 60
"""Gaps this close are fetched in one go: a page holds as many."""
MAX_SKEW = timedelta(seconds=120)
SOURCE_S = 30.0
"""One source of one feed is read for so long in a round, and the page that it has begun."""
PAGES_AT_ONCE = 500
"""And for so many pages, each of which is a transaction."""
FIRST_WIDTH = 32
"""Numbers to ask for at once after a page was too large; halved until it fits."""


def lacking(connection: Connection, node: Node, traces: Iterable[TraceRef]) -> list[TraceRef]:
    """Which of these traces this node does not hold, or only in an earlier revision; those of a stolen key are void."""
    void = {node.office, *node.roster.current().compromised_since}
    counting = [trace for trace in traces if trace.issuer not in void]
    held = [(t, notices.get(connection, t.issuer, case_ref=t.case)) for t in counting]
    return [t for t, one in held if one is None or one.revision < t.revision]


async def pull_named(node: Node, traces: Iterable[TraceRef], *, office: str) -> None:
    """Fetch the traces that an answer names and this node lacks, from the office that named them. PeerError.

    All within one peer's time-out; what came in it is kept.
    """
    named = list(traces)
    if not named:
        return
    wanted = await node.run.read(lambda connection: lacking(connection, node, named))
    pulls = (pull_page(node, issuer=t.issuer, via=office, after=t.number - 1, until=t.number) for t in wanted)
    try:
        async with node.clock.timeout(node.settings.peer_timeout_s):
            ended = await asyncio.gather(*pulls, return_exceptions=True)
    except TimeoutError as error:
        raise PeerTimeoutError from error
    for failure in ended:
        if isinstance(failure, BaseException):
            raise failure


async def pull_page(node: Node, *, issuer: str, via: str, after: int, until: int | None = None) -> int | None:
    """One page of an office's feed from `via`; the number to go on after, or None at its end. PeerError."""
    query = f"?issuer={issuer}&after={after}" + (f"&until={until}" if until else "")
    raw = await node.peers.get(via, f"/federation/v1/notices{query}", timeout_s=node.settings.peer_timeout_s)
    now = node.clock.now()
    try:
        page = NoticePage.model_validate_json(raw)
        statements = [to_statement(envelope) for envelope in page.notices]
    except (ValidationError, JejakError) as error:
        raise PeerAnswerInvalidError("malformed-page") from error
    further = page.next_after
    if page.issuer != issuer or (further is not None and (not statements or further <= after)):
        raise PeerAnswerInvalidError("malformed-page")
    hello = _hello(node, page.hello, issuer=issuer, via=via, now=now)

    def keep(connection: Connection) -> None:
        node.roster.check(connection)
        peers.accepted(connection, via, now=now)
        take_pulled(connection, node, envelopes=statements, via=via, now=now)
        if hello is not None:
            keep_facts(connection, issuer, hello[0], statement=hello[1], now=now)
        if via == issuer:  # what the issuer leaves out of its own page is no longer in force
            known = hello[0].last_number if hello is not None else after
            last = further if further is not None else min(until or known, known)
            feeds.account_ranges(connection, issuer, ranges=[(after + 1, last)] if last > after else [])

    try:
        await write_trusting(node, keep)
    except StatementError as error:
        raise PeerAnswerInvalidError(error.code) from error
    return further


def _hello(
    node: Node, envelope: Envelope | None, *, issuer: str, via: str, now: datetime
) -> tuple[HelloFacts, Statement] | None:
    """The issuer's hello that came with a page. One that does not count now is left out, the notices are kept."""
    if envelope is None:
        return None
    try:
        statement = to_statement(envelope)
        facts = read_body(node, statement, model=Hello, issuer=issuer, now=now).facts
    except JejakError as error:
        log.warning("hello-left-out", office=issuer, peer=via, code=error.code)
        return None
    if via != issuer and facts.at > now + MAX_SKEW:  # relayed, it could be of any time
        log.warning("hello-left-out", office=issuer, peer=via, code="not-yet-valid")
        return None
    return facts, statement


@dataclass
class Patience:
    """How much longer one source is read in this round."""

    node: Node
    ends: float
    pages: int = PAGES_AT_ONCE

    def over(self) -> bool:
        """Whether it is at an end; if not, one page more has been taken."""
        self.pages -= 1
        return self.pages < 0 or self.node.clock.monotonic() >= self.ends


async def pull_range(node: Node, *, issuer: str, via: str, after: int, until: int | None, patience: Patience) -> bool:
    """The pages of a range, in smaller pieces where one is over the cap; False if the patience ended first. PeerError.

    A single notice over the cap is left out, and so stays missing.
    """
    width: int | None = None
    while not patience.over():
        end = until if width is None else min(after + width, until or after + width)
        try:
            further = await pull_page(node, issuer=issuer, via=via, after=after, until=end)
        except PeerTooLargeError:
            if width != 1:
                width = FIRST_WIDTH if width is None else width // 2
                continue
            further = after + 1
        width = None if width is None else width * 2
        if further is None and end != until:  # the piece is done, the range is not
            further = end
            until = until or await node.run.read(partial(feeds.hello_last, issuer=issuer))
        if further is None or further >= (until or further + 1):
            return True
        after = further
    return False


async def pull_missing(node: Node) -> tuple[str, ...]:
    """Fetch what is missing of every member's feed; the offices that had more to give than there was time for."""
    now = node.clock.now()
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    gapped = await node.run.read(partial(feeds_missing, node=node, now=now))  # of 150 feeds nearly all are whole
    places = asyncio.Semaphore(FEEDS_AT_ONCE)

    async def fill(issuer: str) -> bool:
        async with places:
            return await _fill(node, issuer, offices=offices)

    ended = await asyncio.gather(*(fill(issuer) for issuer in gapped), return_exceptions=True)
    further: list[str] = []
    for issuer, more in zip(gapped, ended, strict=True):
        if isinstance(more, BaseException):  # one feed, however it broke, holds up no other
            log.error("pull-broke", office=issuer, error=type(more).__name__)
        elif more:
            further.append(issuer)
    return tuple(sorted(further))


def feeds_missing(connection: Connection, node: Node, *, now: datetime) -> tuple[str, ...]:
    """The members whose feed is not whole here, sorted."""
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    return tuple(sorted(office for office in offices if gaps.missing(connection, office) != []))


async def _fill(node: Node, issuer: str, *, offices: list[str]) -> bool:
    """True if a source had more to give than there was time for."""
    further = False
    for via in await _sources(node, issuer, offices=offices):
        missing = await node.run.read(partial(gaps.missing, issuer=issuer))
        if missing == []:
            return False
        patience = Patience(node, ends=node.clock.monotonic() + SOURCE_S)
        try:
            for first, last in await _wanted(node, issuer, missing, via=via):
                if not await pull_range(node, issuer=issuer, via=via, after=first - 1, until=last, patience=patience):
                    further = True
                    break
        except PeerError as error:
            log.info("pull-failed", office=issuer, peer=via, cause=cause_of(error))
    return further and await node.run.read(partial(gaps.missing, issuer=issuer)) != []


async def _wanted(
    node: Node, issuer: str, missing: list[tuple[int, int]] | None, *, via: str
) -> list[tuple[int, int | None]]:
    """What to ask a source for. The issuer accounts for all that it was asked for, so it is asked in order.

    A relay may not have the first of them, round after round: it is asked from some gap on, another each time.
    """
    if missing is None:
        return [(1 + await node.run.read(partial(gaps.reached, issuer=issuer)), None)]
    turn = 0 if via == issuer else int.from_bytes(node.random(4), "big") % max(1, len(missing))
    return [*_joined(missing[turn:]), *_joined(missing[:turn])]


async def _sources(node: Node, issuer: str, *, offices: list[str]) -> list[str]:
    """The issuer, then a few others, not always the same; nobody in back-off."""
    resting = await node.run.read(lambda connection: peers.resting(connection, now=node.clock.now()))
    others = [office for office in offices if office != issuer and office not in resting]
    turn = int.from_bytes(node.random(4), "big") % max(1, len(others))
    first = [] if issuer in resting else [issuer]
    return first + (others[turn:] + others[:turn])[:RELAYS]


def _joined(missing: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Gaps that are near each other as one."""
    joined: list[tuple[int, int]] = []
    for first, last in missing:
        if joined and first - joined[-1][1] <= NEAR:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
