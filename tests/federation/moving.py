"""What stewards, an administrator and an officer do when cases move from one office to another."""

from office_node.usecases.hand_over import HandedOver, hand_over
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation
from services.simulator.loop import seeded
from services.stewards.drafts import Change
from services.stewards.roster_maker import next_version
from shared_schemas.statement import Actor
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI


async def publish(simulation: Simulation, *changes: Change) -> None:
    """The stewards publish, and every node that runs has heard of it."""
    now = simulation[BANDAR].clock.now()
    simulation.federation = next_version(simulation.federation, *changes, now=now, random=seeded(f"{now}"))
    for office in simulation.offices.values():
        if office.app is not None:
            await refresh_roster(office.node)


async def hand(simulation: Simulation, office: str = KALIANDA, *, to: str | None = None) -> HandedOver:
    """The administrator runs `jejak node hand-over` once."""
    actor = Actor(office=office, role="administrator")
    return await hand_over(simulation[office].node, actor=actor, progress=lambda _done: None, to=to)


async def hand_all(simulation: Simulation, office: str = KALIANDA) -> HandedOver:
    """Again and again, until nothing is left to be told."""
    done = await hand(simulation, office)
    for _ in range(6):
        if not done.waiting and not done.failed:
            break
        await settle(simulation, 10)
        done = await hand(simulation, office)
    await settle(simulation, 10)
    assert (done.waiting, done.failed) == (0, 0)
    return done


async def found_in(simulation: Simulation, *, key: str, at: str = KOTABUMI) -> dict[str, str]:
    """She applies once more: which office has a history of her, and with what standing."""
    filed = await acts.file(simulation[at], AGAIN, key=key)
    await settle(simulation, 5)
    view = await acts.screening(simulation[at], filed.screening)
    return {row.office: row.standing for row in view.history if row.office != at}
