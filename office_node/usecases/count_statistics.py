"""Statistics are counted from the office's own log, each entry once, and frozen when their period is over.

The cells and how far the log was counted are one transaction. What comes after its period was frozen counts in the
present one, so that nothing that was told ever changes.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from office_node.domain.statistics import FAMILIES, is_over, last_day, month_of, next_month, rounded_tables, week_of
from office_node.node import Node
from office_node.store import entries, issued_lists, meta, screenings, stats
from office_node.store.transactions import Connection
from office_node.usecases.statistic_events import COUNTERS, Counted, counted_of

PAGE = 2000
"""Ids of entries in a transaction; most entries are about other offices' questions and count nothing."""
ANSWERS_AFTER = timedelta(hours=24)
_SCREENINGS_AT_ONCE = 50
_TYPES = (*COUNTERS, "issued-list")
_FROZEN_ON = "stats_frozen_on"
_SEED_BYTES = 32
Amounts = Counter[tuple[str, str, tuple[str, ...]]]


async def count_statistics(node: Node) -> None:
    """Count whatever has happened until now, and freeze what is over. Costs one look-up while there is nothing."""
    now = node.clock.now()
    if await node.run.read(lambda connection: entries.last_id(connection) > stats.cursor(connection)):
        while await node.run.write(partial(_count_page, node=node)):
            pass
    if await node.run.read(lambda connection: bool(stats.due_screenings(connection, now=now, limit=1))):
        while await node.run.write(partial(_count_answers, node=node, now=now)):
            pass
    today = node.workdays.today(now)
    if await node.run.read(lambda connection: meta.get(connection, _FROZEN_ON)) != today.isoformat():
        await node.run.write(partial(_freeze, node=node, now=now))


def _count_page(connection: Connection, *, node: Node) -> bool:
    """One page of the log; whether there may be more."""
    after, newest = stats.cursor(connection), entries.last_id(connection)
    last = min(after + PAGE, newest)
    found: list[Counted] = []
    lists: set[date] = set()
    for entry in entries.of_types(connection, _TYPES, after=after, last=last):
        if entry.type == "inquiry" and entry.inquiry is not None:
            stats.await_answers(connection, entry.inquiry, until=entry.at + ANSWERS_AFTER)
        if entry.type == "issued-list":
            lists |= _day_of_list(node, entry)
        else:
            found += counted_of(connection, node, entry)
    _add(connection, node, found)
    _count_lists(connection, days=lists)
    stats.counted_to(connection, last)
    return last < newest


def _add(connection: Connection, node: Node, found: Iterable[Counted]) -> None:
    closed, today = set(stats.closed(connection)), node.workdays.today(node.clock.now())
    cells: Amounts = Counter()
    joint: Amounts = Counter()
    for one in found:
        month = _open(month_of, one.day, closed=closed, today=today)
        week = _open(week_of, one.day, closed=closed, today=today)
        joint[month, one.family, one.values] += one.amount
        for name, key in FAMILIES[one.family].keys_of(one.values):
            cells[month, name, key] += one.amount
            cells[week, name, key] += one.amount
    stats.add_joint(connection, joint)
    stats.add(connection, cells)


def _open(period_of: Callable[[date], str], day: date, *, closed: Collection[str], today: date) -> str:
    """The period of that day, or the present one if that is frozen."""
    period = period_of(day)
    return period_of(today) if period in closed else period


def _day_of_list(node: Node, entry: entries.Entry) -> set[date]:
    if entry.body_sealed is None:
        return set()
    said = json.loads(node.sealer.unseal("entry", entry.leaf.hex(), entry.body_sealed))
    return {date.fromisoformat(said["day"])}


def _count_lists(connection: Connection, *, days: Iterable[date]) -> None:
    """A list may be sent anew: what counts is what the lists of the period say now."""
    closed = stats.closed(connection)
    for period in {period for day in days for period in (month_of(day), week_of(day))} - set(closed):
        last = last_day(period)
        first = last - timedelta(days=6) if "W" in period else last.replace(day=1)
        for state, total in zip(
            ("listed", "unscreened"), issued_lists.sums(connection, first=first, last=last), strict=True
        ):
            more = total - stats.value(connection, period, "issued", key=(state,))
            stats.add(connection, {(period, "issued", (state,)): more})
            if "W" not in period:
                stats.add_joint(connection, {(period, "issued", (state,)): more})


def _count_answers(connection: Connection, *, node: Node, now: datetime) -> bool:
    """What other offices had answered a day after some screenings began; whether there may be more of them."""
    due = stats.due_screenings(connection, now=now, limit=_SCREENINGS_AT_ONCE)
    found: list[Counted] = []
    for screening, due_at in due:
        day = node.workdays.today(due_at - ANSWERS_AFTER)
        asked = screenings.asked(connection, screening)
        if not asked:
            continue
        said = [one.outcome if one.outcome in ("hit", "no_hit") else "unknown" for one in asked]
        found += [Counted("answers", (answer,), day, amount) for answer, amount in sorted(Counter(said).items())]
        found.append(Counted("screenings", ("incomplete" if "unknown" in said else "complete",), day))
        if _is_first(connection, screening):
            found += [Counted("hops", (one.office,), day) for one in asked if one.outcome == "hit"]
    _add(connection, node, found)
    stats.answers_counted(connection, [screening for screening, _ in due])
    return len(due) == _SCREENINGS_AT_ONCE


def _is_first(connection: Connection, screening: str) -> bool:
    row = screenings.find(connection, screening)
    return row is not None and screenings.of_case(connection, row.case_ref)[:1] == [screening]


def _freeze(connection: Connection, *, node: Node, now: datetime) -> None:
    """Close what is over, and round what the public is told of it: once, with a seed that is kept nowhere."""
    today, closed, begun = node.workdays.today(now), stats.closed(connection), stats.open_periods(connection)
    periods = {*begun, *_months_between(closed, begun, today=today)}
    for period in sorted(periods - set(closed)):
        if not is_over(period, today=today):
            continue
        seed = node.random(_SEED_BYTES)
        for name, cells in stats.joint(connection, period).items():
            if FAMILIES[name].public:
                told = rounded_tables(cells, family=FAMILIES[name], seed=seed)
                stats.put_rounded(connection, period, cells=told)
        stats.close(connection, period, at=now)
    meta.put(connection, _FROZEN_ON, value=today.isoformat())


def _months_between(closed: Iterable[str], open_ones: Iterable[str], *, today: date) -> set[str]:
    """Months in which nothing happened are closed as well, from the first one on."""
    known = sorted(period for period in (*closed, *open_ones) if "W" not in period)
    months: set[str] = set()
    month = known[0] if known else month_of(today)
    while month < month_of(today):
        months.add(month)
        month = next_month(month)
    return months
