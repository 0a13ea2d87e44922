"""An edition signed by the Kanwil reaches every office beside the roster; no other edition does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from office_node.guideline.pack import as_pack, shipped_pack
from office_node.guideline.signed import sign_pack
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.usecases.guideline_in_force import pack_in_force
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.simulate_guideline import simulate_guideline
from services.simulator.acts import file, settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import START, run_virtual, seeded
from services.stewards.dialogue import Outside
from services.stewards.drafts import Change, StewardError
from services.stewards.guideline import with_guideline, with_guideline_key
from services.stewards.roster_maker import next_version
from shared_schemas.guideline import Pack
from shared_schemas.roster import MemberKey
from tests.federation.cast import KALIANDA, KOTABUMI, STRANGER

KANWIL = SigningKey("kanwil-lampung/guideline-2026", b"k" * 32)
OUTSIDE = Outside(lambda: START, seeded("kanwil"))


def listed(key: SigningKey = KANWIL) -> Change:
    until = START + timedelta(days=400)
    return with_guideline_key(MemberKey(keyid=key.keyid, key=key.public_hex, valid_from=START, valid_until=until))


def edition(version: int, **members: Any) -> Pack:
    return as_pack({**shipped_pack().model_dump(mode="json"), "version": version, **members})


def published(pack: Pack) -> Change:
    return with_guideline(sign_pack(pack, key=KANWIL), outside=OUTSIDE)


def unchecked(envelope: dict[str, Any]) -> Change:
    """What careless stewards would publish."""
    return lambda draft: replace(draft, guideline=canonical(envelope))


async def publish(simulation: Simulation, *changes: Change) -> None:
    now = next(iter(simulation.offices.values())).clock.now()
    simulation.federation = next_version(simulation.federation, *changes, now=now, random=seeded("spread"))
    for office in simulation.offices.values():
        await refresh_roster(office.node)


async def in_force(office: Office) -> int:
    response = await office.call("GET", "/office/v1/guideline")
    return int(response.json()["version"])


async def on_the_day(office: Office, day: date) -> int:
    return (await office.node.run.read(lambda connection: pack_in_force(connection, on=day))).version


def taken(office: Office) -> list[int]:
    with office.engine.begin() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT version FROM guideline ORDER BY version").all()]


def test_an_edition_spreads_and_counts_from_its_day(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            day = (START + timedelta(days=2)).date()
            later = day.isoformat()
            await publish(simulation, listed(), published(edition(2, effective_from=later)))
            for office in simulation.offices.values():
                assert taken(office) == [2]
                assert await in_force(office) == 1
                assert await on_the_day(office, day) == 2
            await publish(simulation, published(edition(3, thresholds={"yellow": 4, "red": 9})))
            for office in simulation.offices.values():
                assert (taken(office), await in_force(office), await on_the_day(office, day)) == ([2, 3], 3, 3)

    run_virtual(story())


def test_an_edition_by_another_key_or_of_an_older_version_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA, KOTABUMI)) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            thief = SigningKey(KANWIL.keyid, b"t" * 32)
            await publish(simulation, listed(), unchecked(sign_pack(edition(4), key=thief)))
            assert taken(office) == []
            await publish(simulation, unchecked(sign_pack(edition(3), key=KANWIL)))
            assert taken(office) == [3]
            await publish(simulation, unchecked(sign_pack(edition(2), key=KANWIL)))
            assert taken(office) == [3]
            await publish(simulation, unchecked({"payload": "x"}))
            await publish(simulation, lambda draft: replace(draft, guideline=b"[" * 5000))
            assert (taken(office), await in_force(office)) == ([3], 3)

    run_virtual(story())


def test_stewards_do_not_publish_what_nodes_would_refuse(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            draft = simulation.federation.draft
            with pytest.raises(StewardError, match="refused"):
                published(edition(2))(draft)
            held = published(edition(2))(listed()(draft))
            with pytest.raises(StewardError, match="only rises"):
                published(edition(2))(held)
            other = SigningKey("kanwil-lampung/guideline-2027", b"o" * 32)
            assert listed()(held).guideline == held.guideline
            assert listed(other)(held).guideline is None

    run_virtual(story())


def test_an_edition_is_simulated_on_past_cases_by_count(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            for number in range(6):
                person = {
                    **STRANGER,
                    "name": f"Bagus {'ABCDEF'[number]}ntoro Wibowo",
                    "sex": "M",
                    "birth_date": f"198{number}-07-30",
                }
                case = (await file(office, person, key=f"request-5{number:03}")).case
                said = {"code": "account_changed", "value": True, "note": "M-Paspor: wisata", "verified": True}
                await office.call("PUT", f"/office/v1/cases/{case}/answers", json={"answers": [said]})
            gentler = edition(2, thresholds={"yellow": 4, "red": 9})
            lines = {(line.kind, line.group): line for line in await simulate_guideline(office.node, gentler)}
            every = lines["all", ""]
            assert (every.cases, every.rises, every.falls) == (6, 0, 6)
            assert (every.before.count, every.after.count) == (6, 0)
            assert lines["sex", "M"].falls == 6
            with office.engine.begin() as connection:
                kinds = [row[0] for row in connection.exec_driver_sql("SELECT type FROM entry").all()]
            assert kinds.count("guideline-simulated") == 1

    run_virtual(story())
