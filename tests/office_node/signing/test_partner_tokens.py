"""Assertions, proofs and tokens: the RFCs' own examples, a second maker, and each rule broken alone."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from office_node.errors import AssertionRefusedError, DpopRefusedError, TokenRefusedError
from office_node.signing.keys import SigningKey
from office_node.signing.partner_tokens import (
    Granted,
    make_token,
    named_in,
    published,
    read_token,
    token_hash,
    token_key,
    verify_assertion,
    verify_proof,
)
from shared_schemas.partner import AssertionKey
from tests.plain_jose import ath, b64, by_ed25519, by_nobody, by_p256, by_secret, ed25519_jwk, p256_jwk, thumbprint

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
T = int(NOW.timestamp())
NODE, OTHER = "https://kanim-kalianda.test", "https://kanim-kotabumi.test"
CLIENT, KID = "mitra-polda-lampung", "mitra-polda-lampung/assert-2026"
ED, EC = Ed25519PrivateKey.from_private_bytes(b"e" * 32), ec.derive_private_key(77, ec.SECP256R1())
TIMES: dict[str, Any] = {"valid_from": NOW - timedelta(days=1), "valid_until": NOW + timedelta(days=30)}
ED_LISTED = AssertionKey.model_validate({"kid": KID, **ed25519_jwk(ED), **TIMES})
EC_LISTED = AssertionKey.model_validate({"kid": KID, **p256_jwk(EC), **TIMES})
CLAIMS = {"iss": CLIENT, "sub": CLIENT, "aud": NODE, "iat": T, "exp": T + 60, "jti": "one"}
HEADER = {"alg": "Ed25519", "typ": "JWT", "kid": KID}

# RFC 9449 §4.1 and §7.1: the examples' proofs, access token and thumbprint (§6.1).
_JWK = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJo"
    "RjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
)
RFC_9449_TOKEN_PROOF = (
    f"{_JWK}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu"
    "IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
RFC_9449_RESOURCE_PROOF = (
    f"{_JWK}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90"
    "ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9"
    ".2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)
RFC_9449_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
RFC_9449_JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
RFC_9449_TOKEN_AT = datetime.fromtimestamp(1562262616, UTC)
RFC_9449_RESOURCE_AT = datetime.fromtimestamp(1562262618, UTC)


# ---- examples of the RFCs ----


def test_the_proofs_of_rfc_9449_hold_for_their_requests() -> None:
    asked = verify_proof(
        RFC_9449_TOKEN_PROOF, method="POST", uri="https://server.example.com/token", now=RFC_9449_TOKEN_AT
    )
    used = verify_proof(
        RFC_9449_RESOURCE_PROOF, method="GET", uri="https://resource.example.org/protectedresource",
        now=RFC_9449_RESOURCE_AT, access_token=RFC_9449_TOKEN,
    )  # fmt: skip
    assert asked.jkt == used.jkt == RFC_9449_JKT
    assert token_hash(RFC_9449_TOKEN) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    assert asked.once != used.once


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"method": "POST"}, "htm"),
        ({"uri": "https://resource.example.org/other"}, "htu"),
        ({"uri": "https://resource.example.com/protectedresource"}, "htu"),
        ({"now": RFC_9449_RESOURCE_AT + timedelta(seconds=61)}, "iat"),
        ({"now": RFC_9449_RESOURCE_AT - timedelta(seconds=61)}, "iat"),
        ({"access_token": RFC_9449_TOKEN + "x"}, "ath"),
    ],
)
def test_the_proof_of_rfc_9449_holds_for_nothing_else(change: dict[str, Any], rule: str) -> None:
    asked: dict[str, Any] = {
        "method": "GET", "uri": "https://resource.example.org/protectedresource", "now": RFC_9449_RESOURCE_AT,
        "access_token": RFC_9449_TOKEN,
    }  # fmt: skip
    with pytest.raises(DpopRefusedError, match=rf"rule={rule}\b"):
        verify_proof(RFC_9449_RESOURCE_PROOF, **{**asked, **change})


def test_the_thumbprint_and_the_algorithm_of_rfc_8037() -> None:
    """Its key (A.2) has its thumbprint (A.3); its JWS (A.4) says `EdDSA`, which names no curve and is not taken."""
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    jws = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4"
        "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    assert OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x}).thumbprint() == (
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    )
    assert thumbprint({"kty": "OKP", "crv": "Ed25519", "x": x}) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    listed = AssertionKey(kid=KID, kty="OKP", crv="Ed25519", x=x, **TIMES)
    with pytest.raises(AssertionRefusedError):
        verify_assertion(jws, listed, issuer=NODE, now=NOW)


# ---- assertions ----


def test_an_assertion_of_either_curve_by_another_maker_proves_its_client() -> None:
    for listed, made in (
        (ED_LISTED, by_ed25519(ED, HEADER, CLAIMS)),
        (EC_LISTED, by_p256(EC, {**HEADER, "alg": "ES256"}, CLAIMS)),
        (ED_LISTED, by_ed25519(ED, {**HEADER, "typ": "client-authentication+jwt"}, {**CLAIMS, "aud": [NODE]})),
    ):
        found = verify_assertion(made, listed, issuer=NODE, now=NOW)
        assert (found.client, found.kid) == named_in(made) == (CLIENT, KID)


def test_what_authlib_makes_for_private_key_jwt_is_taken() -> None:
    key = {**ed25519_jwk(ED), "d": b64(b"e" * 32), "kid": KID}
    made = private_key_jwt_sign(
        key, CLIENT, NODE, alg="Ed25519", header={"kid": KID}, issued_at=T, expires_at=T + 120
    )  # fmt: skip
    assert verify_assertion(made, ED_LISTED, issuer=NODE, now=NOW).client == CLIENT
    elsewhere = private_key_jwt_sign(
        key, CLIENT, f"{NODE}/oauth/v1/token", alg="Ed25519", header={"kid": KID}, issued_at=T, expires_at=T + 120
    )  # fmt: skip
    with pytest.raises(AssertionRefusedError, match="rule=aud"):
        verify_assertion(elsewhere, ED_LISTED, issuer=NODE, now=NOW)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"aud": OTHER}, "aud"),
        ({"aud": [NODE, OTHER]}, "aud"),
        ({"aud": None}, "aud"),
        ({"iss": "mitra-bp3mi-lampung"}, "iss-sub"),
        ({"sub": "mitra-bp3mi-lampung", "iss": "mitra-bp3mi-lampung"}, "iss-sub"),
        ({"iat": T - 200, "exp": T - 61}, "expired"),
        ({"iat": T + 61, "exp": T + 90}, "not-yet-valid"),
        ({"nbf": T + 61}, "not-yet-valid"),
        ({"exp": T + 301}, "lifetime"),
        ({"exp": T - 1}, "lifetime"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"iat": None}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": "x" * 257}, "jti"),
        ({"jti": 7}, "jti"),
    ],
)
def test_each_rule_of_an_assertion_broken_alone_refuses_it(change: dict[str, Any], rule: str) -> None:
    claims = {name: value for name, value in {**CLAIMS, **change}.items() if value is not None}
    with pytest.raises(AssertionRefusedError, match=rf"rule={rule}\b"):
        verify_assertion(by_ed25519(ED, HEADER, claims), ED_LISTED, issuer=NODE, now=NOW)


def test_no_header_chooses_an_algorithm() -> None:
    """`none`, a secret made of the public key, the other curve, the unnamed one, and a key in the header."""
    public = ED.public_key().public_bytes_raw()
    forged = [
        by_nobody({**HEADER, "alg": "none"}, CLAIMS),
        by_nobody({**HEADER, "alg": "None"}, CLAIMS),
        by_nobody(HEADER, CLAIMS),
        by_secret(public, {**HEADER, "alg": "HS256"}, CLAIMS),
        by_secret(public, HEADER, CLAIMS),
        by_p256(EC, {**HEADER, "alg": "ES256"}, CLAIMS),
        by_p256(EC, {**HEADER, "alg": "ES256", "jwk": p256_jwk(EC)}, CLAIMS),
        by_ed25519(ED, {**HEADER, "alg": "EdDSA"}, CLAIMS),
        by_ed25519(ED, {name: value for name, value in HEADER.items() if name != "alg"}, CLAIMS),
        by_ed25519(ED, {**HEADER, "crit": ["exp"]}, CLAIMS),
        by_ed25519(ED, {**HEADER, "b64": False, "crit": ["b64"]}, CLAIMS),
        by_ed25519(Ed25519PrivateKey.from_private_bytes(b"f" * 32), HEADER, CLAIMS),
        by_ed25519(ED, HEADER, CLAIMS)[:-2],
        by_ed25519(ED, HEADER, [CLAIMS]),
        by_ed25519(ED, {**HEADER, "typ": "dpop+jwt"}, CLAIMS),
        by_ed25519(ED, {**HEADER, "typ": "at+jwt"}, CLAIMS),
    ]
    for one in forged:
        with pytest.raises(AssertionRefusedError):
            verify_assertion(one, ED_LISTED, issuer=NODE, now=NOW)
    with pytest.raises(AssertionRefusedError):
        verify_assertion(by_ed25519(ED, HEADER, CLAIMS), EC_LISTED, issuer=NODE, now=NOW)


def test_a_key_counts_within_its_time_only() -> None:
    for at in (TIMES["valid_from"] - timedelta(seconds=1), TIMES["valid_until"]):
        t = int(at.timestamp())
        made = by_ed25519(ED, HEADER, {**CLAIMS, "iat": t, "exp": t + 60})
        with pytest.raises(AssertionRefusedError, match="key-not-valid"):
            verify_assertion(made, ED_LISTED, issuer=NODE, now=at)


def test_a_point_that_is_on_no_curve_is_no_key() -> None:
    listed = AssertionKey(kid=KID, kty="EC", crv="P-256", x="A" * 43, y="A" * 43, **TIMES)
    with pytest.raises(AssertionRefusedError, match="rule=key"):
        verify_assertion(by_p256(EC, {**HEADER, "alg": "ES256"}, CLAIMS), listed, issuer=NODE, now=NOW)


@settings(deadline=None)
@given(st.text(max_size=60) | st.builds(lambda a, b, c: f"{a}.{b}.{c}", *[st.text(max_size=20)] * 3))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(AssertionRefusedError):
        named_in(text)
    with pytest.raises(DpopRefusedError):
        verify_proof(text, method="POST", uri=NODE, now=NOW)
    with pytest.raises(TokenRefusedError):
        read_token(text, issuer=NODE, keys=[], now=NOW)


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["iss", "sub", "aud", "iat", "exp", "nbf", "jti", "htm", "htu", "ath"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_whatever_claims_are_signed_no_other_error_comes_of_it(claims: dict[str, Any]) -> None:
    with pytest.raises(AssertionRefusedError):
        verify_assertion(by_ed25519(ED, HEADER, claims), ED_LISTED, issuer=NODE, now=NOW)
    with pytest.raises(DpopRefusedError):
        verify_proof(proof(**{**claims, "htm": 0}), method="GET", uri=NODE, now=NOW, access_token="t")


# ---- proofs ----


def proof(header: dict[str, Any] | None = None, **change: Any) -> str:
    claims = {"htm": "GET", "htu": f"{NODE}/x", "iat": T, "jti": "p", "ath": ath("t"), **change}
    told = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": ed25519_jwk(ED), **(header or {})}
    return by_ed25519(ED, told, {name: value for name, value in claims.items() if value is not None})


def test_a_proof_names_the_key_that_signed_it() -> None:
    found = verify_proof(proof(), method="GET", uri=f"{NODE}/x", now=NOW, access_token="t")
    assert found.jkt == thumbprint(ed25519_jwk(ED))


@pytest.mark.parametrize("htu", [f"{NODE}/x", f"{NODE}:443/x", "HTTPS://KANIM-KALIANDA.test/x", f"{NODE}/x?a=1#b"])
def test_an_address_is_compared_in_its_normal_form(htu: str) -> None:
    assert verify_proof(proof(htu=htu), method="GET", uri=f"{NODE}/x?q=1", now=NOW, access_token="t").jkt


@pytest.mark.parametrize(
    ("header", "change", "rule"),
    [
        ({"typ": "JWT"}, {}, "typ"),
        ({"typ": None}, {}, "typ"),
        ({"jwk": None}, {}, "jwk"),
        ({"jwk": {**ed25519_jwk(ED), "d": b64(b"e" * 32)}}, {}, "jwk"),
        ({"jwk": {"kty": "oct", "k": b64(b"e" * 32)}, "alg": "HS256"}, {}, "jwk"),
        ({"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "alg": "RS256"}, {}, "jwk"),
        ({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}, {}, "jwk"),
        ({"jwk": p256_jwk(EC)}, {}, "alg"),
        ({"alg": "none"}, {}, "alg"),
        ({"alg": "EdDSA"}, {}, "alg"),
        ({"jwk": ed25519_jwk(Ed25519PrivateKey.from_private_bytes(b"f" * 32))}, {}, "signature"),
        ({}, {"htm": "get"}, "htm"),
        ({}, {"htu": f"{OTHER}/x"}, "htu"),
        ({}, {"htu": f"{NODE}/x/"}, "htu"),
        ({}, {"htu": "http://kanim-kalianda.test/x"}, "htu"),
        ({}, {"htu": "https://[/x"}, "htu"),
        ({}, {"htu": 5}, "htu"),
        ({}, {"iat": T - 61}, "iat"),
        ({}, {"iat": "now"}, "iat"),
        ({}, {"jti": None}, "jti"),
        ({}, {"ath": None}, "ath"),
        ({}, {"ath": ath("u")}, "ath"),
    ],
)
def test_each_rule_of_a_proof_broken_alone_refuses_it(
    header: dict[str, Any], change: dict[str, Any], rule: str
) -> None:
    with pytest.raises(DpopRefusedError, match=rf"rule={rule}\b"):
        verify_proof(proof(header, **change), method="GET", uri=f"{NODE}/x", now=NOW, access_token="t")


# ---- access tokens ----

SIGNING = SigningKey("kanim-kalianda/sign-2026", b"s" * 32)
GRANTED = Granted(CLIENT, frozenset({"kasus:minta", "pola:baca"}), RFC_9449_JKT, "ab" * 16, T, T + 300)


def test_a_token_is_read_by_this_node_alone_until_it_ends() -> None:
    key = token_key(SIGNING)
    token = make_token(GRANTED, issuer=NODE, key=key)
    assert read_token(token, issuer=NODE, keys=[token_key(SigningKey("k/old", b"o" * 32)), key], now=NOW) == GRANTED
    with pytest.raises(TokenRefusedError, match="rule=iss"):
        read_token(token, issuer=OTHER, keys=[key], now=NOW)
    with pytest.raises(TokenRefusedError, match="rule=kid"):
        read_token(token, issuer=NODE, keys=[token_key(SigningKey("k/other", b"o" * 32))], now=NOW)
    with pytest.raises(TokenRefusedError, match="rule=expired"):
        read_token(token, issuer=NODE, keys=[key], now=NOW + timedelta(seconds=300))
    assert read_token(token, issuer=NODE, keys=[key]) == GRANTED


def test_a_token_has_the_form_of_rfc_9068_and_another_library_verifies_it() -> None:
    key = token_key(SIGNING)
    header, claims, signature = make_token(GRANTED, issuer=NODE, key=key).split(".")
    (public,) = published([key])["keys"]
    assert {name: public[name] for name in ("alg", "use", "kty", "crv")} == {
        "alg": "Ed25519", "use": "sig", "kty": "OKP", "crv": "Ed25519"
    }  # fmt: skip
    assert "d" not in public
    verifier = SigningKey("k/1", bytes.fromhex(_seed(key))).verify_key
    assert verifier.verifies(_octets(signature), f"{header}.{claims}".encode())
    assert json.loads(_octets(header)) == {"alg": "Ed25519", "typ": "at+jwt", "kid": public["kid"]}
    said = json.loads(_octets(claims))
    assert said["aud"] == said["iss"] == NODE
    assert (said["scope"], said["exp"] - said["iat"]) == ("kasus:minta pola:baca", 300)
    assert said["cnf"] == {"jkt": RFC_9449_JKT}


def test_neither_an_assertion_nor_a_statement_key_makes_a_token() -> None:
    key = token_key(SIGNING)
    assert key.as_dict(private=False)["x"] != b64(bytes.fromhex(SIGNING.public_hex))
    claims = {
        "iss": NODE,
        "aud": NODE,
        "sub": CLIENT,
        "client_id": CLIENT,
        "scope": "kasus:minta",
        "jti": "a",
        "iat": T,
    }
    whole = {**claims, "exp": T + 300, "cnf": {"jkt": RFC_9449_JKT}}
    own = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_seed(key)))
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid}
    assert read_token(by_ed25519(own, header, whole), issuer=NODE, keys=[key], now=NOW).scopes == {"kasus:minta"}
    for forged in (
        by_ed25519(ED, header, whole),
        by_ed25519(own, {**header, "typ": "JWT"}, whole),
        by_ed25519(own, header, {**whole, "aud": [NODE, OTHER]}),
        by_ed25519(own, header, {**whole, "cnf": {}}),
        by_ed25519(own, header, claims),
        by_nobody({**header, "alg": "none"}, whole),
        by_secret(_octets(str(key.as_dict(private=False)["x"])), {**header, "alg": "HS256"}, whole),
    ):
        with pytest.raises(TokenRefusedError):
            read_token(forged, issuer=NODE, keys=[key], now=NOW)


def _octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _seed(key: OKPKey) -> str:
    return _octets(str(key.as_dict(private=True)["d"])).hex()
