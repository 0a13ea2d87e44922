"""Cells of statistics, the periods that are frozen, and how far the log has been counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store import counters
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_SEPARATOR = "|"
_CURSOR, _CHANGE = "stats_cursor", "stats_change"
_ADD = HotStatement(
    "INSERT INTO stat_cell (period, name, dims, value, change) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (period, name, dims) DO UPDATE SET value = stat_cell.value + excluded.value,"
    " change = excluded.change"
)
_ADD_JOINT = HotStatement(
    "INSERT INTO stat_joint (period, family, dims, value) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (period, family, dims) DO UPDATE SET value = stat_joint.value + excluded.value"
)
_VALUE = HotStatement("SELECT value FROM stat_cell WHERE period = ? AND name = ? AND dims = ?")
_ROUND = HotStatement("UPDATE stat_cell SET rounded = ? WHERE period = ? AND name = ? AND dims = ?")
_JOINT = HotStatement("SELECT family, dims, value FROM stat_joint WHERE period = ?")
_DROP_JOINT = HotStatement("DELETE FROM stat_joint WHERE period = ?")
_AFTER = HotStatement(
    "SELECT period, name, dims, value, change FROM stat_cell WHERE change > ? ORDER BY change LIMIT ?"
)  # fmt: skip
_ROUNDED = HotStatement(
    "SELECT name, dims, rounded FROM stat_cell WHERE period = ? AND rounded > 0 ORDER BY name, dims"
)  # fmt: skip
_CLOSE = HotStatement("INSERT INTO stat_period (period, closed_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
_CLOSED = HotStatement("SELECT period, closed_at FROM stat_period ORDER BY period")
_IS_CLOSED = HotStatement("SELECT 1 FROM stat_period WHERE period = ?")
_OPEN = HotStatement(
    "SELECT DISTINCT period FROM stat_cell c WHERE NOT EXISTS (SELECT 1 FROM stat_period p WHERE p.period = c.period)"
)
_AWAIT = HotStatement("INSERT INTO stat_due (screening, due_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
_DUE = HotStatement("SELECT screening, due_at FROM stat_due WHERE due_at <= ? ORDER BY due_at, screening LIMIT ?")
_DONE = HotStatement("DELETE FROM stat_due WHERE screening = ?")
_FORGET = tuple(HotStatement(f"DELETE FROM {table} WHERE period < ?") for table in ("stat_cell", "stat_period"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is given out."""

    period: str
    name: str
    key: tuple[str, ...]
    value: int
    change: int


def cursor(connection: Connection) -> int:
    """The id of the last entry that was counted."""
    return counters.read(connection).get(_CURSOR, 0)


def counted_to(connection: Connection, entry: int) -> None:
    """Every entry up to this one is counted."""
    counters.raise_to(connection, _CURSOR, value=entry)


def add(connection: Connection, amounts: Mapping[tuple[str, str, tuple[str, ...]], int]) -> None:
    """Add to cells, by (period, table, key)."""
    change = counters.read(connection).get(_CHANGE, 0)
    for (period, name, key), amount in amounts.items():
        if amount:
            change += 1
            _ADD.run(connection, (period, name, _SEPARATOR.join(key), amount, change))
    counters.raise_to(connection, _CHANGE, value=change)


def add_joint(connection: Connection, amounts: Mapping[tuple[str, str, tuple[str, ...]], int]) -> None:
    """Add to cells of families, by (month, family, values)."""
    rows = [(month, family, _SEPARATOR.join(values), amount) for (month, family, values), amount in amounts.items()]
    if rows:
        _ADD_JOINT.run_many(connection, rows)


def value(connection: Connection, period: str, name: str, *, key: tuple[str, ...]) -> int:
    """What a cell stands at; 0 without one."""
    row = _VALUE.row(connection, (period, name, _SEPARATOR.join(key)))
    return 0 if row is None else int(row[0])


def joint(connection: Connection, month: str) -> dict[str, dict[tuple[str, ...], int]]:
    """The cells of a month by family."""
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for family, dims, amount in _JOINT.rows(connection, (month,)):
        found.setdefault(family, {})[tuple(dims.split(_SEPARATOR))] = int(amount)
    return found


def close(connection: Connection, period: str, *, at: datetime) -> None:
    """Nothing in it changes any more; what only the rounding needed goes."""
    _CLOSE.run(connection, (period, to_ms(at)))
    _DROP_JOINT.run(connection, (period,))


def put_rounded(connection: Connection, period: str, *, cells: Mapping[tuple[str, tuple[str, ...]], int]) -> None:
    """What the cells of a month are for the public."""
    rows = [(told, period, name, _SEPARATOR.join(key)) for (name, key), told in cells.items()]
    if rows:
        _ROUND.run_many(connection, rows)


def closed(connection: Connection) -> dict[str, datetime]:
    """Every frozen period, and since when."""
    return {row[0]: from_ms(row[1]) for row in _CLOSED.rows(connection)}


def is_closed(connection: Connection, period: str) -> bool:
    """Whether a period is frozen."""
    return _IS_CLOSED.row(connection, (period,)) is not None


def open_periods(connection: Connection) -> list[str]:
    """Periods with cells that are not frozen."""
    return sorted(row[0] for row in _OPEN.rows(connection))


def changed_after(connection: Connection, change: int, *, limit: int) -> list[Cell]:
    """Cells that were changed after that, in the order of their last change."""
    return [_cell(row) for row in _AFTER.rows(connection, (change, limit))]


def rounded(connection: Connection, month: str) -> list[tuple[str, tuple[str, ...], int]]:
    """(table, key, value) of a closed month as the public is told."""
    return [
        (row[0], tuple(row[1].split(_SEPARATOR)), int(row[2])) for row in _ROUNDED.rows(connection, (month,))
    ]  # fmt: skip


def await_answers(connection: Connection, screening: str, *, until: datetime) -> None:
    """The screening's answers are counted at that time."""
    _AWAIT.run(connection, (screening, to_ms(until)))


def due_screenings(connection: Connection, *, now: datetime, limit: int) -> list[tuple[str, datetime]]:
    """Those whose time has come, and when that was."""
    return [(row[0], from_ms(row[1])) for row in _DUE.rows(connection, (to_ms(now), limit))]


def answers_counted(connection: Connection, screenings: Iterable[str]) -> None:
    """They are counted once."""
    for screening in screenings:
        _DONE.run(connection, (screening,))


def forget(connection: Connection, *, before: str) -> int:
    """Drop periods before this one; how many rows."""
    return sum(statement.run(connection, (before,)) for statement in _FORGET)


def _cell(row: tuple[Any, ...]) -> Cell:
    return Cell(row[0], row[1], tuple(row[2].split(_SEPARATOR)), int(row[3]), int(row[4]))
