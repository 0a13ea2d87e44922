"""How long a name or a source has to wait after refused log-ins in a row: doubling, and never for good.

An officer cannot be locked out for longer than a quarter of an hour by somebody who types her name.
"""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

FREE = {"name": 5, "source": 50}
"""So many in a row cost nothing; a whole office may share one source address."""
_FIRST_S = 30
_LONGEST_S = 900
FORGOTTEN = timedelta(hours=24)
"""After that without another attempt it begins anew."""


def network_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 that one household of IPv6 has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed), 64), strict=False))


def wait(kind: str, failed: int) -> timedelta | None:
    """How long after this many; None: not at all."""
    over = failed - FREE[kind]
    if over < 0:
        return None
    return timedelta(seconds=min(_LONGEST_S, _FIRST_S * 2 ** min(over, 10)))
