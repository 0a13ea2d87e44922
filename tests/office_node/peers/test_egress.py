"""A webhook reaches listed networks and nothing else, whatever its host name resolves to."""

from socket import AF_INET, SOCK_STREAM
from typing import Any

import pytest

from office_node.errors import WebhookRefusedError
from office_node.peers.addresses import AddressInfo
from office_node.peers.egress import AddressRefusedError, may_reach, networks_of, only_to
from office_node.usecases.webhook_accounts import check_url

LISTED = networks_of(["10.20.0.0/16", "fd00:20::/32", "169.254.0.0/16", "127.0.0.0/8"])


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.20.3.4", True), ("10.21.0.1", False), ("192.168.1.1", False), ("8.8.8.8", False), ("127.0.0.1", True),
        ("169.254.169.254", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("fd00:20::1", True), ("fd00:21::1", False), ("fe80::1%eth0", False), ("ff02::1", False), ("::", False),
        ("::1", False), ("::ffff:10.20.3.4", True), ("::ffff:169.254.169.254", False), ("::ffff:8.8.8.8", False),
        ("64:ff9b::a14:304", False),
    ],
)  # fmt: skip
def test_only_listed_addresses_are_reached_and_some_never(address: str, allowed: bool) -> None:
    assert may_reach(address, LISTED) == allowed


def answering(*addresses: str) -> Any:
    def look_up(_host: str, port: int, **_options: Any) -> list[AddressInfo]:
        return [(AF_INET, SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


def test_a_host_with_one_address_too_many_is_not_connected_to() -> None:
    assert len(only_to(LISTED, answering("10.20.0.1", "10.20.0.2"))("simkim.kanim", 443)) == 2
    for wrong in (("10.20.0.1", "8.8.8.8"), ("169.254.169.254",), ()):
        with pytest.raises(AddressRefusedError):
            only_to(LISTED, answering(*wrong))("simkim.kanim", 443)
    with pytest.raises(AddressRefusedError):
        only_to(())("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://simkim.kanim.example/hooks", None), ("http://127.0.0.1:9000/x", None),
        ("http://localhost:9000/x", None), ("http://simkim.kanim.example/hooks", "not-https"),
        ("http://127.0.0.1.evil.example/", "not-https"), ("ftp://simkim.kanim.example/", "malformed"),
        ("https://user:secret@simkim.kanim.example/", "malformed"),
        ("https://simkim.kanim.example/?key=1", "malformed"),
        ("https://simkim.kanim.example/#a", "malformed"), ("https:///hooks", "malformed"), ("", "malformed"),
        ("https://simkim.kanim.example:99999/", "malformed"), ("https://simkim.kanim.example/a b", "malformed"),
        ("https://simkim.kanim.example/\r\nHost: x", "malformed"), ("https://kānim.example/", "malformed"),
        ("https://simkim.kanim.example/" + "a" * 500, "malformed"),
    ],
)  # fmt: skip
def test_an_address_of_a_webhook_is_https_without_secrets(url: str, reason: str | None) -> None:
    said = None
    try:
        check_url(url)
    except WebhookRefusedError as error:
        said = error.reason
    assert said == reason
