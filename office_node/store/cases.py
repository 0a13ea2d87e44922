"""The office's own cases. The person is one sealed blob; exact look-up tokens under the office's local key find her."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.domain.candidates import CROWD, rank
from office_node.store.errors import StoreError
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_COLUMNS = (
    "ref, person_sealed, filed_at, standing, reason_group, until, lapses_at, decided_at, revision, number, minor,"
    " condition_sealed, keep_until, updated_at, handed_to, state, step, since, due_at,"
    " entered_at"
)
_INSERT = HotStatement(f"INSERT INTO office_case ({_COLUMNS}) VALUES ({', '.join('?' * 20)})")
_GET = HotStatement(f"SELECT {_COLUMNS} FROM office_case WHERE ref = ?")
_KEY = HotStatement("INSERT INTO own_key (token, case_ref) VALUES (?, ?) ON CONFLICT DO NOTHING")
_TOKENS = HotStatement("SELECT token FROM own_key WHERE case_ref = ?")
_UNKEY = HotStatement("DELETE FROM own_key WHERE case_ref = ?")
_REFS = HotStatement("SELECT ref FROM office_case WHERE ref > ? ORDER BY ref LIMIT ?")
_FIND = HotStatement(f"SELECT case_ref FROM own_key WHERE token = ? LIMIT {CROWD + 1}")
_ROWS = 1_000_000
"""What the rarity of a token is reckoned against: a large office's cases. It changes hardly anything in the order."""
_RECOVERED = HotStatement(
    "UPDATE office_case SET standing = ?, reason_group = ?, until = ?, lapses_at = ?, revision = ?, number = ?,"
    " state = ? WHERE ref = ? AND revision < ?"
)
_RENUMBER = HotStatement("UPDATE office_case SET revision = ?, number = ? WHERE ref = ?")
_MOVE = HotStatement(
    "UPDATE office_case SET standing = ?, reason_group = ?, until = ?, lapses_at = ?, decided_at = ?,"
    " condition_sealed = ?, updated_at = ?, state = ?, step = ?, since = ?, due_at = ? WHERE ref = ?"
)
_END_HERE = HotStatement(
    "UPDATE office_case SET standing = 'cleared', reason_group = NULL, until = NULL, lapses_at = NULL,"
    " decided_at = ?, updated_at = ?, due_at = ? WHERE ref = ?"
)
NEVER = 2**53
"""Stands in the column for no due time; so what is due comes first in one index on both databases."""
_CORRECT = HotStatement("UPDATE office_case SET person_sealed = ?, minor = ?, updated_at = ? WHERE ref = ?")
_HAND_OVER = HotStatement("UPDATE office_case SET handed_to = ? WHERE ref = ?")
_DELETE = HotStatement("DELETE FROM office_case WHERE ref = ?")
_RESEAL = HotStatement("UPDATE office_case SET person_sealed = ? WHERE ref = ? AND person_sealed = ?")
_SEEN = HotStatement("SELECT ref FROM office_case WHERE until > ? AND ref > ? ORDER BY ref LIMIT ?")
_ASK_UNTIL = HotStatement("UPDATE screening SET ask_until = ? WHERE case_ref = ?")
_REVIVE = HotStatement(
    "UPDATE asked SET due_at = ? WHERE screening IN (SELECT id FROM screening WHERE case_ref = ?)"
    " AND state <> 'done' AND due_at IS NULL AND claimed_until IS NULL"
)


@dataclass(frozen=True, slots=True)
class OfficeCase:
    """One case as it is kept."""

    ref: str
    sealed: bytes
    filed_at: datetime
    standing: Any
    reason_group: Any
    until: datetime | None
    lapses_at: datetime | None
    decided_at: datetime | None
    revision: int
    number: int
    minor: bool
    condition_sealed: bytes | None
    keep_until: datetime
    updated_at: datetime
    handed_to: str | None = None
    state: Any = "filed"
    step: int = 0
    since: datetime | None = None
    due_at: datetime | None = None
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundLocal:
    """Own cases found by look-up tokens, and whether there may be more like it."""

    refs: list[str]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step changes."""

    state: str
    step: int
    since: datetime
    due_at: datetime | None
    standing: str
    reason_group: str | None
    until: datetime | None
    lapses_at: datetime | None
    decided_at: datetime | None
    condition_sealed: bytes | None


def insert(connection: Connection, case: OfficeCase, *, local_tokens: Iterable[int]) -> None:
    """Add a case and the tokens by which the office finds it."""
    _INSERT.run(
        connection,
        (
            case.ref, case.sealed, to_ms(case.filed_at), case.standing, case.reason_group,
            to_ms_or_none(case.until), to_ms_or_none(case.lapses_at), to_ms_or_none(case.decided_at),
            case.revision, case.number, case.minor, case.condition_sealed, to_ms(case.keep_until),
            to_ms(case.updated_at), case.handed_to, case.state, case.step, to_ms(case.since or case.filed_at),
            _due(case.due_at), to_ms_or_none(case.entered_at),
        ),
    )  # fmt: skip
    _KEY.run_many(connection, [(token, case.ref) for token in local_tokens])


def take_back(connection: Connection, case: OfficeCase, *, local_tokens: Iterable[int]) -> None:
    """A case that had been handed over is this office's again, as it comes."""
    _UNKEY.run(connection, (case.ref,))
    _DELETE.run(connection, (case.ref,))
    insert(connection, case, local_tokens=local_tokens)


def hand_over(connection: Connection, ref: str, *, to: str) -> None:
    """From now on that office decides on the case."""
    _HAND_OVER.run(connection, (to, ref))


def refs(connection: Connection, *, after: str, limit: int) -> list[str]:
    """References of all cases in their order."""
    return [str(row[0]) for row in _REFS.rows(connection, (after, limit))]


def tokens_of(connection: Connection, ref: str) -> set[int]:
    """The tokens by which the office finds a case."""
    return {int(row[0]) for row in _TOKENS.rows(connection, (ref,))}


def retoken(connection: Connection, ref: str, *, local_tokens: Iterable[int]) -> None:
    """Find a case by these tokens, and by no other."""
    _UNKEY.run(connection, (ref,))
    _KEY.run_many(connection, [(token, ref) for token in local_tokens])


def get(connection: Connection, ref: str) -> OfficeCase | None:
    """A case."""
    row = _GET.row(connection, (ref,))
    return None if row is None else _case(row)


def must_get(connection: Connection, ref: str) -> OfficeCase:
    """A case that another row refers to; StoreError if the database contradicts itself."""
    case = get(connection, ref)
    if case is None:
        raise StoreError("case-missing")
    return case


def by_refs(connection: Connection, refs: Sequence[str]) -> list[OfficeCase]:
    """These cases, in this order; unknown ones are left out."""
    return [case for case in (get(connection, ref) for ref in refs) if case is not None]


def find_local(connection: Connection, tokens: Iterable[int], *, limit: int) -> FoundLocal:
    """Cases that share look-up tokens, those that share the rarest first (`candidates.rank`)."""
    postings = [[str(row[0]) for row in _FIND.rows(connection, (token,))] for token in tokens]
    ranked = rank(postings, rows=_ROWS, limit=limit)
    return FoundLocal([ref for ref, _ in ranked.found], truncated=ranked.truncated)


def with_token(connection: Connection, tokens: Iterable[int]) -> list[str]:
    """References of cases that have one of these tokens, each once."""
    return list(dict.fromkeys(str(row[0]) for token in tokens for row in _FIND.rows(connection, (token,))))


def renumber(connection: Connection, ref: str, *, revision: int, number: int) -> None:
    """The case's newest notice has this revision and number."""
    _RENUMBER.run(connection, (revision, number, ref))


def move(connection: Connection, ref: str, *, moved: Moved, now: datetime) -> None:
    """Record where the case is and stands now."""
    _MOVE.run(
        connection,
        (
            moved.standing, moved.reason_group, to_ms_or_none(moved.until), to_ms_or_none(moved.lapses_at),
            to_ms_or_none(moved.decided_at), moved.condition_sealed, to_ms(now), moved.state, moved.step,
            to_ms(moved.since), _due(moved.due_at), ref,
        ),
    )  # fmt: skip


def correct(connection: Connection, ref: str, *, sealed: bytes, minor: bool, now: datetime) -> None:
    """The person's data are these."""
    _CORRECT.run(connection, (sealed, minor, to_ms(now), ref))


def end_here(connection: Connection, ref: str, *, at: datetime) -> None:
    """The case goes on at another office: nothing of it is to be seen or done here any more."""
    _END_HERE.run(connection, (to_ms(at), to_ms(at), NEVER, ref))


def recovered(
    connection: Connection, ref: str, *, standing: str, reason_group: str | None, until: datetime | None,
    lapses_at: datetime | None, revision: int, number: int, state: str,
) -> None:  # fmt: skip
    """What peers hold of this case is newer than what was put back from a backup: it stands as they were told."""
    told = (standing, reason_group, to_ms_or_none(until), to_ms_or_none(lapses_at), revision, number, state)
    _RECOVERED.run(connection, (*told, ref, revision))


def reseal(connection: Connection, ref: str, *, before: bytes, sealed: bytes) -> bool:
    """Replace the sealed blob; False, and nothing changes, if it is not `before` any more."""
    return _RESEAL.run(connection, (sealed, ref, before)) == 1


def seen_by_peers(connection: Connection, *, now: datetime, after: str, limit: int) -> list[str]:
    """References of cases whose notice is in force, in their order from `after`."""
    return [str(row[0]) for row in _SEEN.rows(connection, (to_ms(now), after, limit))]


def ask_until(connection: Connection, ref: str, *, at: datetime, now: datetime) -> None:
    """Silent offices are asked about this case until then; questions that had been given up are due again."""
    ask_no_more(connection, ref, at=at)
    _REVIVE.run(connection, (to_ms(now), ref))


def ask_no_more(connection: Connection, ref: str, *, at: datetime) -> None:
    """Nobody is asked about this case after that."""
    _ASK_UNTIL.run(connection, (to_ms(at), ref))


def _case(row: tuple[Any, ...]) -> OfficeCase:
    return OfficeCase(
        ref=row[0],
        sealed=bytes(row[1]),
        filed_at=from_ms(row[2]),
        standing=row[3],
        reason_group=row[4],
        until=from_ms_or_none(row[5]),
        lapses_at=from_ms_or_none(row[6]),
        decided_at=from_ms_or_none(row[7]),
        revision=int(row[8]),
        number=int(row[9]),
        minor=bool(row[10]),
        condition_sealed=None if row[11] is None else bytes(row[11]),
        keep_until=from_ms(row[12]),
        updated_at=from_ms(row[13]),
        handed_to=row[14],
        state=row[15],
        step=int(row[16]),
        since=from_ms(row[17]),
        due_at=_from_due(row[18]),
        entered_at=from_ms_or_none(row[19]),
    )


def _due(moment: datetime | None) -> int:
    return NEVER if moment is None else to_ms(moment)


def _from_due(value: Any) -> datetime | None:
    return None if int(value) == NEVER else from_ms(value)
