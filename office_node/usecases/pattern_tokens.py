"""What cases share, without readable data: values folded, then kept and counted as tokens under the local key.

The values themselves are kept nowhere, so a new local key leaves older links behind: phones are tokened anew from the
sealed person (`change_keys`), the rest counts again as new cases come.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from office_node.domain.names import fold, parse_name, plain
from office_node.domain.nik import usable_nik
from office_node.domain.values import phone_key
from office_node.node import Node
from office_node.store import notices, patterns
from office_node.store.transactions import Connection
from office_node.usecases.discredit import that_count
from office_node.usecases.own_tokens import signed_token
from office_node.usecases.visible import OwnCase
from shared_schemas.assessment import Links
from shared_schemas.person import Person

_KINDS = ("email", "address", "payer", "guarantor", "letter")


def keep_phones(connection: Connection, node: Node, *, case_ref: str, person: Person, at: datetime) -> None:
    """The phones of a case, as they are filed."""
    tokens = [_token(node, "phone", phone) for phone in map(phone_key, person.phones) if phone]
    patterns.replace(connection, case_ref, kind="phone", tokens=tokens, person=_whose(node, person), at=at)


def keep_links(connection: Connection, node: Node, case: OwnCase, *, links: Links) -> bool:
    """What else the case names; False if nothing of it was new."""
    before = patterns.of_case(connection, case.row.ref)
    new = {kind: {_token(node, kind, value)} for kind, value in _folded(links)}
    changed = {kind: tokens for kind, tokens in new.items() if before.get(kind) != tokens}
    for kind, tokens in changed.items():
        patterns.replace(
            connection, case.row.ref, kind=kind, tokens=tokens, person=_whose(node, case.person), at=case.row.filed_at
        )
    return bool(changed)


def shared(connection: Connection, case: OwnCase, *, now: datetime, days: int) -> dict[str, int]:
    """By kind: how many persons' own cases of the last days have a value of this case; only where others have it."""
    tokens = patterns.of_case(connection, case.row.ref)
    counts = patterns.counted(connection, tokens, since=now - timedelta(days=days), until=now)
    return {kind: count for kind, count in counts.items() if count > 1}


def phones_elsewhere(
    connection: Connection, node: Node, case: OwnCase, *, tokens: dict[int, str], now: datetime
) -> tuple[int, int]:
    """(cases, offices) whose traces share a phone with this case and nothing else: most likely other persons."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for posting in that_count(node, notices.postings(connection, tokens, now=now)):
        if posting.issuer != node.office:
            kinds.setdefault((posting.issuer, posting.case_ref), set()).add(tokens[posting.token].partition("/")[0])
    found = [key for key, one in kinds.items() if one == {"phone"} and key[1] != case.row.ref]
    return len(found), len({issuer for issuer, _ in found})


def _folded(links: Links) -> Iterator[tuple[str, str]]:
    """Each value in the one spelling under which the same is found; what has nothing left is left out."""
    for kind in _KINDS:
        value = getattr(links, kind)
        if value is None:
            continue
        folded = _fold(kind, value)
        if folded:
            yield kind, folded


def _fold(kind: str, value: str) -> str:
    if kind == "email":
        return value.casefold().strip()
    if kind in ("payer", "guarantor"):
        return parse_name(value).full
    words = "".join(c if c.isalnum() else " " for c in plain(value)).split()
    return "".join(words) if kind == "letter" else " ".join(sorted(fold(word) or word for word in words))


def _whose(node: Node, person: Person) -> int:
    """A token by which two cases of one person are counted once."""
    nik = person.nik if usable_nik(person.nik) else None
    return _token(node, "person", nik or f"{parse_name(person.name).full}|{person.birth_date.isoformat()}")


def _token(node: Node, kind: str, value: str) -> int:
    return signed_token(node.local_key, f"pattern-{kind}/1", value)
