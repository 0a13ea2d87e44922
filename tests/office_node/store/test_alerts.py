"""An alert is raised once for the same thing and stays open until one person signs."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from office_node.store import alerts
from office_node.store.alerts import NewAlert


@pytest.fixture
def alert(now: datetime) -> NewAlert:
    return NewAlert("1" * 32, "asked_about_own", "c" * 32, "kanim-kotabumi", "5" * 32, zone=None, raised_at=now)


def again(alert: NewAlert, **changes: str | None) -> NewAlert:
    facts = {"id": "2" * 32, "zone": None, "inquiry": alert.inquiry} | changes
    return NewAlert(
        str(facts["id"]),
        alert.kind,
        alert.case_ref,
        alert.office,
        str(facts["inquiry"]),
        facts["zone"],
        alert.raised_at,
    )


def test_the_same_thing_raises_one_alert(connection: Connection, alert: NewAlert) -> None:
    alerts.raise_alert(connection, alert)
    alerts.raise_alert(connection, again(alert))
    assert [one.id for one in alerts.listed(connection, everything=True)] == [alert.id]


def test_another_inquiry_raises_another_alert(connection: Connection, alert: NewAlert) -> None:
    alerts.raise_alert(connection, alert)
    alerts.raise_alert(connection, again(alert, inquiry="6" * 32))
    assert len(alerts.listed(connection, everything=False)) == 2


def test_a_zone_that_is_learned_later_is_added_and_never_lost(connection: Connection, alert: NewAlert) -> None:
    alerts.raise_alert(connection, alert)
    for zone in ("match", None):
        alerts.raise_alert(connection, again(alert, zone=zone))
        found = alerts.get(connection, alert.id)
        assert found is not None
        assert found.zone == "match"


def test_what_is_learned_after_the_signature_opens_a_new_alert(
    connection: Connection, alert: NewAlert, now: datetime
) -> None:
    def sign(which: str) -> None:
        assert alerts.sign(connection, which, now=now, role="supervisor", officer="w-2", note_sealed=b"note")

    alerts.raise_alert(connection, alert)
    sign(alert.id)
    alerts.raise_alert(connection, again(alert))
    assert alerts.listed(connection, everything=False) == []
    for zone in ("possible", "match"):
        alerts.raise_alert(connection, again(alert, id=zone, zone=zone))
        assert [(one.id, one.zone) for one in alerts.listed(connection, everything=False)] == [(zone, zone)]
        sign(zone)
        alerts.raise_alert(connection, again(alert, id="again", zone="possible"))
        assert alerts.listed(connection, everything=False) == []
    zones = [one.zone for one in alerts.listed(connection, everything=True)]
    assert zones == [None, "match", "possible"]


def test_one_person_signs_and_the_second_is_told(connection: Connection, alert: NewAlert, now: datetime) -> None:
    alerts.raise_alert(connection, alert)
    later = now + timedelta(hours=1)
    assert alerts.sign(connection, alert.id, now=later, role="supervisor", officer="w-2", note_sealed=b"note")
    assert not alerts.sign(connection, alert.id, now=later, role="supervisor", officer="w-3", note_sealed=b"note")
    assert alerts.listed(connection, everything=False) == []
    [signed] = alerts.listed(connection, everything=True)
    assert (signed.signed_at, signed.signed_role, signed.signed_officer) == (later, "supervisor", "w-2")


def test_the_oldest_alert_comes_first(connection: Connection, alert: NewAlert, now: datetime) -> None:
    for number, minutes in ((3, 2), (4, 1), (5, 3)):
        alerts.raise_alert(
            connection,
            NewAlert(str(number) * 32, "x", "c", "o", str(number), None, raised_at=now + timedelta(minutes=minutes)),
        )
    assert [one.id[0] for one in alerts.listed(connection, everything=False)] == ["4", "3", "5"]
    assert alerts.get(connection, "9" * 32) is None
