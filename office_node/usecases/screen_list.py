"""A list of applications is filed and screened in the background, slowly enough that no officer waits for it.

Each row becomes a case: asking every office about somebody without a case would leave a trace there and none here. A
row whose application number is known is not filed again. After a kill the list goes on: a row is filed under an
idempotency key of its own, so none is filed twice.
"""

from collections import Counter
from datetime import timedelta
from functools import partial

from office_node.errors import AskerError
from office_node.node import Node
from office_node.store import cases, idempotency, leases, screening_lists, screenings
from office_node.store.screening_lists import Listed
from office_node.store.transactions import Connection
from office_node.usecases.asked_first import may_see_others
from office_node.usecases.file_case import file_case
from office_node.usecases.once import Once, remember, request_hash, seen_before
from office_node.usecases.own_tokens import application_tokens
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError
from shared_schemas.lists import ListedApplication, ListProgress, ScreeningList
from shared_schemas.office import FileCase
from shared_schemas.statement import Actor

KEPT_DAYS = 30
_TURN_S = 120.0
"""A process that was killed leaves the list to nobody else for so long."""
_SEALED = "screening_list_row"


async def take_screening_list(node: Node, told: ScreeningList, *, officer: Actor, once: Once) -> ListProgress:
    """Commit the list; the same request again gives the same one. IdempotencyMismatchError."""
    now, ref = node.clock.now(), node.new_ref()
    one = screening_lists.ScreeningList(
        ref, now, once.access_key, officer.role, officer.officer, len(told.applications)
    )

    def take(connection: Connection) -> str:
        if (seen := seen_before(connection, once)) is not None:
            return seen[0]
        sealed = (
            node.sealer.seal(_SEALED, f"{ref}/{number}", filing.model_dump_json().encode())
            for number, filing in enumerate(told.applications)
        )
        screening_lists.add(connection, one, sealed=sealed)
        remember(connection, once, case_ref=ref, now=now)
        enter(connection, node, act=Act("list-taken", now, officer, {"list": ref, "rows": one.total}))
        return ref

    taken = await node.run.write(take)
    node.errands.start_once("file-list", partial(file_waiting, node))
    return await list_progress(node, taken, officer=officer)


async def list_progress(node: Node, ref: str, *, officer: Actor) -> ListProgress:
    """How far it has come, row by row. CaseUnknownError."""

    def read(connection: Connection) -> ListProgress:
        one = screening_lists.get(connection, ref)
        if one is None:
            raise CaseUnknownError
        rows = [_row(connection, row, officer=officer) for row in screening_lists.rows(connection, ref)]
        counts = Counter(row.state for row in rows)
        return ListProgress(
            list=one.id, created_at=one.created_at, cancelled_at=one.cancelled_at, total=one.total,
            waiting=counts["waiting"], filed=counts["filed"], known=counts["known"], refused=counts["refused"],
            rows=tuple(rows),
        )  # fmt: skip

    return await node.run.read(read)


async def cancel_list(node: Node, ref: str, *, officer: Actor) -> ListProgress:
    """File no more of it; what is filed stays. CaseUnknownError, AlreadyDecidedError if nothing waits."""
    now = node.clock.now()

    def cancel(connection: Connection) -> None:
        if screening_lists.get(connection, ref) is None:
            raise CaseUnknownError
        left = screening_lists.cancel(connection, ref, at=now)
        if not left:
            raise AlreadyDecidedError
        enter(connection, node, act=Act("list-cancelled", now, officer, {"list": ref, "left": left}))

    await node.run.write(cancel)
    return await list_progress(node, ref, officer=officer)


async def file_waiting(node: Node) -> None:
    """File what waits, one after the other with a pause, in one process of the office at a time."""
    if await node.run.read(screening_lists.next_one) is None:
        return
    while await node.run.write(partial(_take_duty, node=node, holds_s=_TURN_S)):
        if not await file_next(node):
            await node.run.write(partial(_take_duty, node=node, holds_s=0.0))
            return
        await node.clock.sleep(node.settings.list_every_s)


def _take_duty(connection: Connection, *, node: Node, holds_s: float) -> bool:
    now = node.clock.now()
    return leases.take(connection, "lists", holder=node.process, now=now, until=now + timedelta(seconds=holds_s))


async def file_next(node: Node) -> bool:
    """File the next row that waits; False if none does."""
    row = await node.run.read(screening_lists.next_one)
    if row is None:
        return False
    one = await node.run.read(lambda connection: screening_lists.get(connection, row.list_id))
    if one is None or row.sealed is None:
        return False
    plain = node.sealer.unseal(_SEALED, f"{row.list_id}/{row.row}", row.sealed)
    filing = FileCase.model_validate_json(plain)
    known = await node.run.read(
        partial(_known, node=node, application_no=filing.application_no, row=row, key_id=one.key_id)
    )
    if known is not None:
        await node.run.write(lambda connection: screening_lists.done(connection, row, state="known", case_ref=known))
        return True
    officer = Actor(office=node.office, role=one.actor_role, officer=one.actor_officer)
    once = Once(one.key_id, _key(row), request_hash(plain))
    try:
        filed = await file_case(node, filing, officer=officer, once=once)
    except AskerError as error:
        code = error.code
        await node.run.write(lambda connection: screening_lists.done(connection, row, state="refused", problem=code))
        return True
    await node.run.write(
        lambda connection: screening_lists.done(
            connection, row, state="filed", case_ref=filed.case, screening=filed.screening
        )
    )
    return True


def _known(connection: Connection, *, node: Node, application_no: str, row: Listed, key_id: str) -> str | None:
    """A case with that number, other than the one that this row led to before a kill."""
    found = cases.with_token(connection, application_tokens(node, application_no))
    before = idempotency.find(connection, key_id, idem_key=_key(row))
    own = None if before is None else before.case_ref
    return next((ref for ref in found if ref != own), None)


def _key(row: Listed) -> str:
    return f"list-{row.list_id}-{row.row}"


def _row(connection: Connection, one: Listed, *, officer: Actor) -> ListedApplication:
    asked = [] if one.screening is None else screenings.asked(connection, one.screening)
    answered = sum(row.outcome in ("hit", "no_hit") for row in asked)
    hits = None
    if one.case_ref is not None and may_see_others(connection, one.case_ref, officer=officer):
        hits = sum(row.outcome == "hit" for row in asked)
    return ListedApplication(
        row=one.row, state=one.state, case=one.case_ref, screening=one.screening, problem=one.problem,
        asked=len(asked), answered=answered, hits=hits,
    )  # fmt: skip
