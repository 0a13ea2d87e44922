"""The three offices' databases, once embedded and once on a server."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from services.simulator.federation import LAMPUNG
from services.simulator.postgres import Cluster


@pytest.fixture
def databases(request: pytest.FixtureRequest, postgres_cluster: Cluster) -> Iterator[list[str]]:
    """One PostgreSQL database for each office."""
    template: str = request.getfixturevalue("_postgres_template")
    with ExitStack() as stack:
        yield [stack.enter_context(postgres_cluster.new_database(template=template)) for _ in LAMPUNG]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def urls(request: pytest.FixtureRequest) -> Sequence[str | None]:
    """A database for each office: all embedded, or all on a server."""
    if request.param == "sqlite":
        return [None] * len(LAMPUNG)
    made: list[str] = request.getfixturevalue("databases")
    return made
