"""Joining: from the stewards' approval to a node that may count itself ready, a step at a time, each said in words.

It can be run again at any time: what is done stays done.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from office_node.node import Node
from office_node.usecases.deliver_notices import say_hello
from office_node.usecases.pull_notices import feeds_missing, pull_missing
from office_node.usecases.refresh_roster import refresh_roster


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, and what was found."""

    done: bool
    text: str


async def join(node: Node) -> AsyncIterator[Step]:
    """The steps in order; it ends with the first that is not done."""
    for work in (_roster, _approved, _own_keys, _answered, _pulled):
        step = await work(node)
        yield step
        if not step.done:
            return


async def _roster(node: Node) -> Step:
    await refresh_roster(node)
    if not node.roster.known:
        return Step(False, "no roster: is the directory reached, and is the fingerprint the one that was read out?")
    roster = node.roster.current()
    return Step(True, f"roster version {roster.version}, proved from the fingerprint")


async def _approved(node: Node) -> Step:
    now, roster = node.clock.now(), node.roster.current()
    member = roster.member(node.office)
    if member is None:
        return Step(False, f"{node.office} is not in the roster yet: the stewards have to approve the request")
    if not roster.in_good_standing(node.office, now):
        return Step(False, f"{node.office} is in the roster, but not in good standing: ask the stewards")
    if member.base_url != node.settings.public_url:
        return Step(False, f"the roster says {member.base_url}, JEJAK_PUBLIC_URL says {node.settings.public_url}")
    return Step(True, f"approved: {member.name}, with {len(roster.offices(now)) - 1} other offices")


async def _own_keys(node: Node) -> Step:
    roster, now = node.roster.current(), node.clock.now()
    if not any(roster.lists(key.keyid, key.public_hex, now) for key in node.keys.signing_keys):
        return Step(False, "the roster has another signing key of this office than the one here")
    if not node.roster.epoch_keys:
        return Step(False, "no epoch key opens here: the roster has none sealed to this node's encryption key")
    return Step(True, f"epoch keys open: {', '.join(sorted(node.roster.epoch_keys))}")


async def _answered(node: Node) -> Step:
    """The first answers of peers: they know this office, and its clock and address are right."""
    others = {member.id for member in node.roster.current().offices(node.clock.now())} - {node.office}
    if not others:
        return Step(True, "no other office yet")
    answered = sorted(await say_hello(node))
    if not answered:
        return Step(
            False,
            "no office has answered: they take the new roster within minutes; try again, or serve if you are the first",
        )
    return Step(True, f"answered by {len(answered)} of {len(others)}: {', '.join(answered)}")


async def _pulled(node: Node) -> Step:
    while await pull_missing(node) != ():
        continue
    now = node.clock.now()
    missing = await node.run.read(lambda connection: feeds_missing(connection, node, now=now))
    if missing:
        return Step(False, f"live notices still missing of {', '.join(missing)}; the node goes on when it serves")
    return Step(True, "the live notices of every office are here: ready to serve")
