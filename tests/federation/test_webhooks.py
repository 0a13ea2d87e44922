"""Events reach an office's own system over real HTTP: signed, in order, again after a failure, and nowhere else."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx

from office_node.errors import PeerError
from office_node.node import Node
from office_node.peers.egress import networks_of, only_to
from office_node.peers.transport import open_transport
from office_node.peers.webhooks import Webhooks
from office_node.usecases.send_webhooks import is_webhook_due, send_webhooks
from office_node.usecases.webhook_accounts import add_webhook, enable_webhook, list_webhooks, remove_webhook
from services.simulator import acts
from services.simulator.acts import file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import VirtualClock, run_virtual
from shared_schemas.statement import Actor
from tests.federation.cast import FIRST, KALIANDA, STRANGER

BY = Actor(office=KALIANDA, role="administrator")


@dataclass
class Receiver(httpx.AsyncBaseTransport):
    """An office system: keeps what it took, and answers as it is told."""

    answers: list[int] = field(default_factory=list)
    got: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        status = self.answers.pop(0) if self.answers else 204
        if status == 0:
            raise httpx.ConnectError("down")
        self.got.append(request)
        return httpx.Response(status)


def with_way_out(office: Office, transport: httpx.AsyncBaseTransport) -> Node:
    return replace(office.node, webhooks=Webhooks(transport, clock=office.clock))


def kinds(receiver: Receiver) -> list[str]:
    return [json.loads(one.content)["type"] for one in receiver.got]


def test_events_are_sent_signed_in_their_order_and_again_where_they_were_not_taken(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=urls[:1]) as simulation:
            await settle(simulation)
            office, receiver = simulation[KALIANDA], Receiver()
            node = with_way_out(office, receiver)
            assert not await is_webhook_due(node)
            await file(office, STRANGER, key="before-0001")
            await settle(simulation)
            ref, text = await add_webhook(node, "https://simkim.example/hooks", kinds=(), by=BY)
            assert not await is_webhook_due(node)  # what was before is not sent
            case = (await file(office, FIRST)).case
            await settle(simulation)
            receiver.answers = [204, 500]
            assert await send_webhooks(node) == 1
            assert await send_webhooks(node) == 0  # it is left alone for a while
            await office.clock.sleep(5)
            assert await send_webhooks(node) == 2
            assert kinds(receiver) == ["case_filed", "screening_opened", "screening_opened", "screening_settled"]
            first, failed, again, _ = receiver.got
            assert failed.headers["webhook-id"] == again.headers["webhook-id"] != first.headers["webhook-id"]
            assert int(again.headers["webhook-timestamp"]) > int(failed.headers["webhook-timestamp"])
            secret = base64.b64decode(text.removeprefix("whsec_"))
            for one in receiver.got:
                signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.content
                expected = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
                assert one.headers["webhook-signature"] == f"v1,{expected}"
                assert json.loads(one.content)["data"]["case"] == case
                assert FIRST["name"] not in one.content.decode()
            await remove_webhook(node, ref, by=BY)
            assert await list_webhooks(node) == []

    run_virtual(story())


def test_an_endpoint_that_is_gone_or_silent_for_days_is_switched_off_and_can_go_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await settle(simulation)
            office, receiver = simulation[KALIANDA], Receiver()
            node = with_way_out(office, receiver)
            await add_webhook(node, "https://gone.example/", kinds=(), by=BY)
            quiet, _ = await add_webhook(node, "https://quiet.example/", kinds=("case_moved",), by=BY)
            case = (await file(office, STRANGER)).case
            await acts.move(office, case, {"transition": "receive"}, role="counter")
            receiver.answers = [410, 0]
            await send_webhooks(node)
            assert [one.state for one in await list_webhooks(node)] == ["disabled", "active"]
            office.clock.skew = timedelta(days=6)
            receiver.answers = [0]
            await send_webhooks(node)
            assert [one.state for one in await list_webhooks(node)] == ["disabled", "disabled"]
            raised = await acts.alerts(office)
            assert [one.kind for one in raised] == ["webhook_disabled"] * 2
            for one in raised:
                path = f"/office/v1/alerts/{one.alert}/signature"
                assert (await office.call("POST", path, json={"note": "Diperbaiki"})).status_code == 204
            receiver.got.clear()
            assert await enable_webhook(node, quiet, by=BY) == 0
            assert await send_webhooks(node) == 1
            assert kinds(receiver) == ["case_moved"]
            await acts.move(office, case, {"transition": "take_biometrics"}, role="counter")
            receiver.answers = [410]
            await send_webhooks(node)
            assert [one.kind for one in await acts.alerts(office)] == ["webhook_disabled"]

    run_virtual(story())


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A real server on loopback that answers 204, and the heads that it got."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heads
    finally:
        server.close()
        await server.wait_closed()


async def sent_to_loopback(*networks: str) -> tuple[int | str, list[bytes]]:
    async with listening() as (port, heads):
        hooks = Webhooks(open_transport(look_up=only_to(networks_of(networks))), clock=VirtualClock())
        said: int | str
        try:
            said = await hooks.send(f"http://127.0.0.1:{port}/hooks", headers={"webhook-id": "a.1"}, body=b"{}")
        except PeerError as error:
            said = error.code
        await hooks.close()
        return said, heads


def test_over_real_connections_a_listed_network_is_reached_and_no_other() -> None:
    status, heads = asyncio.run(sent_to_loopback("127.0.0.0/8"))
    assert status == 204
    assert heads[0].startswith(b"POST /hooks HTTP/1.1\r\nHost: 127.0.0.1:")
    assert asyncio.run(sent_to_loopback("10.0.0.0/8")) == ("peer-unreachable", [])
    assert asyncio.run(sent_to_loopback()) == ("peer-unreachable", [])
