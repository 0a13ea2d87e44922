import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from office_node.domain.names import normalise, parse_name, skeleton
from office_node.domain.tables import spellings
from office_node.domain.tables.wordlists import groups_of

VARIANTS = json.loads((Path(__file__).parent / "data" / "variants.json").read_text())["names"]
NAMES = [name for pair in VARIANTS for name in pair]
SYLLABLES = st.sampled_from(
    [
        "oe",
        "dj",
        "tj",
        "sj",
        "nj",
        "ch",
        "kh",
        "iy",
        "uw",
        "z",
        "h",
        "d",
        "ae",
        "x",
        "q",
        "ie",
        "y",
        "j",
        "w",
        "a",
        "n",
        "i",
    ]
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("soekarno", "sukarno"), ("tjahjono", "cahyono"), ("djoko", "joko"), ("sjarif", "syarip"), ("njoman", "nyoman"),
        ("achmad", "ahmad"), ("widjaja", "wijaya"), ("jusuf", "yusup"), ("hariyati", "haryati"), ("suwardi", "suardi"),
        ("rochmat", "rahmat"), ("zaenal", "jainal"), ("nurjannah", "nurjanah"), ("taufiq", "taupik"),
        ("chandra", "candra"),
        ("moch", "muhammad"), ("husein", "husin"), ("rizki", "riski"), ("christina", "kristina"), ("bachri", "bahri"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_share_a_skeleton(old: str, new: str) -> None:
    assert skeleton(old) == skeleton(new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("suparman", "suparmin"), ("rina", "rini"), ("sugianto", "sugiarto"), ("wahyudi", "wahyuni"),
        ("hasan", "husen"),
        ("rizki", "riki"), ("chandra", "handra"), ("dewi", "devi"), ("tono", "toni"), ("suyati", "suyanti"),
    ],
)  # fmt: skip
def test_names_of_two_people_keep_two_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_an_old_j_is_read_both_ways() -> None:
    assert skeleton("jusuf") == skeleton("yusuf")
    assert skeleton("hidajat") == skeleton("hidayat")
    assert skeleton("djaja") == skeleton("jaya")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("H. SUPARDI", "supardi"),
        ("SUPARDI (Alm.)", "supardi"),
        ("SUPARTI (almh)", "suparti"),
        ("Alm. H. SUPARDI", "supardi"),
        ("ALM", "alm"),
        ("SUPARM1N SUT0MO", "suparmin sutomo"),
        ("JOHN 3", "john 3"),
        ("Hj. St. AMINAH", "siti aminah"),
        ("Drs. BAMBANG IRAWAN, M.M.", "bambang irawan"),
        ("RATNA SARI, S.Pd., M.Pd.", "ratna sari"),
        ("RATNA SARI S.PD", "ratna sari"),
        ("SUPARMAN, AGUS", "suparman agus"),
        ("M. ALI", "muhammad ali"),
        ("ALI M", "ali m"),
        ("SH", "sh"),
        ("SUPARMAN SH", "suparman sh"),
        ("HAJI", "haji"),
        ("Ibu Hj. SUPARTI", "suparti"),
        ("I WAYAN SUDANA", "wayan sudana"),
        ("NI MD. RATIH", "made ratih"),
        ("ABDURRAHMAN WAHID", "abdul rahman wahid"),
        ("ABDULLAH", "abdullah"),
        ("NURHAYATI", "nur hayati"),
        ("NURDIN", "nurdin"),
        ("NURULHUDA", "nurul huda"),
        ("MA'RUF", "maruf"),
        ("SUPARMAN BINTI", "suparman binti"),
        ("SUPARMAN BIN KARTO", "suparman bin karto"),
        ("RENÉ D'ÎLE", "rene dile"),
        ("陳 美玲", "陳 美玲"),
    ],
)
def test_titles_go_only_where_titles_stand(written: str, words: str) -> None:
    assert normalise(written) == words


def test_words_after_bin_are_kept_apart() -> None:
    name = parse_name("SUPARMAN BIN KARTOREJO")
    assert [t.exact for t in name.given] == ["suparman"]
    assert [t.exact for t in name.appended] == ["kartorejo"]


def test_joined_and_split_words_make_one_full_name() -> None:
    assert parse_name("DEWISARTIKA").full == parse_name("DEWI SARTIKA").full
    assert parse_name("ABDUL GHO FUR").joined == parse_name("ABDUL GHOFUR").joined
    assert parse_name("MUHAMMAD RIZKI").full == parse_name("M. RIZQI").full == parse_name("RIZKY").full


def test_words_that_everybody_bears_are_worth_little() -> None:
    assert parse_name("SITI").bits < parse_name("AGUS").bits < parse_name("NGATIYEM").bits
    assert parse_name("ST. AMINAH").significant[0].exact == "aminah"


def test_punctuation_alone_makes_an_empty_name() -> None:
    assert parse_name("ʼ-").tokens == ()
    assert normalise("ʼ-") == ""


def test_no_spelling_belongs_to_two_names() -> None:
    lines = groups_of(spellings.SAME_NAME)
    names = {skeleton(first) for first, *_ in lines}
    assert all(skeleton(word) == skeleton(line[0]) for line in lines for word in line)
    assert all(skeleton(name) == name for name in names)


@given(st.one_of(st.sampled_from(NAMES), st.text(max_size=40), st.lists(SYLLABLES, max_size=8).map("".join)))
@example("H. M. ABDULNURSITI S.PD")
@example("I NI MD BIN ALIAS ST.")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.one_of(st.text(max_size=20), st.lists(SYLLABLES, max_size=8).map("".join)))
def test_a_skeleton_is_its_own_skeleton(token: str) -> None:
    once = skeleton(token)
    assert skeleton(once) == once
