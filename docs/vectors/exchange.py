"""One exchange between two offices as vectors: hello, notice, inquiry, answer, reveal, history, tombstone."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from office_node.domain.agreement import agree, prove, their_tokens
from office_node.domain.kinds import KINDS
from office_node.domain.person_keys import PersonKeys, older_tokens, stretch_keys, token_set
from office_node.domain.standings import visibility
from office_node.domain.tokenscore import hit_rule
from office_node.signing.keys import SigningKey
from office_node.signing.statements import Statement, seal_body
from shared_schemas.base import rfc3339
from shared_schemas.person import Person
from shared_schemas.statement import PROTOCOL_VERSION
from shared_schemas.trace import Notice, NoticeStanding

Secret = Callable[..., bytes]
EPOCH, OLDER = "2026", "2025"
STRETCH_N = 2
"""The lowest cost, so that whoever checks these vectors need not wait; production uses 4096."""


class Office(NamedTuple):
    """One side: its id, its key, and the vectors' own source of salts."""

    id: str
    key: SigningKey
    secret: Secret


def _made(office: Office, body: dict[str, Any]) -> tuple[Statement, dict[str, Any]]:
    salt = office.secret(f"salt {office.id} {body['type']} {body.get('revision', '')}")
    statement, _, leaf = seal_body(body, salt=salt, key=office.key, type=body["type"])
    return statement, {
        "salt": salt.hex(),
        "leaf": leaf.hex(),
        "payload": statement.payload.decode(),
        "digest": statement.digest,
        "envelope": statement.to_dict(),
    }


def _body(office: Office, type: str, *, at: datetime, **members: Any) -> dict[str, Any]:
    machine = type in ("answer", "history", "hello")
    return {
        "type": type,
        "version": PROTOCOL_VERSION,
        "issuer": office.id,
        "generation": 1,
        "issued_at": rfc3339(at),
        "actor": {
            "office": office.id,
            "role": "node" if machine else "counter",
            "officer": None if machine else "petugas-07",
        },
        **members,
    }


def _notice(
    office: Office,
    keys: PersonKeys,
    epochs: dict[str, bytes],
    *,
    revision: int,
    at: datetime,
    standing: NoticeStanding,
) -> dict[str, Any]:
    case, cleared = office.secret(f"case {office.id}", 16), standing == "cleared"
    seen = visibility(standing, since=at, minor=False)
    nonce = office.secret(f"nonce {office.id} {revision}", 16)
    tokens = token_set(keys, epoch=EPOCH, epoch_key=epochs[EPOCH], nonce=nonce, case=case, revision=revision)
    return _body(
        office,
        "notice",
        at=at,
        case=case.hex(),
        revision=revision,
        number=40 + revision,
        standing=standing,
        reason_group="B" if standing == "postponed" else None,
        until=rfc3339(seen.until) if seen.until else None,
        lapses_at=rfc3339(seen.lapses_at) if seen.lapses_at else None,
        tokens=None if cleared else tokens.model_dump(mode="json"),
        before=[],
        replaces=[40 + revision - 1] if revision > 1 else [],
    )


def _inquiry(
    office: Office, keys: PersonKeys, epochs: dict[str, bytes], *, notice: Statement, at: datetime
) -> dict[str, Any]:
    case, nonce = office.secret(f"case {office.id}", 16), office.secret(f"nonce {office.id} 1", 16)
    older = older_tokens(keys, epochs={OLDER: epochs[OLDER]}, nonce=nonce, case=case, revision=1)
    return _body(
        office,
        "inquiry",
        at=at,
        inquiry=office.secret("inquiry", 16).hex(),
        purpose="passport_application",
        notice=notice.digest,
        older=[one.model_dump(mode="json") for one in older],
        roster_version=7,
    )


def _hit(
    keys: PersonKeys, epochs: dict[str, bytes], *, asked: Statement, inquiry: dict[str, Any], case: str
) -> dict[str, Any]:
    notice = Notice.model_validate_json(asked.payload)
    assert notice.tokens is not None
    theirs = their_tokens(notice.tokens, case=notice.case, revision=notice.revision)
    found = agree(keys, theirs, epoch_keys=epochs)
    verdict = hit_rule(found.index_kinds, found.field_kinds, compared_field_kinds=found.compared_fields)
    assert verdict.hit
    proofs = prove(found, inquiry=inquiry["inquiry"], office="kanim-kalianda", epoch_keys=epochs)
    return {"case": case, "revision": 1, "proofs": [proof.model_dump(mode="json") for proof in proofs]}


def _facts(at: datetime, *, live: list[list[int]] | None) -> dict[str, Any]:
    return {"at": rfc3339(at), "generation": 1, "last_number": 42, "live": live, "checkpoint": None}


def exchange(secret: Secret, *, now: datetime, persons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Kotabumi asks about a person whom Kalianda has postponed under another spelling of her name."""
    epochs = {EPOCH: secret("epoch key"), OLDER: secret("older epoch key")}
    kinds = frozenset(KINDS)
    owned = {**persons[0]}
    asked = {name: value for name, value in {**persons[0], **persons[1]}.items() if name != "nik"}
    mine, theirs = (
        stretch_keys(Person.model_validate_json(json.dumps(one)), epochs=epochs, kinds=kinds, n=STRETCH_N)
        for one in (owned, asked)
    )
    kalianda, kotabumi = (
        Office(name, SigningKey(f"{name}/sign-2026", secret(f"{name} sign")), secret)
        for name in ("kanim-kalianda", "kanim-kotabumi")
    )
    made: dict[str, Any] = {}

    def make(name: str, office: Office, body: dict[str, Any]) -> Statement:
        statement, made[name] = _made(office, body)
        return statement

    make("owner_notice", kalianda, _notice(kalianda, mine, epochs, revision=1, at=now, standing="postponed"))
    at = now + timedelta(hours=1)
    examined = _notice(kotabumi, theirs, epochs, revision=1, at=at, standing="under_examination")
    notice = make("asker_notice", kotabumi, examined)
    inquiry_body = _inquiry(kotabumi, theirs, epochs, notice=notice, at=at)
    inquiry = make("inquiry", kotabumi, inquiry_body)
    hit = _hit(mine, epochs, asked=notice, inquiry=inquiry_body, case=secret("case kanim-kalianda", 16).hex())
    answer = make("answer", kalianda, _answer(kalianda, inquiry, inquiry_body, hit=hit, at=at))
    _reveal_and_history(make, (kotabumi, kalianda), answer=answer, asked=asked, owned=owned, at=at)
    make("tombstone", kotabumi, _notice(kotabumi, theirs, epochs, revision=2, at=at, standing="cleared"))
    hello = _body(kalianda, "hello", at=at, facts=_facts(at, live=[[3, 9], [41, 42]]), roster_version=7)
    make("hello", kalianda, hello)
    return {
        "epochs": {name: key.hex() for name, key in epochs.items()},
        "scrypt": {"n": STRETCH_N, "r": 8, "p": 1},
        "keys": {o.key.keyid: {"seed": o.key.seed.hex(), "public": o.key.public_hex} for o in (kalianda, kotabumi)},
        "owner_person": owned,
        "asker_person": asked,
        "statements": made,
    }


def _answer(
    office: Office, inquiry: Statement, inquiry_body: dict[str, Any], *, hit: dict[str, Any], at: datetime
) -> dict[str, Any]:
    return _body(
        office,
        "answer",
        at=at,
        audience="kanim-kotabumi",
        in_reply_to=inquiry.digest,
        inquiry=inquiry_body["inquiry"],
        outcome="hit",
        hits=[hit],
        traces=[],
        truncated=False,
        searched={"epochs": [OLDER, EPOCH], "kinds": sorted(KINDS)},
        hello=_facts(at, live=None),
        roster_version=7,
    )


def _reveal_and_history(
    make: Callable[[str, Office, dict[str, Any]], Statement], offices: tuple[Office, Office], *,
    answer: Statement, asked: dict[str, Any], owned: dict[str, Any], at: datetime,
) -> None:  # fmt: skip
    asker, owner = offices
    inquiry = asker.secret("inquiry", 16).hex()
    persons = [Person.model_validate_json(json.dumps(one)).model_dump(mode="json") for one in (asked, owned)]
    reveal = make(
        "reveal",
        asker,
        _body(
            asker, "reveal", at=at, audience=owner.id, in_reply_to=answer.digest, inquiry=inquiry,
            purpose="passport_application", person=persons[0],
        ),
    )  # fmt: skip
    row = {
        "case": owner.secret(f"case {owner.id}", 16).hex(),
        "revision": 1,
        "standing": "postponed",
        "reason_group": "B",
        "filed_on": "2026-11-20",
        "decided_on": "2026-11-24",
        "until": "2027-11-24T02:30:00.000Z",
        "condition": None,
        "zone": "match",
        "probability_permille": 990,
        "model": "example",
        "agreeing": ["birth_date"],
        "evidence": [
            {
                "field": "birth_date",
                "supports": True,
                "text_id": "Tanggal lahir sama.",
                "text_en": "Same birth date.",
            }
        ],
        "person": persons[1],
    }
    history = _body(owner, "history", at=at, audience=asker.id, in_reply_to=reveal.digest, inquiry=inquiry, rows=[row])
    make("history", owner, history)
