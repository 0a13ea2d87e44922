"""The transport of production: httpx's interface over aiohttp's connections (docs/adr/0002). The only import of it."""

import httpx
from httpx_aiohttp import AiohttpTransport


def open_transport() -> httpx.AsyncBaseTransport:
    """Kept connections to every peer, verified TLS, no proxy from the environment."""
    return AiohttpTransport(trust_env=False, limits=httpx.Limits(max_connections=400, max_keepalive_connections=400))
