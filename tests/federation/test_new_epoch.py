"""A new roster, with a member less and an epoch more, reaches running nodes; nothing in between stops them."""

from datetime import timedelta
from pathlib import Path

from office_node.usecases.refresh_roster import refresh_roster
from services.simulator.federation import simulate
from services.simulator.loop import START, run_virtual, seeded
from services.stewards.drafts import with_epoch, without_office
from services.stewards.roster_maker import next_version


def test_running_nodes_take_the_new_epoch_from_the_directory(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            node = simulation["kanim-kotabumi"].node
            await refresh_roster(node)
            assert set(node.roster.epoch_keys) == {"2026"}
            now = START + timedelta(seconds=30)
            simulation.federation = next_version(
                simulation.federation,
                without_office("kanim-kalianda", now=now),
                with_epoch(opens_at=now, random=seeded("epoch")),
                now=now,
                random=seeded("boxes"),
            )
            await refresh_roster(node)
            assert node.roster.current().version == 2
            assert set(node.roster.epoch_keys) == {"2026", "2026a"}

    run_virtual(story())
