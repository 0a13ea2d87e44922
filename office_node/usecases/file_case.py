"""Filing a case: person, keys, notice r1, inquiry, one question per member: one transaction, before anything is sent.

So of two offices that file at the same moment both see the other: each has committed before it asks.
"""

from datetime import datetime, timedelta

from office_node.domain.findings import birth_date_in_future, findings
from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import Visibility, is_minor, visibility
from office_node.node import Node
from office_node.store import cases, office_events
from office_node.store.transactions import Connection
from office_node.usecases.enumeration import note_filing
from office_node.usecases.once import Once, remember, seen_before
from office_node.usecases.own_tokens import case_tokens
from office_node.usecases.pattern_tokens import keep_phones
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import BirthDateInFutureError, PaperTimeError
from office_node.usecases.renewed import write_stretched
from office_node.usecases.screen_case import follow, open_screening
from office_node.usecases.visible import seal_case
from shared_schemas.base import rfc3339
from shared_schemas.office import CaseFiled, FileCase
from shared_schemas.office import Finding as FindingView
from shared_schemas.statement import Actor

KEEP_DAYS = 5 * 366
OLDEST_PAPER = timedelta(days=30)
"""How long ago a case that is entered now may have been taken on paper."""


async def file_case(node: Node, filing: FileCase, *, officer: Actor, once: Once) -> CaseFiled:
    """Commit the case and start its screening. BirthDateInFutureError, PaperTimeError, IdempotencyMismatchError."""
    now = node.clock.now()
    if birth_date_in_future(filing.person.birth_date, today=now.date()):
        raise BirthDateInFutureError
    if filing.paper is not None and not now - OLDEST_PAPER <= filing.paper.taken_at <= now:
        raise PaperTimeError
    seen = await node.run.read(lambda connection: seen_before(connection, once))
    if seen is None:
        made, is_new = await write_stretched(
            node,
            filing.person,
            lambda connection, keys: _file(connection, node, filing, keys=keys, officer=officer, once=once, now=now),
        )
        seen = made
        if is_new:  # else the same request, sent twice at once, has been committed meanwhile
            await follow(node, seen[1])
    kinds = frozenset(node.roster.current().roster.kinds)
    return CaseFiled(
        case=seen[0],
        screening=seen[1],
        findings=tuple(
            FindingView(code=f.code, field=f.field, text_id=f.text_id, text_en=f.text_en)
            for f in findings(filing.person, today=now.date(), kinds=kinds)
        ),
    )


def _file(
    connection: Connection, node: Node, filing: FileCase, *, keys: PersonKeys, officer: Actor,
    once: Once, now: datetime,
) -> tuple[tuple[str, str], bool]:  # fmt: skip
    if (again := seen_before(connection, once)) is not None:
        return again, False
    ref, seen = _insert(connection, node, filing, keys=keys, now=now)
    office_events.add(connection, "case_filed", at=now, case_ref=ref, detail={})
    note_filing(connection, node, filing.person, key=once.access_key, officer=officer, now=now)
    if filing.paper is not None:
        members = {"case": ref, "taken_at": rfc3339(filing.paper.taken_at), "because": filing.paper.because}
        enter(connection, node, act=Act("paper-entered", now, officer, members, case_ref=ref))
    notice = publish_notice(
        connection, node, case_ref=ref, keys=keys, standing=Standing("under_examination", None, seen),
        actor=officer, now=now, deliver=not keys.index,  # else the inquiry carries it
    )  # fmt: skip
    screening = open_screening(
        connection, node, case_ref=ref, notice=notice, keys=keys, purpose=filing.purpose, actor=officer, now=now
    )
    remember(connection, once, case_ref=ref, screening=screening, now=now)
    return (ref, screening), True


def _insert(
    connection: Connection, node: Node, filing: FileCase, *, keys: PersonKeys, now: datetime
) -> tuple[str, Visibility]:
    """The case with its sealed person and the office's own look-up tokens; its reference, and who sees it how long."""
    ref = node.new_ref()
    filed_at = filing.paper.taken_at if filing.paper is not None else now
    minor = is_minor(filing.person.birth_date, today=filed_at.date())
    seen = visibility("under_examination", since=now, minor=minor)
    cases.insert(
        connection,
        cases.OfficeCase(
            ref=ref,
            sealed=seal_case(node, ref=ref, person=filing.person, application_no=filing.application_no, keys=keys),
            filed_at=filed_at,
            standing="under_examination",
            reason_group=None,
            until=seen.until,
            lapses_at=seen.lapses_at,
            decided_at=None,
            revision=0,
            number=0,
            minor=minor,
            condition_sealed=None,
            keep_until=now + timedelta(days=KEEP_DAYS),
            updated_at=now,
            entered_at=None if filing.paper is None else now,
        ),
        local_tokens=case_tokens(node, filing.person, application_no=filing.application_no),
    )
    keep_phones(connection, node, case_ref=ref, person=filing.person, at=now)
    return ref, seen
