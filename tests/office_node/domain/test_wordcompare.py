from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.namecompare import NameGrade, compare_names
from office_node.domain.names import parse_name
from office_node.domain.wordcompare import WordRank, compare_words

PARTS = st.sampled_from(
    [
        "su",
        "par",
        "man",
        "min",
        "ri",
        "na",
        "ni",
        "rn",
        "m",
        "l",
        "i",
        "o",
        "a",
        "abdul",
        "siti",
        "bin",
        "h.",
        ",",
        " ",
        "01",
    ]
)
TEXTS = st.one_of(st.lists(PARTS, max_size=10).map("".join), st.text(max_size=300))


class _Case(NamedTuple):
    one: str
    other: str
    rank: WordRank


CASES = (
    _Case("suparman", "suparmin", WordRank.APART),
    _Case("rina", "rini", WordRank.APART),
    _Case("hasan", "husein", WordRank.APART),
    _Case("agus", "agustina", WordRank.APART),
    _Case("sutrisno", "sutrisni", WordRank.APART),
    _Case("sutrisno", "sutrisna", WordRank.RESPELLED),
    _Case("achmad", "ahmad", WordRank.RESPELLED),
    _Case("a", "achmad", WordRank.INITIAL),
    _Case("suparman", "suprman", WordRank.TYPING),
    _Case("suparman", "usparman", WordRank.TYPING),
    _Case("sulastri", "suiastri", WordRank.TYPING),
    _Case("indrawan", "lndrawan", WordRank.TYPING),
    _Case("karnadi", "kamadi", WordRank.TYPING),
    _Case("andrian", "andriani", WordRank.UNCLEAR),
    _Case("suryana", "suryano", WordRank.UNCLEAR),
    _Case("catherine", "catherin", WordRank.UNCLEAR),
    _Case("thompson", "thomson", WordRank.TYPING),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.one} {case.other}")
def test_a_slip_is_told_from_another_name(case: _Case) -> None:
    one, other = parse_name(case.one).tokens[0], parse_name(case.other).tokens[0]
    assert compare_words(one, other)[0] is case.rank
    assert compare_words(other, one) == compare_words(one, other) or case.rank is WordRank.RESPELLED


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("M. RIZKI", "MUHAMMAD RIZKI", NameGrade.SAME),
        ("A. FAUZI", "ACHMAD FAUZI", NameGrade.RESPELLED),
        ("DEWI SARTIKA", "SARTIKA DEWI", NameGrade.SAME),
        ("SUPARMAN", "SUPARMAN SUPARMAN", NameGrade.EXTENDED),
        ("SUPARMAN", "SUPARMAN KARTOREJO WAGIMIN", NameGrade.EXTENDED),
        ("SUPARMAN BIN KARTOREJO", "SUPARMAN BIN WAGIMIN", NameGrade.UNCLEAR),
        ("SUPARMAN BIN KARTOREJO", "SUPARMAN", NameGrade.SAME),
        ("EKA PUTRI", "DWI PUTRI", NameGrade.OTHER_GIVEN),
        ("SUPARMAN", "SUPARMIN", NameGrade.DIFFERENT),
    ],
)
def test_names_agree_as_people_would_say(one: str, other: str, grade: NameGrade) -> None:
    assert compare_names(parse_name(one), parse_name(other)).grade is grade


@given(TEXTS, TEXTS)
def test_the_comparison_of_names_is_symmetric(one: str, other: str) -> None:
    a, b = parse_name(one), parse_name(other)
    assert compare_names(a, b) == compare_names(b, a)


@given(TEXTS)
def test_a_name_with_words_agrees_with_itself(text: str) -> None:
    name = parse_name(text)
    assert compare_names(name, name).grade is (NameGrade.SAME if name.tokens else NameGrade.UNCLEAR)
