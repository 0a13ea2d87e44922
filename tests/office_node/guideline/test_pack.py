"""What is no pack is refused with the rule that it broke: bombs, aliases, tags, keys twice, forbidden criteria."""

import copy
from importlib.resources import files
from typing import Any

import pytest

from office_node.guideline.pack import PackError, as_pack, read_pack, shipped_pack
from shared_schemas.guideline import MAX_PACK_OCTETS, PARTS

RAW = files("office_node.guideline.packs").joinpath("2026-11.yaml").read_bytes()
PLAIN: dict[str, Any] = shipped_pack().model_dump(mode="json", exclude_none=True)


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(PLAIN), **members}


def with_question(code: str, *, id: str = "Benar?", en: str = "Is it so?") -> dict[str, Any]:
    question = {"code": code, "part": "story", "answer": "yes_no", "text": {"id": id, "en": en}}
    return changed(questions=[question, *PLAIN["questions"]])


def test_the_shipped_pack_reads_and_comes_back_from_its_json_as_it_was() -> None:
    pack = read_pack(RAW)
    assert as_pack(pack.model_dump(mode="json")) == pack
    assert (pack.version, pack.name) == (1, "2026-11")
    assert {question.part for question in pack.questions} == set(PARTS)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"a: &x [1]\nb: *x\n", "an alias or an anchor"),
        (b"a: &a [lol]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n", "an alias or an anchor"),
        (b"a: !!python/object/apply:os.system ['true']\n", "a tag"),
        (b"a: !thing 1\n", "a tag"),
        (b"a: 1\na: 2\n", "a key twice"),
        (b"<<: {a: 1}\na: 2\n", "Field required"),
        (b"- 1\n", "not a mapping"),
        (b"", "not a mapping"),
        (b"a: [1\n", "not YAML"),
        (b"a: 1\n---\nb: 2\n", "not YAML"),
        (b"a: \xff\n", "not UTF-8"),
        (b"? {a: 1}\n: 2\n", "a key that is no text"),
        (b"a: " + b"[" * 60 + b"]" * 60, "too deep or too much"),
        (b"a: [" + b"1," * 30_000 + b"1]", "too deep or too much"),
        (b"#" + b"x" * MAX_PACK_OCTETS, "too large"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(raw: bytes, rule: str) -> None:
    with pytest.raises(PackError) as error:
        read_pack(raw)
    assert rule in error.value.rule


@pytest.mark.parametrize(
    "code",
    [
        "sex", "applicant_sex", "is_female", "unmarried", "husband_permission", "suami_mengizinkan", "age_band",
        "usia_produktif", "pregnant", "health_problem", "religion", "agama", "ethnicity", "suku", "poverty", "miskin",
        "unemployed", "low_schooling", "first_passport", "village", "desa_kantong", "outside_domicile", "body_language",
        "gesture", "birth_place", "just_to_have_one",
    ],
)  # fmt: skip
def test_a_pack_that_asks_for_what_is_never_scored_is_refused(code: str) -> None:
    with pytest.raises(PackError, match="never scored"):
        as_pack(with_question(code))


@pytest.mark.parametrize(
    "text",
    [
        "Apakah perempuan 17-45 tahun?", "Apakah suami mengizinkan?", "Apa agamanya?", "Sukunya apa, suku mana?",
        "Is the applicant a woman?", "Is she pregnant?", "Is the applicant poor?", "Is the applicant unemployed?",
        "Gestur yang aneh?", "Watch the body language", "Apakah ini paspor pertama?", "Berasal dari desa kantong PMI?",
        "Aged 25 to 35?", "Sekadar punya paspor?",
    ],
)  # fmt: skip
def test_a_text_that_speaks_of_what_is_never_scored_is_refused(text: str) -> None:
    with pytest.raises(PackError, match="never scored"):
        as_pack(with_question("something_else", id=text))
    with pytest.raises(PackError, match="never scored"):
        as_pack(with_question("something_else", en=text))


def test_saying_what_it_is_not_about_is_allowed() -> None:
    text = "Laporan tentang perekrut (bukan tentang agama orangnya)"
    assert as_pack(with_question("something_else", id=text)).questions[0].text.id == text


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "sex", "equals": True},
        {"fact": "village", "among": "no_placement_scheme"},
        {"fact": "lost_passports", "equals": True},
        {"fact": "work_intent", "at_least": 1},
        {"fact": "destination", "among": "no_such_list"},
        {"fact": "work_intent", "equals": 1},
        {"fact": "work_intent", "run": "import os"},
        {"any_of": [{"fact": "work_intent", "equals": True}]},
        {"all_of": [{"all_of": []}, {"fact": "work_intent", "equals": True}]},
        {"not": {"fact": "work_intent", "equals": True}},
        "work_intent",
    ],
)
def test_a_condition_outside_of_the_vocabulary_is_refused(condition: Any) -> None:
    pack = changed()
    pack["indicators"][0]["when"] = condition
    with pytest.raises(PackError):
        as_pack(pack)


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"effective_until": "2026-10-01"}, "ends before"),
        ({"thresholds": {"yellow": 5, "red": 5}}, "MERAH begins above"),
        ({"half_life_months": 13}, "half_life_months"),
        ({"version": 0}, "version"),
        ({"bases": PLAIN["bases"][1:]}, "basis is not listed"),
        ({"indicators": [*PLAIN["indicators"], PLAIN["indicators"][0]]}, "indicator twice"),
        ({"questions": [*PLAIN["questions"], PLAIN["questions"][0]]}, "twice"),
        ({"questions": PLAIN["questions"][::-1]}, "order of the interview"),
        ({"indicators": PLAIN["indicators"][1:4]}, "not there"),
        ({"lists": []}, "unknown list"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused(members: dict[str, Any], rule: str) -> None:
    with pytest.raises(PackError) as error:
        as_pack(changed(**members))
    assert rule in error.value.rule


def test_the_question_about_other_offices_cannot_be_left_out() -> None:
    kept = [question for question in PLAIN["questions"] if question["code"] != "applied_elsewhere"]
    with pytest.raises(PackError, match="other offices"):
        as_pack(changed(questions=kept))


def test_what_the_node_finds_itself_is_not_asked() -> None:
    with pytest.raises(PackError, match="finds itself"):
        as_pack(with_question("own_postponed"))
