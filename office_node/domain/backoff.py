"""How long a silent peer is left alone: doubling, jittered, capped."""

from collections.abc import Callable


def next_pause_s(failures: int, *, first_s: float, longest_s: float, random: Callable[[int], bytes]) -> float:
    """Seconds until the next try after `failures` earlier ones: half to all of the doubled pause ("equal jitter")."""
    pause = min(longest_s, first_s * 2.0 ** min(failures, 30))
    share = int.from_bytes(random(4), "big") / 2**32
    return pause / 2 + pause / 2 * share
