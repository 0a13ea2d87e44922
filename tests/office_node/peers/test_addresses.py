"""Looking up host names: once for all who ask, and a name that hangs is slow for itself."""

import asyncio
import threading
from typing import Any

import pytest

from office_node.peers.addresses import Addresses, AddressInfo

pytestmark = pytest.mark.anyio


class Names:
    """A name server that answers `slow` only when it is told to, and knows no `unknown`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told = threading.Event()

    def __call__(self, host: str, port: int, **_options: Any) -> list[AddressInfo]:
        self.asked.append(host)
        if host == "slow":
            self.told.wait(10)
        if host == "unknown":
            raise OSError
        return [(2, 1, 6, "", ("127.0.0.1", port))]


async def test_a_name_that_hangs_is_looked_up_once_and_keeps_no_other_waiting() -> None:
    names = Names()
    addresses = Addresses(names)
    slow = [asyncio.create_task(addresses.of("slow", 1)) for _ in range(200)]
    assert (await asyncio.wait_for(addresses.of("quick", 2), 5))[0][4] == ("127.0.0.1", 2)
    slow[0].cancel()
    names.told.set()
    assert len(await asyncio.gather(*slow[1:])) == 199
    assert sorted(names.asked) == ["quick", "slow"]
    addresses.close()


async def test_what_is_known_is_not_asked_again_and_a_failure_is() -> None:
    names = Names()
    addresses = Addresses(names)
    for _ in range(2):
        await addresses.of("quick", 1)
        with pytest.raises(OSError):
            await addresses.of("unknown", 1)
    assert names.asked == ["quick", "unknown", "unknown"]
    addresses.close()
