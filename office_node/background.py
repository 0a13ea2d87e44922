"""What a node does by itself, in every process of it: outbox, hello, gaps, roster, sweeps.

Each round takes its work from the database under a claim or a lease, so several processes share it and a killed one
loses nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from office_node.errors import JejakError
from office_node.logs import log
from office_node.node import Node
from office_node.store import leases
from office_node.usecases.deliver_notices import deliver_due, say_hello
from office_node.usecases.own_clock import own_clock_fault
from office_node.usecases.pull_notices import pull_missing
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.refuse import log_strangers
from office_node.usecases.screen_case import ask_due
from office_node.usecases.sign_alert import alert_unrevealed
from office_node.usecases.sweep import sweep

AT_ONCE = 100


async def start(node: Node, *, caught_up: Callable[[], None]) -> None:
    """First roster, hello to everybody, what is missing of everybody's feed; then the rounds go on for ever."""
    while not node.roster.known:
        await _guarded("roster", node, lambda: refresh_roster(node))
        if not node.roster.known:
            await node.clock.sleep(2.0)
    await _guarded("hello", node, lambda: say_hello(node))
    while await _guarded("catch-up", node, lambda: _catch_up(node)) is None:
        await node.clock.sleep(2.0)
    caught_up()
    node.errands.start("outbox", lambda: _rounds(node, "outbox", node.settings.deliver_every_s, _outbox))
    node.errands.start("roster", lambda: _rounds(node, "roster", node.settings.roster_refresh_s, refresh_roster))
    node.errands.start("sweep", lambda: _rounds(node, "sweep", node.settings.sweep_every_s, _sweep))


async def _catch_up(node: Node) -> tuple[str, ...]:
    """Pull from every member that can be reached; who is missing is said by name."""
    missing = await pull_missing(node)
    for office in missing:
        log.warning("feed-missing", peer=office, office=node.office)
    return missing


async def _rounds(node: Node, name: str, pause_s: float, work: Callable[[Node], Awaitable[object]]) -> None:
    while True:
        jitter = int.from_bytes(node.random(2), "big") / 2**16
        await node.clock.sleep(pause_s * (0.8 + 0.4 * jitter))
        await _guarded(name, node, lambda: work(node))


async def _guarded(name: str, node: Node, work: Callable[[], Awaitable[object]]) -> object:
    try:
        return await work()
    except JejakError as error:
        log.warning("round-failed", task=name, code=error.code, office=node.office)
    except Exception as error:  # one bad round must not end the rounds
        log.error("round-failed", task=name, error=type(error).__name__, office=node.office)
    return None


async def _outbox(node: Node) -> None:
    while await ask_due(node, limit=AT_ONCE) + await deliver_due(node, limit=AT_ONCE) >= AT_ONCE:
        continue


async def _sweep(node: Node) -> None:
    now = node.clock.now()
    until = now + timedelta(seconds=3 * node.settings.sweep_every_s)
    if not await node.run.write(
        lambda connection: leases.take(connection, "sweep", holder=node.process, now=now, until=until)
    ):
        return
    await sweep(node)
    await log_strangers(node)
    await alert_unrevealed(node)
    await say_hello(node)
    await pull_missing(node)
    fault = await node.run.read(lambda connection: own_clock_fault(connection, node, now=now))
    if fault is not None:
        log.error("own-clock-wrong", office=node.office, count=len(fault.offices), skew_s=fault.ahead_s)
