"""Writes the test vectors of the protocol with the project's own functions; `make docs` runs it.

Every secret in them is a SHA-256 of a label, every person is invented. `tests/vectors/test_vectors.py`
computes them once more, without these functions.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from docs.vectors.exchange import exchange
from docs.vectors.roster import roster
from office_node.domain import keys, tokens
from office_node.domain.coverage import Asked, Outcome, complete
from office_node.domain.epoch_keys import epoch_commitment
from office_node.domain.kinds import KINDS
from office_node.domain.standings import visibility
from office_node.domain.tokenscore import hit_rule
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_answer, sign_question
from shared_schemas.base import rfc3339
from shared_schemas.person import Person

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)

PERSONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Sulastri Wahyuningsih",
        "birth_date": "1998-03-17",
        "birth_place": "Kalianda",
        "sex": "F",
        "nik": "1801045703980002",
        "mother_name": "Poniyem",
        "village": "18.01.04.2001",
        "phones": ["0812-7001-2345"],
    },
    {"name": "Soelastri Wahjoeningsih", "birth_date": "1998-03-17", "phones": ["+62 813 9990 1122"]},
    {"name": "Siti", "birth_date": "1990-01-01"},
    {"name": "Muhammad Rizki, S.Pd.", "aliases": ["Kiki Ramdhan"], "birth_date": "2001-08-09"},
    {"name": "I Wayan Sudiarta", "birth_date": "1987-12-05", "passport_no": "C4821907"},
)

SPELLINGS: tuple[dict[str, Any], ...] = (
    {
        "name": "Hj. Siti Chotijah binti Abdoel Rachman",
        "birth_date": "1979-02-28",
        "birth_place": "Tanjung Karang",
        "mother_name": "Ibu Djumiati",
        "village": "18.71.01.1001",
    },
    {
        "name": "Abdul Rohman Wahid",
        "birth_date": "1992-10-30",
        "mother_name": "Sumarni",
        "phones": ["62811720099"],
    },
    {"name": "M. Fauzi Dwi Cahyo", "aliases": ["Tjahjo"], "birth_date": "1996-06-01", "birth_place": "Kab. Way Kanan"},
    {"name": "Ni Made Ayu Candra Dewi", "birth_date": "2000-12-12", "sex": "F", "nik": "1802025212000003"},
    {"name": "Nur'aini", "birth_date": "1985-07-07", "mother_name": "Nur Aini", "nik": "1803010707850000"},
    {
        "name": "Yos Soedarso Siregar",
        "birth_date": "1990-01-01",
        "mother_name": "Boru Hasibuan",
        "phones": ["0800000000"],
    },
)
"""Further persons for the normaliser: titles, particles, old spelling, split and joined words, values that are none."""


def secret(label: str, size: int = 32) -> bytes:
    """Secret bytes of a vector: the beginning of the SHA-256 of its label."""
    return hashlib.sha256(label.encode()).digest()[:size]


def canonical_json() -> list[dict[str, Any]]:
    """Values and their canonical bytes (RFC 8785) as text."""
    values: list[Any] = [
        {"b": 1, "a": [True, None, "é"], "A": {"z": -5, "y": 9007199254740991}},
        {"\ufb33": "sorted by UTF-16 code units", "\U0001f600": "before it"},
        {"controls": "\b\t\n\f\r\u001f\u007f", "quote": '"\\/'},
        [],
    ]
    return [{"value": value, "canonical": canonical(value).decode()} for value in values]


ANSWERS = "kanim-kalianda"
"""The office whose hit is proved."""


def token_vectors() -> dict[str, Any]:
    """One value of one kind under one epoch key, through every derivation."""
    epoch_key, nonce = secret("epoch key"), secret("nonce", 16)
    case, inquiry, revision, n = secret("case", 16), secret("inquiry", 16), 3, 4096
    rows = []
    for kind, value in (("nik/1", "1801045703980002"), ("name-dob/1", "sulastri|1998-03-17")):
        s = tokens.stretch(epoch_key, kind, value=value, n=n)
        wrapped = tokens.wrap_nonce(epoch_key, nonce, case=case, revision=revision, kind=kind, stretched=s)
        rows.append(
            {
                "kind": kind,
                "value": value,
                "stretched": s.hex(),
                "index_token": tokens.index_token(epoch_key, kind, stretched=s).hex(),
                "wrapped_nonce": wrapped.hex(),
                "hit_proof": tokens.hit_proof(epoch_key, inquiry, office=ANSWERS, kind=kind, stretched=s).hex(),
            }
        )
    fields = [("birth-date/1", "1998-03-17"), ("sex/1", "F"), ("name-first/1", "sulastri")]
    return {
        "epoch_key": epoch_key.hex(),
        "commitment": epoch_commitment(epoch_key),
        "scrypt": {"n": n, "r": 8, "p": 1},
        "nonce": nonce.hex(),
        "case": case.hex(),
        "revision": revision,
        "inquiry": inquiry.hex(),
        "office": ANSWERS,
        "index": rows,
        "fields": [
            {
                "kind": kind,
                "value": value,
                "token": tokens.field_token(epoch_key, kind, nonce=nonce, value=value).hex(),
            }
            for kind, value in fields
        ],
    }


def person_keys() -> list[dict[str, Any]]:
    """Invented persons and the values that recognise them."""
    found = []
    for facts in (*PERSONS, *SPELLINGS):
        person = Person.model_validate_json(json.dumps(facts))
        found.append(
            {
                "person": facts,
                "index": [list(key) for key in keys.index_keys(person)],
                "fields": [list(key) for key in keys.fields(person)],
            }
        )
    return found


def _message(text: bytes, headers: dict[str, str], lines: list[tuple[str, str]]) -> dict[str, Any]:
    params = headers["Signature-Input"].removeprefix("jejak=")
    base = "\n".join([*(f"{name}: {value}" for name, value in lines), f'"@signature-params": {params}'])
    return {"body": text.decode(), "headers": headers, "signature_base": base}


def carriage() -> dict[str, Any]:
    """A signed POST, its signed answer, and a signed GET, byte by byte."""
    asker = SigningKey("kanim-kotabumi/sign-2026", secret("kanim-kotabumi sign"))
    peer = SigningKey("kanim-kalianda/sign-2026", secret("kanim-kalianda sign"))
    now, json_type = int(NOW.timestamp()), "application/json"
    uri = "https://kalianda.example/federation/v1/inquiries"
    body, answer_body = b'{"inquiry":{},"notice":{}}', b'{"answer":{}}'
    asked = sign_question("POST", uri, content_type=json_type, body=body, key=asker, now=now, nonce="0" * 31 + "1")
    said = sign_answer(
        200,
        content_type=json_type,
        body=answer_body,
        question=QuestionRef("POST", uri, asked["Signature"]),
        key=peer,
        now=now + 1,
        nonce="0" * 31 + "2",
    )
    get_uri = "https://kalianda.example/federation/v1/notices?issuer=kanim-kalianda&after=0"
    got = sign_question("GET", get_uri, content_type=None, body=b"", key=asker, now=now, nonce="0" * 31 + "3")
    typed = ('"content-type"', json_type)
    post_lines = [*_asked("POST", uri), typed, _digest(asked)]
    signed = [*_asked("POST", uri), ('"signature"', asked["Signature"])]
    of_question = [(f"{name};req", value) for name, value in signed]
    answer_lines = [('"@status"', "200"), typed, _digest(said), *of_question]
    get_lines = [*_asked("GET", get_uri), _digest(got)]
    return {
        "keys": {key.keyid: {"seed": key.seed.hex(), "public": key.public_hex} for key in (asker, peer)},
        "now": now,
        "post": {"method": "POST", "target_uri": uri, **_message(body, asked, post_lines)},
        "answer": {"status": 200, **_message(answer_body, said, answer_lines)},
        "get": {"method": "GET", "target_uri": get_uri, **_message(b"", got, get_lines)},
    }


def _asked(method: str, uri: str) -> list[tuple[str, str]]:
    return [('"@method"', method), ('"@target-uri"', uri)]


def _digest(headers: Mapping[str, str]) -> tuple[str, str]:
    return '"content-digest"', headers["Content-Digest"]


def rules() -> dict[str, Any]:
    """Which agreeing kinds are a hit; when a screening is complete; how long a standing is seen."""
    agreements: tuple[tuple[list[str], list[str], list[str]], ...] = (
        (["nik/1"], [], []),
        (["passport/1"], [], ["birth-date/1", "name-first/1"]),
        (["phone/1"], [], []),
        (["phone/1"], ["sex/1"], ["sex/1"]),
        (["name-dob/1"], ["mother-full/1"], ["mother-full/1", "name-full/1"]),
        (["name-dob/1"], ["name-full/1", "mother-full/1"], ["name-full/1", "mother-full/1", "sex/1"]),
        (["mother-dob/1"], ["village/1"], ["village/1", "name-first/1", "nik-serial/1"]),
        (["name-village/1", "mother-village/1"], ["birth-year/1"], ["birth-year/1", "birth-date/1"]),
        (["name-year/1"], ["name-full/1", "birth-year/1"], ["name-full/1", "birth-year/1"]),
        (["hologram/9"], [], []),
    )
    hits = []
    for index, fields, compared in agreements:
        found = hit_rule(index, fields, compared_field_kinds=compared)
        hits.append(
            {
                "index": index,
                "fields": fields,
                "compared": compared,
                "hit": found.hit,
                "bits": found.bits,
                "zone": found.score.zone.value,
                "score": f"{found.score.score:.3f}",
            }
        )
    return {
        "kinds": [{"kind": k.name, "role": k.role, "bits": k.bits, "uses": sorted(k.uses)} for k in KINDS.values()],
        "hits": hits,
        "complete": _complete(),
        "visibility": _visibility(),
    }


def _complete() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    asked_offices: tuple[tuple[Outcome, int | None], ...] = (
        ("hit", None),
        ("no_hit", None),
        ("unknown", None),
        ("unknown", 24),
        ("unknown", 25),
    )
    for outcome, hours in asked_offices:
        covered = None if hours is None else NOW - timedelta(hours=hours)
        asked = Asked("kanim-kalianda", outcome, None, covered)
        rows.append(
            {"outcome": outcome, "covered_hours_ago": hours, "complete": complete([asked], now=NOW, searchable=True)}
        )
    return rows


def _visibility() -> list[dict[str, Any]]:
    since = datetime(2026, 8, 31, 1, 0, tzinfo=UTC)
    rows: list[dict[str, Any]] = []
    for standing in ("under_examination", "postponed", "suspended", "refused", "withdrawn", "cleared"):
        for minor in (False, True):
            ends = datetime(2027, 5, 31, tzinfo=UTC) if standing == "suspended" else None
            seen = visibility(standing, since=since, minor=minor, ends=ends)
            rows.append(
                {
                    "standing": standing,
                    "minor": minor,
                    "since": rfc3339(since),
                    "ends": rfc3339(ends) if ends else None,
                    "until": rfc3339(seen.until) if seen.until else None,
                    "lapses_at": rfc3339(seen.lapses_at) if seen.lapses_at else None,
                }
            )
    return rows


def vectors() -> dict[str, Any]:
    """File name to content of every file of vectors."""
    return {
        "canonical.json": canonical_json(),
        "tokens.json": token_vectors(),
        "person-keys.json": person_keys(),
        "carriage.json": carriage(),
        "rules.json": rules(),
        "exchange.json": exchange(secret, now=NOW, persons=PERSONS),
        "roster.json": roster(secret, now=NOW),
    }


def text(content: Any) -> str:
    """A file's text: indented for people, members in the order in which they were computed."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, content in vectors().items():
        (HERE / name).write_text(text(content), encoding="utf-8")
