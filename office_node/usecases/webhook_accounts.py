"""The endpoints to which an office's events are sent: made and removed by its administrator."""

from datetime import datetime
from urllib.parse import urlsplit

from office_node.errors import WebhookRefusedError
from office_node.node import Node
from office_node.signing.webhooks import SECRET_OCTETS, secret_text
from office_node.store import office_events, webhooks
from office_node.store.transactions import Connection
from office_node.store.webhooks import Webhook
from office_node.usecases.record import Act, enter
from shared_schemas.events import EventKind
from shared_schemas.statement import Actor

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MOST, _LONGEST = 20, 500


async def add_webhook(node: Node, url: str, *, kinds: tuple[EventKind, ...], by: Actor) -> tuple[str, str]:
    """Reference and secret of a new endpoint; events from now on go there. WebhookRefusedError."""
    check_url(url)
    ref, secret, now = node.new_ref(), node.random(SECRET_OCTETS), node.clock.now()
    sealed = node.sealer.seal("webhook", ref, secret)

    def add(connection: Connection) -> None:
        if len(webhooks.listed(connection)) >= _MOST:
            raise WebhookRefusedError("too-many")
        start = office_events.last(connection)
        webhooks.add(connection, Webhook(ref, url, kinds, sealed, start, now, "active", 0, None, now))
        enter(connection, node, act=Act("webhook-added", now, by, {"webhook": ref, "kinds": list(kinds)}))

    await node.run.write(add)
    return ref, secret_text(secret)


async def list_webhooks(node: Node) -> list[Webhook]:
    """All of them, the oldest first."""
    return await node.run.read(webhooks.listed)


async def remove_webhook(node: Node, ref: str, *, by: Actor) -> None:
    """Nothing more is sent there. WebhookRefusedError if there is none."""
    now = node.clock.now()

    def remove(connection: Connection) -> None:
        if not webhooks.remove(connection, ref):
            raise WebhookRefusedError("unknown")
        enter(connection, node, act=Act("webhook-removed", now, by, {"webhook": ref}))

    await node.run.write(remove)


async def enable_webhook(node: Node, ref: str, *, by: Actor) -> int:
    """Send there again what it lacks; how many events are lost to it because they are kept no more."""
    now = node.clock.now()
    return await node.run.write(lambda connection: _enable(connection, node, ref, by=by, now=now))


def _enable(connection: Connection, node: Node, ref: str, *, by: Actor, now: datetime) -> int:
    found = [one for one in webhooks.listed(connection) if one.id == ref]
    if not found:
        raise WebhookRefusedError("unknown")
    [hook] = found
    start = max(hook.cursor, office_events.forgotten(connection))
    again = Webhook(hook.id, hook.url, hook.kinds, hook.sealed, start, hook.created_at, "active", 0, None, due_at=now)
    webhooks.move(connection, again)
    enter(connection, node, act=Act("webhook-enabled", now, by, {"webhook": ref}))
    return start - hook.cursor


def check_url(url: str) -> None:
    """WebhookRefusedError unless it is https, or http on this machine, without credentials, query or fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookRefusedError("malformed") from error
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise WebhookRefusedError("malformed")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise WebhookRefusedError("not-https")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise WebhookRefusedError("malformed")
    if not url.isascii() or any(c.isspace() for c in url) or len(url) > _LONGEST:
        raise WebhookRefusedError("malformed")
