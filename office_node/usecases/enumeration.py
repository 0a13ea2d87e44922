"""Somebody tries numbers: an officer or key that files many near ones, or an office that asks far more than usual.

It refuses nothing: an alert for the supervisor and the data-protection officer, with a count and never a number, and an
entry of the log. What was filed is remembered for a day, as codes under the local key.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from office_node.domain.names import plain
from office_node.node import Node
from office_node.store import alerts, enumeration, meta
from office_node.store.enumeration import HOUR
from office_node.store.transactions import Connection
from office_node.usecases.own_tokens import signed_token
from office_node.usecases.record import Act, enter
from shared_schemas.person import Person
from shared_schemas.statement import Actor

NEAR = 5
"""So many different people of one region and birth date, or birth dates of one name, nobody meets in a day."""
WINDOW = timedelta(days=1)
LEAST, TIMES = 200, 5.0
"""An office is named from so many questions an hour on that found nothing, and so many times its usual."""
USE_KEPT = timedelta(days=30)
_CODE, _VALUE, _COUNTED = "near/1", "near-value/1", "answers-counted"


def note_filing(connection: Connection, node: Node, person: Person, *, key: str, officer: Actor, now: datetime) -> None:
    """Count what is near it, by the key and by the officer; from `NEAR` on it is an alert."""
    for rule, common, differs in _near(person):
        code = signed_token(node.local_key, _CODE, f"{rule} {common}")
        value = signed_token(node.local_key, _VALUE, differs)
        for whose, actor in (("key", key), ("officer", officer.officer or "")):
            count = enumeration.filed(
                connection, f"{whose} {actor}", code=code, value=value, now=now, since=now - WINDOW
            )
            if count >= NEAR:
                about = f"{rule} {whose} {actor} {now.date()}"
                _alert(connection, node, "filings_near", office=node.office, about=about, count=count, now=now)
            if count >= NEAR and count % NEAR == 0:
                members = {"rule": rule, "by": whose, "key": key, "count": count}
                enter(connection, node, act=Act("enumeration", now, officer, members))


def _near(person: Person) -> Iterator[tuple[str, str, str]]:
    """(rule, what is the same, what differs): a running serial, the same serial in many regions, one name's dates."""
    if person.nik is not None:
        yield "nik-serial", person.nik[:12], person.nik[12:]
        yield "nik-region", person.nik[6:], person.nik[:6]
    yield "birth-date", plain(person.name), str(person.birth_date)


async def watch_peers(node: Node) -> int:
    """Count the answers since the last look, by asking office and hour; how many offices are named."""
    now = node.clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)

    def watch(connection: Connection) -> int:
        counted = int(meta.get(connection, _COUNTED) or 0)
        last = enumeration.count_answers(connection, after=counted, hour=hour)
        if last != counted:
            meta.put(connection, _COUNTED, value=str(last))
        named = [
            (office, count, usual)
            for office, count, usual in enumeration.unfounded(connection, hour=hour)
            if count >= max(LEAST, TIMES * usual)
        ]
        for office, count, usual in named:
            about = f"{hour:%Y-%m-%dT%H}"
            if _alert(connection, node, "inquiries_unusual", office=office, about=about, count=count, now=now):
                members = {"rule": "inquiries", "count": count, "usual": round(usual)}
                enter(connection, node, act=Act("enumeration", now, node.machine, members, peer=office))
        return len(named)

    return await node.run.write(watch)


def forget(connection: Connection, *, now: datetime) -> None:
    """Drop what was kept to compare with."""
    enumeration.forget(connection, filed_before=now - WINDOW, used_before=now - max(USE_KEPT, HOUR))


def _alert(
    connection: Connection, node: Node, kind: str, *, office: str, about: str, count: int, now: datetime
) -> bool:  # fmt: skip
    """Raise it or renew its count; whether it is new."""
    return alerts.raise_alert(
        connection,
        alerts.NewAlert(
            id=node.new_ref(), kind=kind, case_ref="", office=office, inquiry=about, zone=None, raised_at=now,
            count=count,
        ),
    )  # fmt: skip
