"""`create_app`: the only place that knows how the parts of a node fit together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI
from starlette.types import Lifespan

from office_node import background
from office_node.api import (
    cases,
    docs_page,
    events,
    federation,
    guideline,
    health,
    lists,
    oauth,
    office,
    officers,
    pimpasa,
    problems,
    requests,
    roster,
    sessions,
    statistics,
    witness,
)
from office_node.api.document import TAGS, NodeApi
from office_node.api.watermark import Watermark
from office_node.clock import Clock, Random
from office_node.console import problem_pages
from office_node.console.routes import console_routes
from office_node.errors import NodeNotReadyError
from office_node.keyring import load_client_secret, load_keys
from office_node.node import Node
from office_node.node_roster import NodeRoster
from office_node.peers.client import Peers
from office_node.peers.provider import Provider
from office_node.peers.webhooks import Webhooks
from office_node.settings import Settings
from office_node.store import meta
from office_node.store.sealing import Sealer
from office_node.store.transactions import Connection, Runner
from office_node.usecases.change_keys import choose_keys
from office_node.usecases.recover import load_era


def build_node(
    settings: Settings, *, clock: Clock, random: Random, transport: httpx.AsyncBaseTransport, run: Runner,
    egress: httpx.AsyncBaseTransport | None = None,
) -> Node:  # fmt: skip
    """A node from its settings and the seams; reads its key files. KeyMissingError.

    `egress`: the way to the office's own systems, to listed networks only; without it no webhook is sent.
    """
    keys = load_keys(settings.keys_dir)
    members = NodeRoster(
        settings.office,
        encryption=keys.keys["encryption"],
        fingerprint=settings.root_fingerprint,
        training=settings.training,
    )
    peers = Peers(
        key=lambda: node.signing,
        roster=members.current,
        clock=clock,
        random=random,
        transport=transport,
        at_once=settings.max_parallel_per_peer,
    )
    sealer = Sealer(keys.keys["storage"], current=keys.newest("storage"), random=random)
    node = Node(
        settings=settings,
        clock=clock,
        random=random,
        run=run,
        keys=keys,
        sealer=sealer,
        roster=members,
        peers=peers,
        provider=_provider(settings, clock=clock, transport=transport),
        webhooks=None if egress is None else Webhooks(egress, clock=clock),
        process=random(8).hex(),
    )
    return node


def _provider(settings: Settings, *, clock: Clock, transport: httpx.AsyncBaseTransport) -> Provider | None:
    if settings.oidc_issuer is None:
        return None
    secret = load_client_secret(settings.keys_dir)
    return Provider(settings, secret=secret, clock=clock, transport=transport)


async def open_node(node: Node, *, newest_keys: bool = False) -> None:
    """Refuse another office's database, then load the roster held here. NodeNotReadyError, KeyMissingError.

    `newest_keys`: write under the newest storage and local keys from now on, as a node does that starts to serve. What
    runs beside it (a command) writes under those that it serves with.
    """
    owner = await node.run.write(lambda connection: _claim(connection, node.office))
    if owner != node.office:
        raise NodeNotReadyError("database of another office")
    mode = "training" if node.settings.training else "real"
    if await node.run.write(lambda connection: _marked(connection, mode)) != mode:
        raise NodeNotReadyError(f"database of {'real' if node.settings.training else 'invented'} people")
    await node.run.read(partial(load_era, node=node))
    await node.run.write(partial(choose_keys, node=node, newest=newest_keys))
    await node.run.read(node.roster.load)


def _claim(connection: Connection, office_id: str) -> str:
    owner = meta.get(connection, "office")
    if owner is None:
        meta.put(connection, "office", value=office_id)
    return owner or office_id


def _marked(connection: Connection, mode: str) -> str:
    """Whose people this database is of: said once, at its first opening, and never changed."""
    marked = meta.get(connection, "people")
    if marked is None:
        meta.put(connection, "people", value=mode)
    return marked or mode


def new_api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Every route of a node and what turns errors into HTTP, without a node behind it."""
    api = NodeApi(
        title="Jejak office node",
        version="1",
        summary="Immigration offices ask one another; every question leaves a trace.",
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for router in (
        federation.router,
        health.router,
        roster.router,
        witness.router,
        office.router,
        cases.router,
        requests.router,
        events.router,
        lists.router,
        pimpasa.router,
        statistics.exact_router,
        statistics.router,
        sessions.open_router,
        sessions.router,
        officers.router,
        guideline.router,
        oauth.router,
        docs_page.router,
    ):
        # What is asked most is looked for first. Not `include_router`: it looks twice, which costs 50 us a request.
        api.router.routes.extend(router.routes)
    api.router.routes.extend(console_routes())
    problems.install(api)
    problem_pages.install(api)
    return api


def create_app(
    settings: Settings, *, clock: Clock, random: Random, transport: httpx.AsyncBaseTransport, run: Runner,
    egress: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:  # fmt: skip
    """The ASGI application of one node. Everything uncertain is handed in; the database has this version's tables."""
    node = build_node(settings, clock=clock, random=random, transport=transport, run=run, egress=egress)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await open_node(node, newest_keys=True)
            node.errands.start("start", lambda: background.start(node, caught_up=lambda: _mark(app)))
            yield
        finally:
            await node.errands.close()
            await node.peers.close()
            if node.webhooks is not None:
                await node.webhooks.close()
            await node.run.close()

    app = new_api(lifespan)
    if settings.training:
        app.add_middleware(Watermark)
    app.state.node = node
    app.state.caught_up = False
    return app


def _mark(app: FastAPI) -> None:
    app.state.caught_up = True
