"""The invented registers that the demonstration imports: a few thousand cases, spread as Lampung's are.

Among them are people who tried a second office after an adverse decision, and others who only look like them: namesakes
of one birth date, siblings, twins.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.simulator.people import Application, applications
from shared_schemas.base import rfc3339

SEED = 20261124


def registers(people: int, *, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Rows of `RegisterRow` by office: so many and a few more. An application still open is *under examination*."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for office, row in _rows(people, now=now):
        rows.setdefault(office, []).append(row)
    return rows


def _rows(people: int, *, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in applications(people, seed=SEED, now=now, hops=True):
        yield one.office, _row(one)


def _row(one: Application) -> dict[str, Any]:
    outcome = one.outcome
    return {
        "application_no": one.application_no,
        "person": one.person.model_dump(mode="json"),
        "filed_at": rfc3339(one.filed_at),
        "standing": outcome.standing,
        "reason_group": None if outcome.standing in ("cleared", "under_examination") else outcome.reason_group,
        "decided_at": rfc3339(outcome.decided_at) if outcome.decided_at else None,
    }
