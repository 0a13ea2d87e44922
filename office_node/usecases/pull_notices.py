"""Pulling what is missing: named traces, gaps in a feed, and everything live when a node is new.

From the issuer, or from any peer that holds it; a statement proves itself wherever it comes from.
"""

from collections.abc import Iterable
from functools import partial

from pydantic import ValidationError

from office_node.errors import JejakError, PeerAnswerInvalidError, PeerError
from office_node.node import Node
from office_node.store import feeds, notices
from office_node.store.transactions import Connection
from office_node.usecases.accept import read_body, to_statement
from office_node.usecases.greet import keep_facts
from office_node.usecases.take_notice import take_pulled
from office_node.usecases.trusting import write_trusting
from shared_schemas.inquiry import TraceRef
from shared_schemas.trace import Hello, NoticePage


async def pull_named(node: Node, traces: Iterable[TraceRef], *, office: str) -> None:
    """Fetch the traces that an answer names and this node lacks, from the office that named them."""
    named = list(traces)
    if not named:
        return

    def lacking(connection: Connection) -> list[TraceRef]:
        held = [(t, notices.get(connection, t.issuer, case_ref=t.case)) for t in named]
        return [t for t, one in held if t.issuer != node.office and (one is None or one.revision < t.revision)]

    for trace in await node.run.read(lacking):
        await pull_page(node, issuer=trace.issuer, via=office, after=trace.number - 1, until=trace.number)


async def pull_page(node: Node, *, issuer: str, via: str, after: int, until: int | None = None) -> int | None:
    """One page of an office's feed from `via`; the number to go on after, or None at its end. PeerError."""
    query = f"?issuer={issuer}&after={after}" + (f"&until={until}" if until else "")
    raw = await node.peers.get(via, f"/federation/v1/notices{query}", timeout_s=node.settings.peer_timeout_s)
    now = node.clock.now()
    try:
        page = NoticePage.model_validate_json(raw)
        statements = [to_statement(envelope) for envelope in page.notices]
        hello = None if page.hello is None else to_statement(page.hello)
        facts = None if hello is None else read_body(node, hello, model=Hello, issuer=issuer, now=now).facts
    except (ValidationError, JejakError) as error:
        raise PeerAnswerInvalidError("malformed-page") from error

    def keep(connection: Connection) -> None:
        node.roster.check(connection)
        take_pulled(connection, node, envelopes=statements, via=via, now=now)
        if facts is not None and hello is not None:
            keep_facts(connection, issuer, facts, statement=hello)

    await write_trusting(node, keep)
    return page.next_after


async def pull_gaps(node: Node) -> int:
    """Look for gaps in every member's feed and fetch them, from the issuer first; how many pages came."""
    now = node.clock.now()
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    pages = 0
    for issuer in offices:
        first = await node.run.read(partial(feeds.first_missing, issuer=issuer))
        if first is None:
            continue
        for via in [issuer, *(office for office in offices if office != issuer)][:3]:
            try:
                after: int | None = first - 1
                while after is not None:
                    after = await pull_page(node, issuer=issuer, via=via, after=after)
                    pages += 1
                break
            except PeerError:
                continue
    return pages


async def pull_live(node: Node) -> bool:
    """A new member's first act: the live notices of every member. True once all feeds are accounted for."""
    now = node.clock.now()
    offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
    whole = True
    for issuer in offices:
        known = await node.run.read(partial(feeds.hello_last, issuer=issuer))
        if known is not None:
            continue
        whole = await _pull_whole(node, issuer, offices=offices) and whole
    return whole


async def _pull_whole(node: Node, issuer: str, *, offices: list[str]) -> bool:
    for via in [issuer, *(office for office in offices if office != issuer)]:
        try:
            after: int | None = 0
            while after is not None:
                after = await pull_page(node, issuer=issuer, via=via, after=after)
        except PeerError:
            continue
        return True
    return False
