"""Where a node may connect to besides its peers: only to networks that an administrator has listed (SSRF).

A host is looked up once, every address that it has must be allowed, and the connection goes to one of exactly those: a
name that answers differently a moment later changes nothing. No redirect is followed by the transport.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from socket import getaddrinfo
from typing import Any

from office_node.peers.addresses import AddressInfo, LookUp

_BROADCAST = ip_address("255.255.255.255")
Network = IPv4Network | IPv6Network


class AddressRefusedError(OSError):
    """The host has an address that this node may not connect to."""


def networks_of(listed: Iterable[str]) -> tuple[Network, ...]:
    """The networks, read. ValueError."""
    return tuple(ip_network(one) for one in listed)


def may_reach(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in a listed network; link-local (cloud metadata), multicast and the like never do."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_link_local or found.is_multicast or found.is_unspecified or found == _BROADCAST:
        return False
    return any(found.version == network.version and found in network for network in networks)


def only_to(networks: Iterable[Network], look_up: LookUp = getaddrinfo) -> LookUp:
    """A resolver that gives a host's addresses only if each of them may be reached. AddressRefusedError, OSError."""
    allowed = tuple(networks)

    def checked(host: str, port: int, **options: Any) -> list[AddressInfo]:
        found = look_up(host, port, **options)
        if not found or not all(may_reach(str(one[4][0]), allowed) for one in found):
            raise AddressRefusedError("address not allowed")
        return found

    return checked
