"""What gets through as signature fields is a structured field (RFC 9651) with the same reading, by `http_sf`."""

import base64
from typing import Any

import http_sf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from office_node.errors import CarriageError
from office_node.signing.fields import read_signed_fields, signature_field

COVERED = '("@method" "@target-uri" "content-digest")'
GOOD = ['created=1795000000', "expires=1795000060", 'nonce="5e0b1c7d9f3a2468"', 'keyid="kanim-kotabumi/sign-2026"',
        'tag="jejak/1"']  # fmt: skip
ODD = [
    "created=01", "created=1.0", "created", "created=-1", "expires=1", 'nonce="a\\"bcdefghijklmnopq"', "nonce=:AAAA:",
    "keyid=kanim/x", "tag=jejak/1", 'alg="ed25519"', "expires=1795000060 ", ' tag="jejak/1"',
    "created=9999999999999999",
    "expires=999999999999999", 'nonce="5e0b1c7d9f3a2469"', "created=1795000001",
]  # fmt: skip
SIGNATURES = [signature_field(bytes([7]) * 64), signature_field(bytes(64)), signature_field(bytes(63)), "jejak=1",
              f"jejak=:{base64.b64encode(bytes(64)).decode()[:-3]}B==:", "jejak=:AAAA:;x"]  # fmt: skip


def read(value: str) -> Any:
    members: Any = http_sf.parse(value.encode("ascii"), tltype="dictionary")
    return members["jejak"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    parts=st.lists(st.sampled_from(GOOD * 3 + ODD), min_size=3, max_size=7),
    joint=st.sampled_from([";"] * 5 + ["; ", " ;", ";;"]),
    signature=st.sampled_from(SIGNATURES * 2 + SIGNATURES[:1] * 6),
    tail=st.sampled_from([""] * 6 + [" ", ", jejak=1", ", other=1", ";"]),
)
@example(parts=GOOD, joint=";", signature=SIGNATURES[0], tail="")
@example(parts=GOOD[::-1], joint=";", signature=SIGNATURES[1], tail="")
def test_what_is_read_is_what_a_structured_field_says(parts: list[str], joint: str, signature: str, tail: str) -> None:
    value = f"jejak={COVERED}{';' if parts else ''}{joint.join(parts)}{tail}"
    headers = [(b"signature-input", value.encode()), (b"signature", signature.encode()), (b"content-digest", b"x")]
    try:
        fields = read_signed_fields(headers, covered=COVERED)
    except CarriageError:
        assert (parts, joint, tail) not in [(GOOD, ";", ""), (GOOD[::-1], ";", "")] or signature not in SIGNATURES[:2]
        return
    covered, parameters = read(value.strip())
    assert [item for item, _ in covered] == ["@method", "@target-uri", "content-digest"]
    assert parameters == {
        "created": fields.parameters.created,
        "expires": fields.parameters.expires,
        "nonce": fields.parameters.nonce,
        "keyid": fields.parameters.keyid,
        "tag": "jejak/1",
    }
    assert read(signature) == (fields.signature, {})
