"""Which of this node's keys are used, which are needed for a while, and which nothing needs any more."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from office_node.keyring import Purpose
from office_node.node import Node
from office_node.usecases.change_keys import CHANGED, in_use
from shared_schemas.roster import MemberKey


@dataclass(frozen=True)
class KeyState:
    """One key; `spare` if it can be removed."""

    purpose: Purpose
    keyid: str
    text: str
    spare: bool


async def key_states(node: Node) -> list[KeyState]:
    """All keys of the keyring, by purpose, the newest last."""
    return [*_listed(node, "signing"), *_listed(node, "encryption"), *await _kept(node)]


def _listed(node: Node, purpose: Purpose) -> list[KeyState]:
    now, held = node.clock.now(), list(node.keys.keys[purpose])
    member = node.roster.current().member(node.office) if node.roster.known else None
    keys = () if member is None else (member.signing_keys if purpose == "signing" else member.encryption_keys)
    listed = {key.keyid: key for key in keys}
    current = node.signing.keyid if purpose == "signing" else held[-1]
    return [_state(purpose, keyid, listed.get(keyid), used=keyid == current, now=now) for keyid in held]


def _state(purpose: Purpose, keyid: str, listed: MemberKey | None, *, used: bool, now: datetime) -> KeyState:
    if listed is None:
        return KeyState(purpose, keyid, "not in the roster yet: the stewards have to take the request", False)
    if now >= listed.valid_until:
        return KeyState(purpose, keyid, f"over since {listed.valid_until:%Y-%m-%d}; can be retired", not used)
    return KeyState(purpose, keyid, f"{'used, ' if used else ''}counts until {listed.valid_until:%Y-%m-%d}", False)


async def _kept(node: Node) -> list[KeyState]:
    states = []
    for purpose in CHANGED:
        named = await node.run.read(partial(in_use, purpose=purpose))
        for keyid in node.keys.keys[purpose]:
            if keyid == named[-1]:
                states.append(KeyState(purpose, keyid, "used", False))
            elif keyid in named:
                states.append(KeyState(purpose, keyid, "needed until every row has moved to the newest", False))
            elif keyid == node.keys.newest(purpose):
                states.append(KeyState(purpose, keyid, "new: used once the node has been restarted", False))
            else:
                states.append(KeyState(purpose, keyid, "can be retired", True))
    return states
