"""The transport of production: httpx's interface over aiohttp's connections (docs/adr/0002). The only import of it."""

import ssl

import httpx
from httpx_aiohttp import AiohttpTransport

_LIMITS = httpx.Limits(max_connections=400, max_keepalive_connections=400)


def open_transport(*, trusted: ssl.SSLContext | None = None) -> httpx.AsyncBaseTransport:
    """Kept connections to every peer, TLS checked against what this machine trusts, no proxy from the environment.

    A private authority is trusted as everywhere on the machine: in its store, or by OpenSSL's `SSL_CERT_FILE`.
    """
    return AiohttpTransport(verify=trusted or ssl.create_default_context(), trust_env=False, limits=_LIMITS)
