"""A tombstone outlives what it covers, and then goes too."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from office_node.domain.standings import MAX_SUSPENSION_MONTHS, add_months, visibility
from office_node.store import notices, tombstones
from office_node.store.notices import NewNotice
from office_node.usecases.sweep import TOMBSTONE_MONTHS
from shared_schemas.trace import NoticeStanding

ISSUER = "kanim-kalianda"


def put(connection: Connection, case: str, *, standing: str, arrived_at: datetime) -> None:
    cleared = standing == "cleared"
    new = NewNotice(
        issuer=ISSUER,
        case_ref=case * 32,
        revision=2 if cleared else 1,
        number=int(case, 16),
        generation=1,
        standing=standing,
        reason_group=None,
        until=None if cleared else arrived_at + timedelta(days=9),
        lapses_at=None,
        arrived_at=arrived_at,
        keyid="kanim-kalianda/sign-2026",
        signature=b"s" * 64,
        payload=b"{}",
    )
    notices.put(connection, new, tokens=[])


def numbers(connection: Connection) -> list[int]:
    return [one.number for one in notices.after(connection, ISSUER, number=0, limit=100)]


def test_only_tombstones_that_came_before_then_are_dropped(connection: Connection, now: datetime) -> None:
    put(connection, "1", standing="cleared", arrived_at=now - timedelta(days=1))
    put(connection, "2", standing="cleared", arrived_at=now)
    put(connection, "3", standing="refused", arrived_at=now - timedelta(days=1))
    assert tombstones.drop(connection, arrived_before=now - timedelta(hours=1)) == 1
    assert numbers(connection) == [2, 3]


def test_a_round_drops_no_more_than_its_limit(connection: Connection, now: datetime) -> None:
    for case in "123":
        put(connection, case, standing="cleared", arrived_at=now)
    assert [tombstones.drop(connection, arrived_before=now, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("standing", ["under_examination", "postponed", "suspended", "refused", "withdrawn"])
def test_a_tombstone_outlives_every_earlier_revision(now: datetime, standing: NoticeStanding) -> None:
    ends = add_months(now, MAX_SUSPENSION_MONTHS) if standing == "suspended" else None
    seen = visibility(standing, since=now, minor=False, ends=ends)
    assert seen.until is not None
    assert seen.until < add_months(now, TOMBSTONE_MONTHS)
