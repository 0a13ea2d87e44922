"""What a node does by itself, in every process of it: questions, notices, hello, gaps, roster, alerts, sweep.

Each round is an errand of its own and takes its work from the database under a claim or a lease, so several processes
share it and a killed one loses nothing. No round waits for another: what a peer keeps waiting is its own affair
(docs/adr/0019). What only needs this node (alerts, sweep) waits for nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from office_node.errors import JejakError, LogDamagedError, NodeNotReadyError
from office_node.logs import log
from office_node.node import Node
from office_node.store import leases
from office_node.usecases.accuse import raise_damaged
from office_node.usecases.ask_due import ask_due
from office_node.usecases.ask_witnesses import ask_witnesses
from office_node.usecases.audit_logs import audit_due, is_audit_due
from office_node.usecases.change_keys import CHANGED, change_keys
from office_node.usecases.count_statistics import count_statistics
from office_node.usecases.deliver_notices import deliver_due, greet_due, say_hello
from office_node.usecases.discredit import discredit
from office_node.usecases.enumeration import watch_peers
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.own_clock import own_clock_fault
from office_node.usecases.pull_left import pull_left
from office_node.usecases.pull_notices import feeds_missing, pull_missing
from office_node.usecases.recover import load_era
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.refuse import log_strangers
from office_node.usecases.screen_list import file_waiting
from office_node.usecases.send_webhooks import is_webhook_due, send_webhooks
from office_node.usecases.sign_alert import alert_unrevealed
from office_node.usecases.sweep import sweep
from office_node.usecases.verify_log import verify_log

SCRUB_EVERY_S = 86_400.0
_LOOK_AGAIN_S = 30.0
"""A process that was killed leaves its duty for two minutes to nobody else."""
_SOON = 1.25
"""Rounds until another process asks the witnesses: what they have not seen could be rolled back unnoticed."""
_SPEAKS_NOT = ("roster", "log", "scrub")
"""Rounds that go on while the node answers nobody."""
Work = Callable[[Node], Awaitable[object]]


async def start(node: Node, *, caught_up: Callable[[], None]) -> None:
    """First roster; then every round by itself, and what is missing of everybody's feed, for which readiness waits."""
    while not (node.roster.known and await _serves(node)):
        await _guarded("roster", node, refresh_roster)
        if not (node.roster.known and await _serves(node)):
            await node.clock.sleep(2.0 if not node.roster.known else _LOOK_AGAIN_S)
    settings = node.settings
    rounds: tuple[tuple[str, float, Work], ...] = (
        ("asks", settings.deliver_every_s, ask_due),
        ("deliveries", settings.deliver_every_s, deliver_due),
        ("roster", settings.roster_refresh_s, refresh_roster),
        ("lists", settings.sweep_every_s, file_waiting),
        ("log", settings.log_every_s, _number),
        ("witnesses", settings.sweep_every_s, partial(_leased, name="witnesses", work=ask_witnesses, rounds=_SOON)),
        ("audits", settings.sweep_every_s / 3, _audit),
        ("scrub", SCRUB_EVERY_S, partial(_leased, name="scrub", work=_scrub)),
        ("alerts", settings.sweep_every_s, alert_unrevealed),
        ("sweep", settings.sweep_every_s, partial(_leased, name="sweep", work=_sweep)),
        ("stats", settings.sweep_every_s, partial(_leased, name="stats", work=count_statistics)),
        ("hello", settings.sweep_every_s, partial(_leased, name="hello", work=greet_due)),
    )
    if node.webhooks is not None:
        rounds = (*rounds, ("webhooks", settings.deliver_every_s * 2, _webhooks))
    for name, pause_s, work in rounds:
        node.errands.start(name, partial(_rounds, node, name, pause_s, work))
    whole = asyncio.Event()
    node.errands.start_once("change-keys", partial(_change_keys, node))
    node.errands.start("gaps", partial(_gaps, node, whole))
    await _wait_for(node, whole)
    caught_up()


async def _serves(node: Node) -> bool:
    """Whether it may speak: until stewards have released a restored node, it only looks for the roster that says so."""
    await _guarded("era", node, _read_era)
    try:
        node.check_serving()
    except NodeNotReadyError as error:
        log.warning("node-not-serving", office=node.office, reason=error.reason)
        return False
    return True


async def _read_era(node: Node) -> None:
    """What another process of this office, or `jejak recover`, has found out about the database."""
    await node.run.read(partial(load_era, node=node))


def _is_silenced(node: Node, name: str) -> bool:
    """Whether this round would say something that is not to be believed: it waits for recovery and release."""
    try:
        node.check_serving()
    except NodeNotReadyError:
        return name not in _SPEAKS_NOT
    return False


async def _change_keys(node: Node) -> None:
    """Beside everything: the rows of a large office take minutes. If another process is at it, this one looks again."""
    while len(node.keys.keys["storage"]) + len(node.keys.keys["local"]) > len(CHANGED):
        await _guarded("change-keys", node, change_keys)
        await node.clock.sleep(_LOOK_AGAIN_S)


async def _gaps(node: Node, whole: asyncio.Event) -> None:
    """Hello to everybody, then what is missing of everybody's feed, as long as there is more to be had; then rounds."""
    ends = node.clock.monotonic() + node.settings.catch_up_s
    await _guarded("hello", node, say_hello)
    while await _guarded("catch-up", node, pull_missing) != () and node.clock.monotonic() < ends:
        await node.clock.sleep(2.0)
    whole.set()
    await _rounds(node, "gaps", node.settings.sweep_every_s, partial(_leased, name="gaps", work=_pull))


async def _pull(node: Node) -> None:
    await pull_missing(node)
    await pull_left(node)


async def _wait_for(node: Node, whole: asyncio.Event) -> None:
    """Until it has caught up, but no longer than is set; whose feed is still missing is said by name."""
    try:
        async with node.clock.timeout(node.settings.catch_up_s):
            await whole.wait()
    except TimeoutError:
        log.warning("catch-up-goes-on", office=node.office)
    missing = await node.run.read(lambda connection: feeds_missing(connection, node, now=node.clock.now()))
    for office in missing:
        log.warning("feed-missing", peer=office, office=node.office)


async def _rounds(node: Node, name: str, pause_s: float, work: Work) -> None:
    while True:
        jitter = int.from_bytes(node.random(2), "big") / 2**16
        await node.clock.sleep(pause_s * (0.8 + 0.4 * jitter))
        if not _is_silenced(node, name):
            await _guarded(name, node, work)


async def _guarded(name: str, node: Node, work: Work) -> object:
    try:
        return await work(node)
    except JejakError as error:
        log.warning("round-failed", task=name, code=error.code, office=node.office)
    except Exception as error:  # one bad round must not end the rounds
        log.error("round-failed", task=name, error=type(error).__name__, office=node.office)
    return None


async def _leased(node: Node, *, name: str, work: Work, rounds: float = 3) -> None:
    """In one process of the office at a time; after a kill another one takes over when so many rounds have passed."""
    now = node.clock.now()
    until = now + timedelta(seconds=rounds * node.settings.sweep_every_s)
    if await node.run.write(lambda c: leases.take(c, name, holder=node.process, now=now, until=until)):
        await work(node)


async def _webhooks(node: Node) -> None:
    if await is_webhook_due(node):
        await _leased(node, name="webhooks", work=send_webhooks)


async def _audit(node: Node) -> None:
    if await is_audit_due(node):
        await _leased(node, name="audits", work=audit_due)


async def _number(node: Node) -> None:
    """A log that was changed is not extended, and says so once a minute, not with every look."""
    await _read_era(node)
    try:
        await integrate_log(node)
    except LogDamagedError as error:
        log.error("log-damaged", office=node.office, code=error.code)
        await node.run.write(partial(raise_damaged, node=node, about=""))
        await node.clock.sleep(60.0)


async def _scrub(node: Node) -> None:
    faults = await verify_log(node, progress=lambda _count: None)
    for fault in faults:
        log.error("log-damaged", office=node.office, reason=fault)
    if faults:
        await node.run.write(partial(raise_damaged, node=node, about=f"{node.clock.now().date()}"))


async def _sweep(node: Node) -> None:
    await sweep(node)
    await discredit(node)
    await log_strangers(node)
    await watch_peers(node)
    now = node.clock.now()
    fault = await node.run.read(lambda connection: own_clock_fault(connection, node, now=now))
    if fault is not None:
        log.error("own-clock-wrong", office=node.office, count=len(fault.offices), skew_s=fault.ahead_s)
