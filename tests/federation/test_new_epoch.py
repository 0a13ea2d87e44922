"""A new roster, with a member less and an epoch more, reaches running nodes; nothing in between stops them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.usecases.refresh_roster import refresh_roster
from services.simulator.acts import file, postpone, screening, settle
from services.simulator.federation import simulate
from services.simulator.loop import START, run_virtual, seeded
from services.stewards.drafts import with_epoch, without_office
from services.stewards.roster_maker import next_version

# Every kind has a value, names and phones several.
MANY_VALUES: dict[str, Any] = {
    "name": "Sri Wahyuni Rahayu Lestari",
    "nik": "1801045703940003",
    "birth_date": "1994-03-17",
    "birth_place": "Kalianda",
    "sex": "F",
    "mother_name": "Suparmi Ningsih",
    "village": "18.01.04.2001",
    "phones": ["081234567801", "085398765402", "082187654303"],
}


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


def test_a_hit_under_two_live_epochs_is_proved_once_for_each_kind(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            now = START + timedelta(seconds=30)
            simulation.federation = next_version(
                simulation.federation, with_epoch(opens_at=now, random=seeded("epoch")), now=now, random=seeded("boxes")
            )
            await settle(simulation, 31)
            for office in simulation.offices.values():
                await refresh_roster(office.node)
            first = await file(simulation["kanim-kalianda"], MANY_VALUES)
            await postpone(simulation["kanim-kalianda"], first.case)
            again = await file(simulation["kanim-kotabumi"], MANY_VALUES)
            await settle(simulation)
            seen = await screening(simulation["kanim-kotabumi"], again.screening)
            assert {row.office: row.outcome for row in seen.coverage}["kanim-kalianda"] == "hit"
            assert [row.zone for row in seen.history] == ["match"]

    run_virtual(story())
