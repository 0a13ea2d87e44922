"""The list of name pairs is whole, and the comparison judges most of them as a careful reader does."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from office_node.domain.namecompare import compare_names
from office_node.domain.names import parse_name

LIST = Path(__file__).parent / "data" / "name_pairs.csv"
VERDICTS = {"same", "different", "unclear"}
ORIGINS = [
    "javanese", "sundanese", "lampung", "balinese", "bugis", "arabic", "batak", "minang", "chinese", "modern", "single",
]  # fmt: skip
KINDS = {
    "abbreviation", "alias", "appended-father", "arabic-spelling", "balinese-order", "bin", "clan", "dropped-word",
    "father-son", "gender-pair", "initials", "joined", "married", "namesake-part", "nickname", "ocr", "old-spelling",
    "one-letter-names", "order", "pilgrimage", "repeated-single", "sibling-names", "sound-alike", "title",
    "title-trap", "typing", "vowel-ao",
}  # fmt: skip
NEVER_THE_SAME = {"balinese-order", "father-son", "gender-pair", "one-letter-names", "sibling-names", "title-trap"}


class Pair(NamedTuple):
    a: str
    b: str
    verdict: str
    origin: str
    kind: str
    why: str


@cache
def pairs() -> tuple[Pair, ...]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        assert tuple(next(rows)) == Pair._fields
        return tuple(Pair(*row) for row in rows)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def test_there_are_at_least_560_pairs_and_no_cell_is_empty_or_padded() -> None:
    assert len(pairs()) >= 560
    assert [pair for pair in pairs() if any(not cell or cell != " ".join(cell.split()) for cell in pair)] == []


def test_verdicts_origins_and_kinds_are_the_known_ones() -> None:
    assert {pair.verdict for pair in pairs()} == VERDICTS
    assert {pair.origin for pair in pairs()} == set(ORIGINS)
    assert {pair.kind for pair in pairs()} == KINDS


def test_no_pair_stands_in_the_list_twice_in_either_order() -> None:
    seen = Counter(frozenset((_plain(pair.a), _plain(pair.b))) for pair in pairs())
    assert [sorted(names) for names, times in seen.items() if times > 1] == []


def test_no_name_is_paired_with_itself() -> None:
    assert [pair for pair in pairs() if _plain(pair.a) == _plain(pair.b)] == []


def test_names_are_written_as_names() -> None:
    """Digits stand only where a machine misread a letter."""
    written = re.compile(r"[A-Za-z01 .,'/]+")
    assert [pair for pair in pairs() if not (written.fullmatch(pair.a) and written.fullmatch(pair.b))] == []
    assert [pair for pair in pairs() if re.search(r"[01]", pair.a + pair.b) and pair.kind != "ocr"] == []


@pytest.mark.parametrize(("verdict", "least", "most"), [
    ("same", 0.50, 0.60),
    ("different", 0.35, 0.45),
    ("unclear", 0.03, 0.07),
])  # fmt: skip
def test_each_verdict_has_its_share(verdict: str, least: float, most: float) -> None:
    share = sum(pair.verdict == verdict for pair in pairs()) / len(pairs())
    assert least <= share <= most


@pytest.mark.parametrize("origin", ORIGINS)
def test_each_origin_has_30_pairs_and_enough_of_both_verdicts(origin: str) -> None:
    verdicts = Counter(pair.verdict for pair in pairs() if pair.origin == origin)
    assert verdicts.total() >= 30
    assert min(verdicts["same"], verdicts["different"]) >= 10


def test_single_names_are_many() -> None:
    single = [pair for pair in pairs() if pair.origin == "single"]
    assert len(single) >= 80
    assert [pair for pair in single if len(pair.a.split()) > 1 and len(pair.b.split()) > 1] == []


def test_names_of_twins_and_siblings_are_many_and_never_one_person() -> None:
    siblings = [pair for pair in pairs() if pair.kind in {"sibling-names", "balinese-order"}]
    assert len(siblings) >= 60
    assert [pair for pair in pairs() if pair.kind in NEVER_THE_SAME and pair.verdict == "same"] == []


def test_one_letter_apart_is_judged_both_ways() -> None:
    """Or a rule that looks at letters alone would pass."""
    near = Counter(pair.verdict for pair in pairs() if _one_letter_apart(pair.a, pair.b))
    assert min(near["same"], near["different"]) >= 30


def _one_letter_apart(a: str, b: str) -> bool:
    """One letter replaced, added or left out."""
    short, long = sorted((_plain(a), _plain(b)), key=len)
    if len(short) == len(long):
        return sum(x != y for x, y in zip(short, long, strict=True)) == 1
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def test_most_pairs_of_one_name_meet_and_most_of_two_do_not() -> None:
    """As measured when the list first met the comparison: 92 of 100 of one name at least look alike to it.

    80 of 100 agree in full; of two names 4 of 100 do, mostly Hasan and Husen's kind with a word added.
    """
    grades = {pair: compare_names(parse_name(pair.a), parse_name(pair.b)).grade for pair in pairs()}
    same = [grade for pair, grade in grades.items() if pair.verdict == "same"]
    other = [grade for pair, grade in grades.items() if pair.verdict == "different"]
    assert sum(not grade.another_person for grade in same) >= 0.92 * len(same)
    assert sum(grade.agrees for grade in same) >= 0.79 * len(same)
    assert sum(grade.agrees for grade in other) <= 0.04 * len(other)
