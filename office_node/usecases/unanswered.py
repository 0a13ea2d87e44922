"""A peer did not answer as it should: the cause that is shown, its pause, and whether the two clocks disagree."""

from datetime import datetime, timedelta

from office_node.domain.backoff import next_pause_s
from office_node.errors import (
    ExpiredError,
    NotYetValidError,
    PeerAnswerInvalidError,
    PeerError,
    PeerRefusedError,
    PeerUnreachableError,
)
from office_node.node import Node
from office_node.store import peers
from office_node.store.transactions import Connection

_WHOSE = {"protocol-too-new": "protocol-too-old", "protocol-too-old": "own-protocol-too-old"}
"""What a peer says of this node's version, as it is to be said here: of the peer, or of this node."""
_TIME = ("expired", "not-yet-valid")


def cause_of(error: PeerError) -> str:
    """The code by which an *unknown* is explained: the peer's own word, or what its answer ran into here."""
    if isinstance(error, PeerRefusedError):
        return _WHOSE.get(error.refusal or "", error.refusal) or error.code
    if isinstance(error, PeerUnreachableError) and error.reason is not None:
        return f"peer-{error.reason}"
    return error.reason if isinstance(error, PeerAnswerInvalidError) else error.code


def note_dispute(connection: Connection, office: str, *, error: PeerError, now: datetime) -> bool:
    """Remember that this peer and this node do not agree on the time; False if the failure is another."""
    if cause_of(error) not in _TIME:
        return False
    skew_s = error.skew_s if isinstance(error, PeerRefusedError) else None
    if isinstance(error.__cause__, ExpiredError | NotYetValidError):
        skew_s = -error.__cause__.skew_s  # that one is their clock minus ours
    peers.disputed(connection, office, now=now, skew_s=skew_s)
    return True


def note_unanswered(
    connection: Connection, node: Node, office: str, *, error: PeerError, sent_at: datetime, now: datetime
) -> datetime:
    """Leave the peer alone for a growing pause; when that ends.

    What was sent before the last pause ended was sent beside the message whose failure began it: one failure in all.
    """
    note_dispute(connection, office, error=error, now=now)
    if (until := peers.resting(connection, now=sent_at).get(office)) is not None:
        return until
    until = now + timedelta(seconds=_pause_s(connection, node, office, error=error))
    peers.failed(connection, office, backoff_until=until)
    return until


def _pause_s(connection: Connection, node: Node, office: str, *, error: PeerError) -> float:
    """As long as a peer asks for that was asked too much, jittered; else by how often it failed. Within the cap."""
    settings = node.settings
    wanted = error.retry_s if isinstance(error, PeerRefusedError) else None
    if wanted is None:
        return next_pause_s(
            peers.failures(connection, office),
            first_s=settings.first_backoff_s,
            longest_s=settings.longest_backoff_s,
            random=node.random,
        )
    jitter = next_pause_s(0, first_s=settings.first_backoff_s, longest_s=settings.first_backoff_s, random=node.random)
    return min(settings.longest_backoff_s, wanted + jitter)
