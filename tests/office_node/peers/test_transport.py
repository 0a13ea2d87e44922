"""The transport of production: what it trusts, and what is said of a certificate that proves somebody else."""

import asyncio
import secrets
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import trustme

from office_node.clock import SystemClock
from office_node.domain.roster import TrustedRoster
from office_node.errors import PeerError, PeerUnreachableError, RosterMissingError
from office_node.peers.client import Peers
from office_node.peers.transport import open_transport
from office_node.signing.keys import SigningKey
from office_node.usecases.unanswered import cause_of

pytestmark = pytest.mark.anyio
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(ANSWER)
    await writer.drain()
    writer.close()


@asynccontextmanager
async def tls_server(authority: trustme.CA, *, name: str = "localhost") -> AsyncIterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = await asyncio.start_server(_answer, "localhost", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}/"


async def test_a_private_authority_that_the_machine_trusts_is_enough() -> None:
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    async with tls_server(authority) as url, httpx.AsyncClient(transport=open_transport(trusted=trusted)) as client:
        assert (await client.get(url)).text == "ok"


async def test_an_authority_that_the_machine_does_not_trust_is_refused() -> None:
    async with tls_server(trustme.CA()) as url, httpx.AsyncClient(transport=open_transport()) as client:
        with pytest.raises(httpx.TransportError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(url)


def peers_trusting(authority: trustme.CA) -> Peers:
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)

    def no_roster() -> TrustedRoster:
        raise RosterMissingError

    return Peers(
        key=lambda: SigningKey("kanim-kotabumi/sign-2026", b"k" * 32),
        roster=no_roster,
        clock=SystemClock(),
        random=secrets.token_bytes,
        transport=open_transport(trusted=trusted),
    )


async def failure(peers: Peers, url: str) -> PeerError:
    with pytest.raises(PeerError) as caught:
        await peers.fetch_public(url.rstrip("/"), "/roster/v1/metadata/timestamp.json", timeout_s=10)
    await peers.close()
    return caught.value


async def test_a_certificate_of_an_authority_that_is_not_trusted_is_named_as_the_cause() -> None:
    async with tls_server(trustme.CA()) as url:
        error = await failure(peers_trusting(trustme.CA()), url)
    assert isinstance(error, PeerUnreachableError)
    assert (error.reason, cause_of(error)) == ("certificate", "peer-certificate")


async def test_a_certificate_of_another_host_is_named_as_the_cause() -> None:
    authority = trustme.CA()
    async with tls_server(authority, name="kanim-elsewhere.example") as url:
        error = await failure(peers_trusting(authority), url)
    assert cause_of(error) == "peer-certificate"


async def test_a_port_where_nobody_listens_is_no_matter_of_certificates() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure(peers_trusting(trustme.CA()), f"https://localhost:{port}/")
    assert cause_of(error) == "peer-unreachable"
