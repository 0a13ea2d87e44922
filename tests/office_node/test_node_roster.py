"""Two processes of an office keep rosters of their own: the one that lags never puts back an older root."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from office_node.errors import RosterRefusedError
from office_node.node_roster import NodeRoster, TrustChangedError
from office_node.signing.repository import TIMESTAMP, RosterFiles
from office_node.signing.tuf_client import answer, mirror, update
from office_node.store.engine import open_engine
from services.simulator.loop import START, seeded
from services.stewards.drafts import Draft, with_epoch, with_stewards, without_epoch
from services.stewards.roster_maker import Federation, make_federation, new_steward, next_version, steward_of
from shared_schemas.roster import Stretch, keys_target

RANDOM = seeded("rosters")


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = open_engine(migrated_url)
    yield engine
    engine.dispose()


def federations() -> tuple[Federation, Federation, Federation]:
    """Version 1; version 2 of the same stewards; version 3 with another root."""
    first = make_federation([], now=START, random=RANDOM, stretch=Stretch(n=2))
    second = next_version(first, now=START + timedelta(hours=1), random=RANDOM)
    keys = [new_steward(name, now=START, random=RANDOM) for name in ("ani", "budi", "cici")]
    changed = with_stewards([steward_of(key) for key in keys], threshold=2)
    third = next_version(second, changed, now=START + timedelta(hours=2), random=RANDOM, stewards=keys)
    return first, second, third


def process(federation: Federation) -> NodeRoster:
    return NodeRoster("kanim-kalianda", encryption={"k": b"e" * 32}, fingerprint=federation.fingerprint)


def test_a_process_that_lags_puts_nothing_back(engine: Engine) -> None:
    first, second, third = federations()
    ahead, behind = process(first), process(first)
    for one, made in ((ahead, first), (ahead, third)):
        with engine.begin() as connection:
            one.load(connection)
            one.keep(connection, made.held)
        if made is first:
            with engine.begin() as connection:
                behind.load(connection)
    with engine.begin() as connection:
        with pytest.raises(TrustChangedError):
            behind.keep(connection, second.held)
        behind.load(connection)
        assert behind.current().version == 3
        assert behind.current().root == third.root


def test_what_proves_nothing_is_not_kept(engine: Engine) -> None:
    first, second, _ = federations()
    node = process(first)
    with engine.begin() as connection:
        node.load(connection)
        with pytest.raises(RosterRefusedError):
            node.keep(connection, RosterFiles({**second.files, TIMESTAMP: first.files[TIMESTAMP][:-9]}, second.at))
        node.load(connection)
    assert not node.known


def test_an_epoch_that_comes_back_with_another_key_is_refused(engine: Engine) -> None:
    """What is stretched is kept by the epoch's name: nobody would be found, and nobody would say so."""
    first, _, _ = federations()
    opened = next_version(
        first, with_epoch(opens_at=START + timedelta(1), random=RANDOM), now=START + timedelta(1), random=RANDOM
    )
    gone = next_version(opened, without_epoch("2026"), now=START + timedelta(2), random=RANDOM)

    def renamed(draft: Draft) -> Draft:
        [epoch] = draft.roster.epochs
        other = epoch.model_copy(update={"id": "2026"})
        roster = draft.roster.model_copy(update={"epochs": (other,), "retired_epochs": ()})
        return replace(draft, roster=roster, epoch_keys={"2026": draft.epoch_keys[epoch.id]})

    reused = next_version(gone, renamed, now=START + timedelta(3), random=RANDOM)
    node = process(first)
    for made in (first, opened, gone):
        with engine.begin() as connection:
            node.load(connection)
            node.keep(connection, made.held)
    with engine.begin() as connection:
        node.load(connection)
        with pytest.raises(RosterRefusedError) as refused:
            node.keep(connection, reused.held)
    assert refused.value.reason == "epoch-reused"


def test_epoch_keys_are_read_from_the_older_file_until_the_new_one_has_come(engine: Engine) -> None:
    keys = new_office_keys("kanim-kalianda", now=START, random=RANDOM)
    url = "https://kalianda.test"
    envelope = enrol_request(keys, office="kanim-kalianda", name="Kalianda", base_url=url, now=START)
    first = make_federation(
        [verified_enrol_request(envelope, now=START)], now=START, random=RANDOM, stretch=Stretch(n=2)
    )
    opened = with_epoch(opens_at=START + timedelta(hours=1), random=RANDOM)
    second = next_version(first, opened, now=START + timedelta(hours=1), random=RANDOM)
    node = NodeRoster(
        "kanim-kalianda", encryption={keys.encryption_keyid: keys.encryption_secret},
        fingerprint=first.fingerprint,
    )  # fmt: skip
    target = keys_target("kanim-kalianda")
    held: list[set[str]] = []

    def step(act: Callable[[Connection], None]) -> None:
        with engine.begin() as connection:
            act(connection)
            node.load(connection)
        held.append(set(node.epoch_keys))

    step(node.load)
    step(lambda connection: node.keep(connection, first.held))
    newer = answer(update(node.base, now=second.at), mirror(second.files))
    assert newer is not None
    step(lambda connection: node.keep(connection, newer))
    assert node.missing_targets() == [target]
    with engine.begin() as connection, pytest.raises(RosterRefusedError):
        node.keep_targets(connection, {target: first.sealed["kanim-kalianda"]})
    step(lambda connection: node.keep_targets(connection, {target: second.sealed["kanim-kalianda"]}))
    assert held == [set(), {"2026"}, {"2026"}, {"2026", "2026a"}]
    assert node.missing_targets() == []
