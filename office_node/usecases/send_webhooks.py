"""Events are sent to the office's own systems as Standard Webhooks: in order, at least once, from a stored cursor.

An endpoint that does not take an event gets it again, with longer and longer pauses; nothing overtakes it. After five
days without success, or when it answers 410, it is switched off and an alert says so.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from office_node.domain.backoff import next_pause_s
from office_node.errors import PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.signing.webhooks import headers_of
from office_node.store import alerts, office_events, webhooks
from office_node.store.transactions import Connection
from office_node.store.webhooks import Webhook
from office_node.usecases.follow_events import view_of
from office_node.usecases.record import Act, enter
from shared_schemas.base import rfc3339
from shared_schemas.events import OfficeEvent

GIVEN_UP_AFTER = timedelta(days=5)
_AT_ONCE = 50
_LONGEST_S = 3600.0
_SEALED = "webhook"


async def is_webhook_due(node: Node) -> bool:
    """Whether there is anything to send: only then a process takes the duty."""
    return node.webhooks is not None and bool(await node.run.read(partial(_due, now=node.clock.now())))


async def send_webhooks(node: Node) -> int:
    """One round: to each endpoint that is due, what it lacks, until one is not taken; how many were sent."""
    if node.webhooks is None:
        return 0
    sent = 0
    for hook in await node.run.read(partial(_due, now=node.clock.now())):
        sent += await _send_to(node, hook)
    return sent


def _due(connection: Connection, *, now: datetime) -> list[Webhook]:
    return webhooks.due(connection, now=now, last=office_events.last(connection))


async def _send_to(node: Node, hook: Webhook) -> int:
    found = await node.run.read(lambda connection: office_events.after(connection, hook.cursor, limit=_AT_ONCE))
    sent = 0
    for event in map(view_of, found):
        if hook.kinds and event.kind not in hook.kinds:
            hook = replace(hook, cursor=int(event.cursor))
            continue
        status = await _send(node, hook, event)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            await node.run.write(partial(_failed, node=node, hook=hook, gone=status == HTTPStatus.GONE))
            return sent
        sent += 1
        hook = replace(hook, cursor=int(event.cursor), failures=0, failing_since=None)
    await node.run.write(lambda connection: webhooks.move(connection, hook))
    return sent


async def _send(node: Node, hook: Webhook, event: OfficeEvent) -> int:
    """The status of the answer; 0 if there was none."""
    assert node.webhooks is not None
    body = json.dumps(
        {"type": event.kind, "timestamp": rfc3339(event.at), "data": event.model_dump(mode="json")},
        separators=(",", ":"),
    ).encode()
    id = f"{node.office}.{event.cursor}"
    secret = node.sealer.unseal(_SEALED, hook.id, hook.sealed)
    headers = headers_of(secret, id=id, timestamp=int(node.clock.now().timestamp()), body=body)
    try:
        return await node.webhooks.send(hook.url, headers=dict(headers), body=body)
    except PeerError as error:
        log.warning("webhook-failed", webhook=hook.id, cause=error.code)
        return 0


def _failed(connection: Connection, *, node: Node, hook: Webhook, gone: bool) -> None:
    now = node.clock.now()
    since = hook.failing_since or now
    if gone or now - since >= GIVEN_UP_AFTER:
        webhooks.move(connection, replace(hook, state="disabled", failing_since=since))
        enter(connection, node, act=Act("webhook-disabled", now, node.machine, {"webhook": hook.id, "gone": gone}))
        about = f"{hook.id} {rfc3339(since)}"  # each time that it ends is a thing of its own
        alert = alerts.NewAlert(node.new_ref(), "webhook_disabled", "", node.office, about, None, now)
        alerts.raise_alert(connection, alert)
        return
    pause = next_pause_s(hook.failures, first_s=node.settings.first_backoff_s, longest_s=_LONGEST_S, random=node.random)
    due = now + timedelta(seconds=pause)
    webhooks.move(connection, replace(hook, failures=hook.failures + 1, failing_since=since, due_at=due))
