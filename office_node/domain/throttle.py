"""How long a name or a source has to wait after refused log-ins in a row: doubling, and never for good.

An officer cannot be locked out for longer than a quarter of an hour by somebody who types her name.
"""

from datetime import timedelta

FREE = {"name": 5, "source": 50}
"""So many in a row cost nothing; a whole office may share one source address."""
_FIRST_S = 30
_LONGEST_S = 900
FORGOTTEN = timedelta(hours=24)
"""After that without another attempt it begins anew."""


def wait(kind: str, failed: int) -> timedelta | None:
    """How long after this many; None: not at all."""
    over = failed - FREE[kind]
    if over < 0:
        return None
    return timedelta(seconds=min(_LONGEST_S, _FIRST_S * 2 ** min(over, 10)))
