"""Two processes of an office keep rosters of their own: the one that lags never puts back an older root."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from office_node.node_roster import NodeRoster, TrustChangedError
from office_node.store import meta
from office_node.store.engine import open_engine
from services.simulator.loop import START, seeded
from services.stewards.drafts import with_stewards
from services.stewards.roster_maker import Federation, make_federation, new_steward, next_version, steward_of
from shared_schemas.roster import Root, Stretch

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
    return NodeRoster("kanim-kalianda", encryption_keyid="k", encryption=b"e" * 32, fingerprint=federation.fingerprint)


def test_a_process_that_lags_keeps_the_root_of_the_newest_roster(engine: Engine) -> None:
    first, second, third = federations()
    ahead, behind = process(first), process(first)
    now = START + timedelta(hours=3)
    with engine.begin() as connection:
        assert ahead.keep(connection, first.envelope, now=now)
        for one in (ahead, behind):
            one.load(connection)
    with engine.begin() as connection:
        assert ahead.keep(connection, third.envelope, now=now)
    with engine.begin() as connection:
        with pytest.raises(TrustChangedError):
            behind.check(connection)
        behind.keep(connection, second.envelope, now=now)
        held = Root.model_validate_json(str(meta.get(connection, "root")))
        assert held == third.roster.root
        behind.load(connection)
        assert behind.current().roster.version == 3
