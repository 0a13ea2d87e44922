"""Nodes of protocol version N and N-1 in one federation; one that is too old is unknown, with that cause."""

from dataclasses import replace
from pathlib import Path

import pytest

from office_node.domain import protocol
from office_node.errors import ProtocolTooNewError, ProtocolTooOldError
from office_node.usecases.diagnose import diagnose
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts import Change, Draft, StewardError, with_protocol
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda


def lowered(draft: Draft) -> Draft:
    """As it was before everybody had been upgraded."""
    return replace(draft, roster=draft.roster.model_copy(update={"minimum_protocol": 1}))


async def publish(simulation: Simulation, *changes: Change) -> None:
    now = simulation[BANDAR].clock.now()
    simulation.federation = next_version(simulation.federation, *changes, now=now, random=seeded(f"{now}"))
    for office in simulation.offices.values():
        await refresh_roster(office.node)


async def speaks(simulation: Simulation, office: str, *, version: int) -> None:
    """The office's node is replaced by a program of this version."""
    one = simulation[office]
    await simulation.stop(one)
    one.settings = one.settings.model_copy(update={"protocol": version})
    await simulation.start(one)


@pytest.mark.parametrize("old", [KALIANDA, KOTABUMI, BANDAR])
def test_two_versions_exchange_everything(tmp_path: Path, old: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await publish(simulation, lowered)
            await speaks(simulation, old, version=1)
            case = await postponed_in_kalianda(simulation)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "no_hit"}
            assert [row.zone for row in view.history] == ["match"]
            for office in (KOTABUMI, BANDAR):
                held = acts.held(simulation[office], KALIANDA)[case]
                assert (held.standing, b'"version":1' in held.payload) == ("postponed", True)
            await speaks(simulation, old, version=2)
            await publish(simulation, with_protocol(2))
            await settle(simulation, 90)
            again = await acts.file(simulation[KOTABUMI], AGAIN, key="after-0001")
            await settle(simulation, 5)
            rows = await acts.coverage(simulation[KOTABUMI], again.screening)
            assert rows[KALIANDA].outcome == "hit"
            assert b'"version":2' in acts.held(simulation[BANDAR], KOTABUMI)[again.case].payload

    run_virtual(story())


def test_a_node_below_the_minimum_is_unknown_with_that_cause_on_both_sides(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await speaks(simulation, KALIANDA, version=1)
            await settle(simulation, 30)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "protocol-too-old")
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [trace.office for trace in view.traces] == [KALIANDA]
            own = await acts.file(simulation[KALIANDA], AGAIN, key="own-000001")
            await settle(simulation, 5)
            rows = await acts.coverage(simulation[KALIANDA], own.screening)
            assert {(one.outcome, one.cause) for one in rows.values()} == {("unknown", "own-protocol-too-old")}

    run_virtual(story())


def test_who_has_been_upgraded_is_seen_before_the_minimum_rises(tmp_path: Path) -> None:
    """Everybody writes in the minimum, so statements do not tell; and a node that is behind says so itself."""

    async def story() -> None:
        async with simulate(tmp_path, hello_every_s=30) as simulation:
            await publish(simulation, lowered)
            await speaks(simulation, KALIANDA, version=1)
            await settle(simulation, 120)
            seen = await acts.peers(simulation[KOTABUMI])
            assert {office: one.speaks for office, one in seen.items()} == {KALIANDA: 1, BANDAR: 2}
            assert await diagnose(simulation[KALIANDA].node) == []
            await publish(simulation, with_protocol(2))
            [cause] = await diagnose(simulation[KALIANDA].node)
            assert "speaks protocol version 1, the roster asks for 2" in cause
            await speaks(simulation, KALIANDA, version=2)
            await settle(simulation, 120)
            assert (await acts.peers(simulation[KOTABUMI]))[KALIANDA].speaks == 2

    run_virtual(story())


def test_what_is_written_and_what_is_read() -> None:
    assert [protocol.written(own, minimum=minimum) for own, minimum in ((2, 1), (2, 2), (1, 1), (1, 2), (3, 1))] == [
        1, 2, 1, 1, 2,
    ]  # fmt: skip
    protocol.check(1, own=2, minimum=1)
    protocol.check("rubbish", own=2, minimum=2)
    for said, own, minimum in ((1, 2, 2), (1, 3, 1)):
        with pytest.raises(ProtocolTooOldError):
            protocol.check(said, own=own, minimum=minimum)
    with pytest.raises(ProtocolTooNewError):
        protocol.check(3, own=2, minimum=1)


def test_the_minimum_only_rises_and_not_beyond_what_this_program_speaks(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            for minimum in (1, 2, 3):
                with pytest.raises(StewardError):
                    with_protocol(minimum)(simulation.federation.draft)

    run_virtual(story())
