"""Whose key counts no more is still known: what it really sends is evidence about it, and cannot fill a disk."""

import json
from pathlib import Path

import httpx

from office_node.signing.messages import sign_question
from office_node.store import rosters
from office_node.usecases.refuse import COUNTED_ENTRIES
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import BANDAR, KALIANDA
from tests.federation.sending import notice, refused, send


async def deny(office: Office, member: str) -> None:
    """The office's administrator trusts this member no more, and its process knows."""
    now = office.clock.now()
    await office.node.run.write(lambda connection: rosters.deny(connection, member, now=now, reason="uji"))
    await office.node.run.read(office.node.roster.load)


def test_a_members_message_under_a_revoked_key_is_evidence_about_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            kalianda, denied = simulation[KALIANDA], simulation[BANDAR]
            await deny(kalianda, BANDAR)
            before = len(refused(kalianda, by=BANDAR))
            sent = notice(denied)
            nonce = "n" * 32
            response = await send(simulation, denied, KALIANDA, "/notices", notice=sent, nonce=nonce)
            assert (response.status_code, response.json()["code"]) == (401, "revoked-key")
            assert refused(kalianda, by=BANDAR)[before:] == ["revoked-key"]
            again = await send(simulation, denied, KALIANDA, "/notices", notice=sent, nonce=nonce)
            assert again.json()["code"] == "revoked-key"
            assert len(refused(kalianda, by=BANDAR)) == before + 1
            assert acts.counted(kalianda, denied.signing.keyid)["revoked-key"] >= 2

    run_virtual(story())


def test_a_flood_under_a_revoked_key_is_counted_and_fills_no_disk(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            kalianda, denied = simulation[KALIANDA], simulation[BANDAR]
            await deny(kalianda, BANDAR)
            await settle(simulation, 60 - kalianda.clock.now().second + 1)
            before = len(refused(kalianda, by=BANDAR))
            for _ in range(3 * COUNTED_ENTRIES):
                await send(simulation, denied, KALIANDA, "/notices", notice=notice(denied))
            assert len(refused(kalianda, by=BANDAR)) - before <= COUNTED_ENTRIES
            assert acts.counted(kalianda, denied.signing.keyid)["revoked-key"] >= 3 * COUNTED_ENTRIES

    run_virtual(story())


def test_who_only_names_a_revoked_key_makes_no_evidence_about_its_member(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            kalianda, denied = simulation[KALIANDA], simulation[BANDAR]
            await deny(kalianda, BANDAR)
            before = len(refused(kalianda, by=BANDAR)), acts.counted(kalianda, denied.signing.keyid)["revoked-key"]
            url, body = f"https://{KALIANDA}.test/federation/v1/notices", b"{}"
            headers = sign_question(
                "POST", url, content_type="application/json", body=body, key=denied.signing,
                now=int(denied.clock.now().timestamp()), nonce="m" * 32,
            )  # fmt: skip
            headers["Signature"] = "jejak=:" + "A" * 86 + "==:"
            response = await simulation.network.handle_async_request(
                httpx.Request("POST", url, headers=headers, content=body)
            )
            assert json.loads(await response.aread())["code"] == "revoked-key"
            after = len(refused(kalianda, by=BANDAR)), acts.counted(kalianda, denied.signing.keyid)["revoked-key"]
            assert after == before

    run_virtual(story())
