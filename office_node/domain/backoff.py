"""How long a silent peer is left alone: doubling, jittered, capped."""

from collections.abc import Callable


def next_pause_s(failures: int, *, first_s: float, longest_s: float, random: Callable[[int], bytes]) -> float:
    """Seconds until the next try after `failures` earlier ones: half to all of the doubled pause ("equal jitter")."""
    pause = min(longest_s, first_s * 2.0 ** min(failures, 30))
    share = int.from_bytes(random(4), "big") / 2**32
    return pause / 2 + pause / 2 * share


MOST_PER_S = 50
"""Messages a second that all members together send to one that was away, as long as each keeps to its share."""


def share_s(messages: int, *, members: int) -> float:
    """How long so many messages to one office may take one member, so that all together keep within `MOST_PER_S`."""
    return messages * members / MOST_PER_S
