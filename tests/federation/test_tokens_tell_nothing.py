"""One that holds the epoch keys and an inquiry learns nothing from its field tokens, and proves nothing it has not.

Statistics are on fixed seeds, so they are the same in every run. The control of each is the reader who has one value
that agrees: it opens the nonce, and then everything follows. That is the price which the threat model states.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest

from office_node.domain.agreement import agree, their_tokens
from office_node.domain.keys import fields
from office_node.domain.kinds import KINDS, Key
from office_node.domain.person_keys import PersonKeys, older_tokens, stretch_keys, token_set
from office_node.domain.tokens import field_token, stretch, unwrap_nonce
from services.simulator.loop import seeded
from shared_schemas.inquiry import OlderTokens
from shared_schemas.person import Person
from shared_schemas.trace import TokenSet

EPOCHS = {"2026": seeded("epoch 2026")(32), "2025": seeded("epoch 2025")(32)}
NOW = "2026"
LIVE = frozenset(KINDS)
SHE = Person(
    name="Sri Wahyuni Rahayu", birth_date=date(1998, 4, 17), birth_place="Way Jepara", sex="F", nik="1807075704989001",
    mother_name="Sumiyati Lestari", village="18.07.07.2012", phones=("083455127740",), passport_no="C7654321",
)  # fmt: skip
HE = Person(
    name="Bambang Purnomo Hadi", birth_date=date(1971, 6, 2), birth_place="Kotabumi", sex="M", nik="1803070206719004",
    mother_name="Painah Rusmini", village="18.03.07.2004", phones=("089341187205",), passport_no="B1234567",
)  # fmt: skip
NAMES = [
    f"{first}{last}" for first in ("siti", "dewi", "rina", "ayu") for last in ("wati", "yuni", "tuti", "eni", "nur")
]


@dataclass(frozen=True)
class Statement:
    """What travels about one person: notice and inquiry, with the nonce that only its maker knows."""

    case: bytes
    inquiry: bytes
    revision: int
    nonce: bytes
    tokens: TokenSet
    older: tuple[OlderTokens, ...]

    @property
    def wrapped(self) -> list[tuple[str, str, bytes]]:
        """Every (epoch, kind, wrapped nonce) of it."""
        sets = [(self.tokens.epoch, self.tokens.index), *((one.epoch, one.index) for one in self.older)]
        return [(epoch, one.kind, bytes.fromhex(one.nonce)) for epoch, index in sets for one in index]

    def sent(self) -> bytes:
        """The bytes of all that travels."""
        older = [one.model_dump(mode="json") for one in self.older]
        return json.dumps([self.tokens.model_dump(mode="json"), older, self.case.hex(), self.inquiry.hex()]).encode()


@cache
def keys_of(name: str) -> PersonKeys:
    return stretch_keys({"she": SHE, "he": HE}[name], epochs=EPOCHS, kinds=LIVE, n=2)


def statements(count: int, *, seed: str = "s", who: str = "she") -> Iterator[Statement]:
    for number in range(count):
        random = seeded(f"{seed}/{number}")
        case, inquiry, nonce, revision = random(16), random(16), random(16), 1 + number % 3
        hers, old = keys_of(who), {"2025": EPOCHS["2025"]}
        tokens = token_set(hers, epoch=NOW, epoch_key=EPOCHS[NOW], nonce=nonce, case=case, revision=revision)
        older = older_tokens(hers, epochs=old, nonce=nonce, case=case, revision=revision)
        yield Statement(case, inquiry, revision, nonce, tokens, older)


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@cache
def wrong_stretched() -> tuple[tuple[str, str, bytes], ...]:
    """Index values that somebody else has, as a guesser would try: (epoch, kind, stretched)."""
    his = keys_of("he")
    return tuple((e, key.kind, s) for e in EPOCHS for key, s in zip(his.index, his.stretched[e], strict=True))


def nonces_to_try(one: Statement) -> list[bytes]:
    """Whatever somebody with the epoch keys, and without a value of hers, can take for the nonce."""
    wrapped = one.wrapped
    bare = [nonce for _, _, nonce in wrapped]
    crossed = [xor(a, b) for a, b in list(combinations(bare, 2))[::17]]
    opened = [
        unwrap_nonce(EPOCHS[epoch], nonce, case=one.case, revision=one.revision, kind=kind, stretched=s)
        for epoch, kind, nonce in wrapped[::3]
        for e, k, s in wrong_stretched()
        if (e, k) == (epoch, kind)
    ]
    return [*bare, *crossed, *opened, one.case, one.inquiry, bytes(16), *(key[:16] for key in EPOCHS.values())]


def matches(one: Statement, values: Iterable[Key], *, nonce: bytes, digits: int) -> int:
    """How many of these values fit a field token of the statement, by its first hex digits."""
    seen = {(token.kind, token.token[:digits]) for token in one.tokens.fields}
    return sum(
        (kind, field_token(EPOCHS[NOW], kind, nonce=nonce, value=value).hex()[:digits]) in seen
        for kind, value in values
    )


def one_of_each_kind(person: Person) -> list[Key]:
    """One value of each kind of which a person has one token, so that chance is the same for all."""
    by_kind: dict[str, list[Key]] = {}
    for key in fields(person):
        by_kind.setdefault(key.kind, []).append(key)
    hers: dict[str, int] = {}
    for key in keys_of("she").fields:
        hers[key.kind] = hers.get(key.kind, 0) + 1
    return [keys[0] for kind, keys in by_kind.items() if len(keys) == 1 and hers.get(kind) == 1]


@pytest.mark.parametrize("digits", [1, 4])
def test_right_and_wrong_values_fit_equally_often_for_who_has_none_of_hers(digits: int) -> None:
    right, wrong = one_of_each_kind(SHE), one_of_each_kind(HE)
    assert {key.kind for key in right} >= {"sex/1", "birth-date/1", "village/1", "name-full/1", "mother-full/1"}
    tries = found_right = found_wrong = 0
    for one in statements(150):
        for nonce in nonces_to_try(one):
            tries += 1
            found_right += matches(one, right, nonce=nonce, digits=digits)
            found_wrong += matches(one, wrong, nonce=nonce, digits=digits)
    for found, values in ((found_right, right), (found_wrong, wrong)):
        expected = tries * len(values) / 16**digits
        assert abs(found - expected) < 5 * expected**0.5 + 1, (found, expected)
    assert tries > 5_000


def test_guessing_a_field_from_a_short_list_is_right_no_more_often_than_chance() -> None:
    dates = [(date(1998, 4, 1) + timedelta(days=n)).isoformat() for n in range(20)]
    villages = [f"18.07.07.20{n:02}" for n in range(1, 21)]
    names = [*NAMES[:19], keys_first(SHE, "name-first/1")]
    lists = {"sex/1": ["F", "M"], "birth-date/1": dates, "village/1": villages, "name-first/1": names}
    rounds = 120
    for kind, values in lists.items():
        assert keys_first(SHE, kind) in values
        share = 0.0
        for one in statements(rounds, seed=kind):
            tries = nonces_to_try(one)
            score = {v: sum(matches(one, [Key(kind, v)], nonce=n, digits=1) for n in tries[::3]) for v in values}
            best = [v for v in values if score[v] == max(score.values())]
            share += (keys_first(SHE, kind) in best) / len(best)
        chance = rounds / len(values)
        assert abs(share - chance) < 4 * chance**0.5, kind


def keys_first(person: Person, kind: str) -> str:
    return next(key.value for key in fields(person) if key.kind == kind)


def test_the_nonce_stands_nowhere_in_what_travels_and_each_kind_wraps_it_differently() -> None:
    for one in statements(50):
        sent = one.sent()
        assert one.nonce.hex().encode() not in sent
        assert one.nonce not in {xor(a, b) for (_, _, a), (_, _, b) in combinations(one.wrapped, 2)}
        wrapped = [nonce for _, _, nonce in one.wrapped]
        assert len(wrapped) >= 20
        assert len({nonce[:6] for nonce in wrapped}) == len(wrapped)
        assert one.nonce not in wrapped


def test_one_value_under_two_kinds_cases_revisions_or_epochs_wraps_differently() -> None:
    nonce, s = seeded("n")(16), seeded("s")(32)
    wrapped = {
        unwrap_nonce(EPOCHS[epoch], nonce, case=case, revision=revision, kind=kind, stretched=s)
        for epoch in EPOCHS
        for case in (bytes(16), b"\x01" * 16)
        for revision in (1, 2)
        for kind in ("phone/1", "name-dob/1")
    }
    assert len(wrapped) == 16


def test_two_questions_about_one_person_share_no_field_token_more_than_chance() -> None:
    shared = pairs = 0
    for one, other in zip(statements(1500, seed="a"), statements(1500, seed="b"), strict=True):
        theirs = {(token.kind, token.token) for token in other.tokens.fields}
        pairs += len(one.tokens.fields)
        shared += sum((token.kind, token.token) in theirs for token in one.tokens.fields)
        # What links them is said in the threat model: the index tokens, and they alone.
        assert [token.token for token in one.tokens.index] == [token.token for token in other.tokens.index]
    assert pairs > 25_000
    assert shared <= 6 * pairs / 2**16 + 4


def test_fields_of_one_person_and_of_two_are_equally_unlike() -> None:
    hers = list(statements(600, seed="a"))
    same = [fields_shared(one, other) for one, other in zip(hers, statements(600, seed="c"), strict=True)]
    different = [
        fields_shared(one, other) for one, other in zip(hers, statements(600, seed="d", who="he"), strict=True)
    ]
    expected = 600 * len(one_of_each_kind(SHE)) / 16
    for found in (sum(same), sum(different)):
        assert abs(found - expected) < 5 * expected**0.5


def fields_shared(one: Statement, other: Statement) -> int:
    """Kinds with one token each in which the first hex digit is the same."""
    kinds = {key.kind for key in one_of_each_kind(SHE)} & {key.kind for key in one_of_each_kind(HE)}
    mine, theirs = ({t.kind: t.token[0] for t in s.tokens.fields if t.kind in kinds} for s in (one, other))
    return sum(mine[kind] == theirs[kind] for kind in mine.keys() & theirs.keys())


def test_who_has_one_agreeing_value_opens_the_nonce_and_weighs_every_field() -> None:
    """The control: a reader with her mother's and her own name, and nothing else of hers that makes an index value."""
    knows = Person(name=SHE.name, birth_date=HE.birth_date, sex="F", mother_name=SHE.mother_name)
    mine = stretch_keys(knows, epochs=EPOCHS, kinds=LIVE, n=2)
    assert {key.kind for key in mine.index if key in keys_of("she").index} == {"name-mother/1"}
    for one in statements(20):
        theirs = their_tokens(one.tokens, case=one.case.hex(), revision=one.revision)
        agreement = agree(mine, theirs, epoch_keys=EPOCHS)
        assert {"name-full/1", "mother-full/1", "sex/1"} <= agreement.field_kinds
        assert "birth-date/1" in agreement.compared_fields - agreement.field_kinds


def test_who_guesses_an_index_value_at_its_price_can_then_guess_every_field() -> None:
    """The control of the guesses: with her phone stretched, the right date is the one that fits."""
    phone = next(key for key in keys_of("she").index if key.kind == "phone/1")
    dates = [(date(1998, 1, 1) + timedelta(days=n)).isoformat() for n in range(365)]
    for one in statements(10):
        wrapped = next(nonce for epoch, kind, nonce in one.wrapped if (epoch, kind) == (NOW, "phone/1"))
        s = stretch(EPOCHS[NOW], "phone/1", value=phone.value, n=2)
        nonce = unwrap_nonce(EPOCHS[NOW], wrapped, case=one.case, revision=one.revision, kind="phone/1", stretched=s)
        assert nonce == one.nonce
        fits = [d for d in dates if matches(one, [Key("birth-date/1", d)], nonce=nonce, digits=4)]
        assert "1998-04-17" in fits
        assert len(fits) <= 2
