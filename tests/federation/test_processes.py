"""Real processes: kill -9 on PostgreSQL, and two processes of one office on one database, embedded or on a server."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from office_node.keyring import load_keys
from office_node.signing.messages import sign_question
from office_node.store import rosters
from office_node.store.engine import open_engine
from services.simulator.processes import Stand
from tests.federation.loopback import Place, federate, until
from tests.spellings import Needles

pytestmark = [pytest.mark.processes, pytest.mark.slow]
ASKER, OWNER = "kanim-kotabumi", "kanim-kalianda"
FIRST: dict[str, Any] = {
    "name": "Retnowulandari Kusumaningtyas",
    "birth_date": "1994-03-17",
    "birth_place": "Rejomulyosari",
    "sex": "F",
    "mother_name": "Sulastriningrum",
    "village": "18.01.04.2001",
    "phones": ["083455127740"],
}
AGAIN = FIRST | {"name": "Retnowoelandari Koesoemaningtyas", "phones": ["087130918825"]}


def strangers(letters: str) -> list[dict[str, Any]]:
    """People who have nothing in common with her or with one another."""
    alike: dict[str, Any] = {"sex": "M", "mother_name": None, "phones": [], "village": None, "birth_place": None}
    return [
        {**FIRST, **alike, "name": f"Rohmat {letter}urniawan", "birth_date": f"198{n}-01-0{n + 2}"}
        for n, letter in enumerate(letters)
    ]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    folder = tmp_path / "stand"
    folder.mkdir()
    made = Stand(folder)
    yield made
    made.close()


def settled_with(place: Place, screening: str, outcome: str, *, at: int = 0) -> bool:
    seen = place.view(screening, at=at)
    return seen["state"] == "settled" and [row["outcome"] for row in seen["coverage"]] == [outcome]


@pytest.mark.postgres
def test_a_node_killed_with_a_full_outbox_loses_nothing(stand: Stand, postgres_url: str) -> None:
    places = federate(stand, {ASKER: (postgres_url, 1), OWNER: (None, 1)})
    asker, owner = places[ASKER], places[OWNER]
    owner.start(wait=False)
    asker.start()
    owner.wait()
    owner.postpone(owner.file(FIRST, key="owner-1")["case"])
    until("the owner's notice", lambda: asker.rows("SELECT 1 FROM notice WHERE standing = 'postponed'"))
    owner.kill()
    others = strangers("BDGKLM")
    for number, person in enumerate(others[:2]):
        asker.postpone(asker.file(person, key=f"first-{number}")["case"])
    filed = asker.file(AGAIN, key="again-1")
    with ThreadPoolExecutor(4) as hands:  # some of these are answered, some are cut off in the middle
        sent = [hands.submit(asker.file, person, key=f"burst-{n}") for n, person in enumerate(others[2:])]
        sent[0].result()
        asker.kill()
        answered = [n for n, one in enumerate(sent) if one.exception() is None]
    assert asker.rows("SELECT 1 FROM delivery WHERE due_at IS NOT NULL")
    asker.start(wait=False)
    owner.start()
    asker.wait()
    check_nothing_lost(asker, owner, others[2:], answered=answered)
    until("the history", lambda: settled_with(asker, filed["screening"], "hit"))
    until("the alert", lambda: [a["kind"] for a in asker.call("GET", "/alerts")] == ["late_hit"])
    assert Needles([("name", FIRST["name"]), ("name", AGAIN["name"])]).found(asker.logs + owner.logs) == set()


def check_nothing_lost(asker: Place, owner: Place, people: list[dict[str, Any]], *, answered: list[int]) -> None:
    """Each request sent again files nothing twice; every number is there once, and every notice arrives."""
    again = [asker.file(person, key=f"burst-{n}") for n, person in enumerate(people)]
    assert len({one["case"] for one in again}) == len(people)
    assert 0 in answered
    cases = asker.rows("SELECT count(*) FROM office_case")[0][0]
    assert cases == 3 + len(people)
    ((last,),) = asker.rows("SELECT value FROM counter WHERE name = 'notice_number'")
    assert last == cases + 2  # each filing one, each decision one more
    mine = "SELECT case_ref, revision, number FROM notice WHERE issuer = :issuer ORDER BY number"
    until("all notices", lambda: owner.rows(mine, issuer=ASKER) == asker.rows(mine, issuer=ASKER))
    until(
        "an account of every number",
        lambda: owner.rows("SELECT accounted_to FROM peer WHERE office = :office", office=ASKER) == [(last,)],
    )
    until("an empty outbox", lambda: not asker.rows("SELECT 1 FROM delivery WHERE due_at IS NOT NULL"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_url(request: pytest.FixtureRequest) -> str | None:
    """The database that two processes share."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_two_processes_of_one_office_are_one_office(stand: Stand, shared_url: str | None) -> None:
    places = federate(stand, {OWNER: (shared_url, 2), ASKER: (None, 1)})
    two, other = places[OWNER], places[ASKER]
    for place, number in ((two, 0), (two, 1), (other, 0)):
        place.start(number, wait=False)
    for place, number in ((two, 0), (two, 1), (other, 0)):
        place.wait(number)
    filed = two.file(FIRST, at=0, key="shared-1")
    until("the other process's view", lambda: settled_with(two, filed["screening"], "no_hit", at=1))
    two.postpone(filed["case"], at=1)
    assert two.file(FIRST, at=1, key="shared-1")["case"] == filed["case"]
    until("the notice", lambda: other.rows("SELECT 1 FROM notice WHERE standing = 'postponed'"))
    asked = other.file(AGAIN, key="other-1")
    until("the hit", lambda: settled_with(other, asked["screening"], "hit"))
    (alert,) = two.call("GET", "/alerts", at=1)
    two.call("POST", f"/alerts/{alert['alert']}/signature", at=1, body={"note": "Dibaca"})
    assert two.call("GET", "/alerts", at=0) == []
    a_message_counts_once(two, other)
    a_denial_counts_in_both(two, other)
    each_notice_goes_out_once(two, other)
    one_dies_and_the_other_carries_on(two, other)


def signed_get(to: Place, by: Place, *, at: int, headers: dict[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """(code or "ok", headers) of a member's signed question, given to one process of an office."""
    path = f"/federation/v1/notices?issuer={to.id}&after=0"
    headers = headers or sign_question(
        "GET", to.settings.public_url + path, content_type=None, body=b"", key=load_keys(by.settings.keys_dir).signing,
        now=int(datetime.now(UTC).timestamp()), nonce=secrets.token_hex(16),
    )  # fmt: skip
    response = httpx.get(to.url(at) + path, headers=headers, timeout=10, trust_env=False)
    return ("ok" if response.status_code == 200 else response.json()["code"]), headers


def a_message_counts_once(two: Place, other: Place) -> None:
    said, headers = signed_get(two, other, at=0)
    assert said == "ok"
    assert signed_get(two, other, at=1, headers=headers)[0] == "replayed"
    assert signed_get(two, other, at=1)[0] == "ok"


def a_denial_counts_in_both(two: Place, other: Place) -> None:
    """As when `jejak node deny` runs beside them: only the database is told."""
    engine = open_engine(two.settings.sqlalchemy_url)
    with engine.begin() as connection:
        rosters.deny(connection, other.id, now=datetime.now(UTC), reason="uji")
    assert [signed_get(two, other, at=at)[0] for at in (1, 0)] == ["revoked-key"] * 2
    with engine.begin() as connection:
        rosters.allow(connection, other.id)
    engine.dispose()


def each_notice_goes_out_once(two: Place, other: Place) -> None:
    """Both processes work on one outbox; there are no doubles."""
    taken = "SELECT count(*) FROM entry WHERE type = 'notice-taken'"
    before = other.rows(taken)[0][0]
    filed = [two.file(person, at=n % 2, key=f"out-{n}") for n, person in enumerate(strangers("BDGK"))]
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda n: two.postpone(filed[n]["case"], at=(n + 1) % 2), range(4)))
    until("an empty outbox", lambda: not two.rows("SELECT 1 FROM delivery WHERE due_at IS NOT NULL"))
    for one in filed:
        until("an answer", partial(settled_with, two, one["screening"], "no_hit", at=1))
    assert other.rows(taken)[0][0] == before + len(filed)
    answers = other.rows("SELECT count(*) FROM entry WHERE type = 'answer' GROUP BY inquiry")
    assert answers == [(1,)] * len(answers)


def one_dies_and_the_other_carries_on(two: Place, other: Place) -> None:
    """Killed between commit and answers; its claims run out and the other process asks, delivers and settles."""
    other.kill()
    filed = two.file(FIRST | {"name": "Bambang Purnomo", "birth_date": "1971-06-02"}, at=0, key="last-1")
    two.postpone(filed["case"], at=0)
    two.kill(0)
    other.start()
    until(
        "the notice",
        lambda: other.rows("SELECT 1 FROM notice WHERE case_ref = :case AND revision = 2", case=filed["case"]),
    )
    until("the answer", lambda: settled_with(two, filed["screening"], "no_hit", at=1))
