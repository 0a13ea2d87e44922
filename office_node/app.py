"""`create_app`: the only place that knows how the parts of a node fit together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from office_node import background
from office_node.api import federation, health, office, problems
from office_node.clock import Clock, Random
from office_node.errors import NodeNotReadyError
from office_node.keyring import load_keys
from office_node.node import Node
from office_node.node_roster import NodeRoster
from office_node.peers.client import Peers
from office_node.settings import Settings
from office_node.store import meta
from office_node.store.sealing import Sealer
from office_node.store.transactions import Connection, Runner
from shared_schemas.history import RevealSent
from shared_schemas.inquiry import InquirySent
from shared_schemas.trace import HelloSent, NoticeSent

_BODIES = (InquirySent, RevealSent, NoticeSent, HelloSent)


def build_node(
    settings: Settings, *, clock: Clock, random: Random, transport: httpx.AsyncBaseTransport, run: Runner
) -> Node:
    """A node from its settings and the four seams; reads its key files. KeyMissingError."""
    keys = load_keys(settings.keys_dir)
    roster = NodeRoster(
        settings.office,
        encryption_keyid=keys.encryption_keyid,
        encryption=keys.encryption,
        fingerprint=settings.root_fingerprint,
    )
    peers = Peers(key=keys.signing, roster=roster.current, clock=clock, random=random, transport=transport)
    sealer = Sealer({"storage-1": keys.storage}, current="storage-1", random=random)
    return Node(
        settings=settings,
        clock=clock,
        random=random,
        run=run,
        keys=keys,
        sealer=sealer,
        roster=roster,
        peers=peers,
        process=random(8).hex(),
    )


async def open_node(node: Node) -> None:
    """Refuse another office's database, then load the roster held here. NodeNotReadyError."""
    owner = await node.run.write(lambda connection: _claim(connection, node.office))
    if owner != node.office:
        raise NodeNotReadyError("database of another office")
    await node.run.read(node.roster.load)


def _claim(connection: Connection, office_id: str) -> str:
    owner = meta.get(connection, "office")
    if owner is None:
        meta.put(connection, "office", value=office_id)
    return owner or office_id


class NodeApp(FastAPI):
    """FastAPI, whose OpenAPI also holds the bodies that are parsed only after their signature was verified."""

    def openapi(self) -> dict[str, Any]:
        """The document, with every schema that it refers to."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in _BODIES:
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        return document


def create_app(
    settings: Settings, *, clock: Clock, random: Random, transport: httpx.AsyncBaseTransport, run: Runner
) -> FastAPI:
    """The ASGI application of one node. Everything uncertain is handed in; the database has this version's tables."""
    node = build_node(settings, clock=clock, random=random, transport=transport, run=run)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await open_node(node)
        node.errands.start("start", lambda: background.start(node, caught_up=lambda: _mark(app)))
        try:
            yield
        finally:
            await node.errands.close()
            await node.peers.close()
            await node.run.close()

    app = NodeApp(
        title="Jejak office node",
        version="1",
        summary="Immigration offices ask one another; every question leaves a trace.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.node = node
    app.state.caught_up = False
    for router in (health.router, federation.router, office.router):
        app.include_router(router)
    problems.install(app)
    return app


def _mark(app: FastAPI) -> None:
    app.state.caught_up = True
