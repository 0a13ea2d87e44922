"""Every sealed value of the database, so that it can be sealed anew when the storage key changes, a page at a time.

A row is changed only if it still holds what was read: whoever else changes it seals under the newest key anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.sealing import Sealer


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values: its table and primary key, and what binds a value to its row."""

    table: str
    key: tuple[str, ...]
    column: str
    context: str
    bound_to: Callable[[tuple[Any, ...]], str]
    also: tuple[str, ...] = ()


def _first(row: tuple[Any, ...]) -> str:
    return str(row[0])


SEALED = (
    Sealed("office_case", ("ref",), "person_sealed", "office_case", _first),
    Sealed("office_case", ("ref",), "condition_sealed", "office_case.condition", _first),
    Sealed("asked", ("screening", "office"), "history_sealed", "asked.history", lambda row: f"{row[0]}/{row[1]}"),
    Sealed("alert", ("id",), "note_sealed", "alert.note", _first),
    Sealed(
        "verdict", ("case_ref", "office", "other_case"), "reason_sealed", "verdict.reason",
        lambda row: "/".join(map(str, row[:3])),
    ),
    Sealed("entry", ("id",), "body_sealed", "entry", lambda row: bytes(row[1]).hex(), also=("leaf",)),
    Sealed("entry", ("id",), "attached_sealed", "entry.attached", lambda row: bytes(row[1]).hex(), also=("leaf",)),
    Sealed("log_evidence", ("id",), "body_sealed", "log_evidence", _first),
    Sealed("case_answer", ("case_ref", "code"), "answer_sealed", "case_answer", lambda row: f"{row[0]}/{row[1]}"),
    Sealed("assessment", ("case_ref",), "result_sealed", "assessment", _first),
    Sealed("officer_account", ("officer",), "name_sealed", "officer_account.name", _first),
    Sealed("officer_account", ("officer",), "password_sealed", "officer_account.password", _first),
    Sealed("officer_account", ("officer",), "totp_sealed", "officer_account.totp", _first),
    Sealed("officer_account", ("officer",), "totp_pending_sealed", "officer_account.totp_pending", _first),
    Sealed("case_step", ("case_ref", "step"), "said_sealed", "case_step", lambda row: f"{row[0]}/{row[1]}"),
    Sealed("case_flag", ("case_ref",), "note_sealed", "case_flag.note", _first),
    Sealed("case_former", ("request",), "former_sealed", "case_former", _first),
    Sealed("case_request", ("id",), "asked_sealed", "case_request.asked", _first),
    Sealed("case_request", ("id",), "answer_sealed", "case_request.answer", _first),
    Sealed("unscreened_passport", ("id",), "passport_sealed", "unscreened_passport", _first),
    Sealed("unscreened_passport", ("id",), "note_sealed", "unscreened_passport.note", _first),
    Sealed("webhook", ("id",), "secret_sealed", "webhook", _first),
    Sealed(
        "screening_list_row", ("list_id", "row"), "filing_sealed", "screening_list_row",
        lambda row: f"{row[0]}/{row[1]}",
    ),
    Sealed("case_document", ("case_ref", "kind"), "said_sealed", "case_document", lambda row: f"{row[0]}/{row[1]}"),
    Sealed("outreach_visit", ("id",), "note_sealed", "outreach_visit.note", _first),
    Sealed("outreach_session", ("id",), "told_sealed", "outreach_session", _first),
    Sealed("outreach_follow_up", ("id",), "what_sealed", "outreach_follow_up.what", _first),
    Sealed("outreach_follow_up", ("id",), "outcome_sealed", "outreach_follow_up.outcome", _first),
    Sealed("recruiter_report", ("id",), "told_sealed", "recruiter_report", _first),
    Sealed("recruiter_report", ("id",), "note_sealed", "recruiter_report.note", _first),
)  # fmt: skip


def left(connection: Connection, sealed: Sealed, *, sealer: Sealer) -> int:
    """How many values are still sealed under another key than the current one."""
    head = sealer.head
    row = HotStatement(
        f"SELECT count(*) FROM {sealed.table} WHERE {sealed.column} IS NOT NULL AND length({sealed.column}) > 0"
        f" AND substr({sealed.column}, 1, {len(head)}) <> ?"
    ).row(connection, (head,))
    return 0 if row is None else int(row[0])


def move(
    connection: Connection, sealed: Sealed, *, sealer: Sealer, after: tuple[Any, ...] | None, limit: int
) -> tuple[int, tuple[Any, ...] | None]:
    """Seal the next page anew; how many were, and the key to go on after (None at the end)."""
    rows = _page(connection, sealed, head=sealer.head, after=after, limit=limit)
    set_to = HotStatement(
        f"UPDATE {sealed.table} SET {sealed.column} = ? WHERE {' AND '.join(f'{name} = ?' for name in sealed.key)}"
        f" AND {sealed.column} = ?"
    )
    width = len(sealed.key)
    for row in rows:
        before, bound = bytes(row[-1]), sealed.bound_to(row)
        plain = sealer.unseal(sealed.context, bound, before)
        set_to.run(connection, (sealer.seal(sealed.context, bound, plain), *row[:width], before))
    return len(rows), (tuple(rows[-1][:width]) if len(rows) == limit else None)


def _page(
    connection: Connection, sealed: Sealed, *, head: bytes, after: tuple[Any, ...] | None, limit: int
) -> list[tuple[Any, ...]]:
    columns, keys = ", ".join((*sealed.key, *sealed.also, sealed.column)), ", ".join(sealed.key)
    beyond = "" if after is None else f" AND ({keys}) > ({', '.join('?' * len(sealed.key))})"
    statement = HotStatement(
        f"SELECT {columns} FROM {sealed.table} WHERE {sealed.column} IS NOT NULL AND length({sealed.column}) > 0"
        f" AND substr({sealed.column}, 1, {len(head)}) <> ?{beyond} ORDER BY {keys} LIMIT ?"
    )
    return [tuple(row) for row in statement.rows(connection, (head, *(after or ()), limit))]
