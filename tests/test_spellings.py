"""The search of the privacy tests finds what is planted, in each spelling, and nothing in bytes that hold nothing."""

import base64
import codecs
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Callable

import pytest

from services.simulator.loop import seeded
from tests.spellings import Needles

NAME, NIK = "Retnowulandari Kusumaningtyas", "1807075704989001"
NEEDLES = Needles([("name", NAME), ("nik", NIK)])
SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "lower": lambda text: text.lower().encode(),
    "mixed case": lambda text: text.swapcase().encode(),
    "utf-16": lambda text: text.encode("utf-16-le"),
    "utf-16 big-endian": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "hex": lambda text: text.encode().hex().encode(),
    "upper hex": lambda text: text.encode().hex().upper().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16-le").hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 after one byte": lambda text: base64.b64encode(b"\x01" + text.encode() + b"\x02"),
    "base64 after two bytes": lambda text: base64.b64encode(b"\x01\x02" + text.encode() + b"\x03"),
    "url-safe base64": lambda text: base64.urlsafe_b64encode(b"\xff\xff\xff" + text.encode()),
    "base64 of utf-16": lambda text: base64.b64encode(b"\x07" + text.encode("utf-16-le")),
    "base32": lambda text: base64.b32encode(b"\x01\x02\x03" + text.encode()),
    "base85": lambda text: base64.b85encode(text.encode()),
    "percent encoding": lambda text: urllib.parse.quote(text).encode(),
    "a form": lambda text: urllib.parse.urlencode({"q": text}).encode(),
    "percent encoding of each byte": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
    "JSON": lambda text: json.dumps({"name": text}).encode(),
    "JSON, escaped": lambda text: "".join(f"\\u{ord(c):04x}" for c in text).encode(),
    "some of it escaped": lambda text: (f"\\u{ord(text[0]):04X}" + text[1:]).encode(),
    "zlib": lambda text: zlib.compress(("{}" + text + "{}").encode() * 3),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip in base64": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(b"\x01" + text.encode())),
    "hex in base64": lambda text: base64.b64encode(text.encode().hex().encode()),
    "JSON in base64 in JSON": lambda text: json.dumps(
        {"payload": base64.b64encode(json.dumps({"name": text}).encode()).decode()}
    ).encode(),
    "backwards": lambda text: text[::-1].encode(),
    "rot13": lambda text: codecs.encode(text, "rot13").encode(),
    "inverted bits": lambda text: bytes(255 - byte for byte in text.encode()),
}
NUMBERS: dict[str, bytes] = {
    "by fours": b"1807 0757 0498 9001",
    "by region and date": b"180707-5704-9890-01",
    "with dots": b"18.07.07.57.04.98.90.01",
    "backwards in groups": b"1009-8940-7570-7081",
    "two digits a byte": bytes.fromhex(NIK),
    "as an integer": int(NIK).to_bytes(8, "big"),
    "as an integer, little-endian": int(NIK).to_bytes(8, "little"),
}
NOISE = seeded("noise")(20_000)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_planted_value_is_found_in_each_spelling(spelling: str) -> None:
    for name, value in (("name", NAME), ("nik", NIK)):
        if (spelling, name) == ("rot13", "nik"):  # the same digits
            continue
        assert name in NEEDLES.found(NOISE[:3_001] + b"\x00" + SPELLINGS[spelling](value) + b"\x00" + NOISE[3_001:])


@pytest.mark.parametrize("spelling", NUMBERS)
def test_a_planted_number_is_found_in_each_spelling(spelling: str) -> None:
    assert NEEDLES.found(NOISE + NUMBERS[spelling] + NOISE) == {"nik"}


def test_a_phone_is_found_however_it_is_grouped() -> None:
    phone = Needles([("phone", "0834-5512-7740")])
    for written in (b"083455127740", b"0834 5512 7740", b"0834.5512.7740", b"+62 834-5512-7740", b"047721554380"):
        assert phone.found(b"..." + written + b"...") == ({"phone"} if b"+62" not in written else set())
    assert Needles([("phone", "834-5512-7740")]).found(b"+62 834-5512-7740") == {"phone"}


def test_nothing_is_found_in_noise_or_in_text_about_others() -> None:
    others = json.dumps({"name": "Sri Wahyuni", "nik": "1807075704989002", "token": NOISE[:200].hex()}).encode()
    for data in (NOISE, NOISE.hex().encode(), base64.b64encode(NOISE), others, zlib.compress(others)):
        assert NEEDLES.found(data) == set()
