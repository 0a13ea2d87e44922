"""Messages that were under way to a peer at once fail once: its pause grows with each try, not with each message."""

from pathlib import Path

from office_node.store import peers
from office_node.store.peers import PeerState
from services.simulator.acts import file, settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.network import Fault, refuse, slow
from tests.federation.cast import KALIANDA, KOTABUMI, STRANGER


def of_kalianda(office: Office) -> PeerState:
    with office.engine.begin() as connection:
        return peers.states(connection)[KALIANDA]


async def eight_files(simulation: Simulation, fault: Fault) -> Office:
    """Kotabumi files eight applications while something is the matter with Kalianda."""
    await settle(simulation)
    simulation.network.faults[KALIANDA] = fault
    office = simulation[KOTABUMI]
    for number in range(8):
        await file(office, STRANGER, key=f"request-{number:04}")
    return office


def test_eight_questions_that_time_out_at_once_are_one_failure(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = await eight_files(simulation, slow(60))
            await settle(simulation, 10.9)
            state = of_kalianda(office)
            assert state.failures == 1
            assert state.backoff_until is not None
            assert (state.backoff_until - office.clock.now()).total_seconds() < office.settings.first_backoff_s
            await settle(simulation, 15)
            assert of_kalianda(office).failures == 2

    run_virtual(story())


def test_every_new_try_that_fails_counts(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = await eight_files(simulation, refuse)
            seen = set[int]()
            for _ in range(60):
                await settle(simulation, 0.5)
                seen.add(of_kalianda(office).failures)
            assert {1, 2, 3} <= seen
            assert max(seen) <= 5

    run_virtual(story())
