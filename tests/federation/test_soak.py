"""Real nodes, killed at random points while they work: what was acknowledged is there, and every node comes back.

The soak keeps a journal of its own, written before anything is looked up: what it was told is done. At the end it is
compared with the databases. `make soak` runs it for minutes, the tests for seconds.
"""

import json
import os
import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from services.simulator.processes import Stand
from tests.federation.loopback import Place, federate, until

pytestmark = [pytest.mark.processes, pytest.mark.slow]
ASKER, OWNER = "kanim-kotabumi", "kanim-kalianda"
SECONDS = float(os.environ.get("JEJAK_SOAK_S", "5"))
LETTERS = "bdgklmnprst"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    folder = tmp_path / "stand"
    folder.mkdir()
    made = Stand(folder)
    yield made
    made.close()


class Journal:
    """What the office system was told is done, one JSON line each, on the disk before it goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a+", encoding="utf-8")

    def note(self, **facts: Any) -> None:
        self._file.write(json.dumps(facts) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def read(self) -> list[dict[str, Any]]:
        self._file.seek(0)
        told = [json.loads(line) for line in self._file]
        self._file.close()
        return told


def person(draws: Random) -> dict[str, Any]:
    """Somebody who has nothing in common with anybody else."""
    name = " ".join("".join(draws.choice(LETTERS) + draws.choice("aiueo") for _ in range(4)).title() for _ in range(3))
    born = f"{draws.randrange(1960, 2004)}-{draws.randrange(1, 13):02d}-{draws.randrange(1, 29):02d}"
    return {"name": name, "birth_date": born, "sex": draws.choice("MF")}


def work(place: Place, journal: Journal, *, seed: str, over: Event) -> None:
    """File and postpone until it is over."""
    draws, number = Random(seed), 0
    while not over.is_set():
        number += 1
        filed = file_until_told(place, person(draws), key=f"{place.id}-{number:05d}", over=over)
        if filed is None:
            return
        journal.note(office=place.id, case=filed["case"], screening=filed["screening"])
        if number % 2:
            try:
                place.postpone(filed["case"])
            except (httpx.HTTPError, AssertionError):
                continue
            journal.note(office=place.id, decided=filed["case"])


def file_until_told(place: Place, someone: dict[str, Any], *, key: str, over: Event) -> dict[str, Any] | None:
    """What is not acknowledged is sent again under its key until it is; None if it is over before."""
    while not over.is_set():
        try:
            return place.file(someone, key=key)
        except (httpx.HTTPError, AssertionError):
            over.wait(0.1)
    return None


def kill_at_random(places: dict[str, Place], *, draws: Random, seconds: float) -> int:
    """Kill one of the nodes at a time, and start it again at once; how often."""
    kills, pause = 0, Event()
    while seconds > 0:
        wait_s = draws.uniform(0.2, 3.0)
        pause.wait(wait_s)
        seconds -= wait_s
        place = places[draws.choice(sorted(places))]
        place.kill()
        place.start(wait=False)
        kills += 1
    return kills


def is_held(place: Place, case: str, *, standing: str) -> bool:
    found = place.rows("SELECT standing FROM notice WHERE case_ref = :case", case=case)
    return found == [(standing,)]


def test_nothing_that_was_acknowledged_is_lost(stand: Stand, tmp_path: Path, database_url: str) -> None:
    seed = os.environ.get("JEJAK_SOAK_SEED") or secrets.token_hex(4)
    print(f"soak seed {seed}")
    places = federate(stand, {ASKER: (database_url, 1), OWNER: (None, 1)})
    for place in places.values():
        place.start(wait=False)
    for place in places.values():
        place.wait()
    journals = {office: Journal(tmp_path / f"{office}.jsonl") for office in places}
    over = Event()
    hands = [
        Thread(target=work, args=(place, journals[office]), kwargs={"seed": f"{seed}/{office}", "over": over})
        for office, place in places.items()
    ]
    for hand in hands:
        hand.start()
    kills = kill_at_random(places, draws=Random(seed), seconds=SECONDS)
    over.set()
    for hand in hands:
        hand.join()
    for place in places.values():
        place.wait()
    told = [fact for journal in journals.values() for fact in journal.read()]
    decided = {fact["decided"] for fact in told if "decided" in fact}
    filed = [fact for fact in told if "case" in fact]
    print(f"{kills} kills, {len(filed)} cases, {len(decided)} decisions, seed {seed}")
    assert filed, "nothing was acknowledged"
    assert len({fact["case"] for fact in filed}) == len(filed)
    for fact in filed:
        own, other = places[fact["office"]], places[OWNER if fact["office"] == ASKER else ASKER]
        kept = own.rows("SELECT standing FROM office_case WHERE ref = :case", case=fact["case"])
        assert len(kept) == 1, f"{fact} is lost; seed {seed}"
        assert fact["case"] not in decided or kept == [("postponed",)], f"the decision on {fact} is lost; seed {seed}"
        until("its trace", partial(is_held, other, fact["case"], standing=kept[0][0]))
        until("its answer", partial(answered, own, fact["screening"]))
    for place in places.values():
        assert "agree" in stand.run("log", "verify", env=environment(place))


def answered(place: Place, screening: str) -> bool:
    seen = place.view(screening)
    return seen["state"] == "settled" and [row["outcome"] for row in seen["coverage"]] in (["no_hit"], ["hit"])


def environment(place: Place) -> dict[str, str]:
    set_here = place.settings.model_dump(mode="json", exclude_unset=True)
    return {f"JEJAK_{name.upper()}": str(value) for name, value in set_here.items() if value is not None}
