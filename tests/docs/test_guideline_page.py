"""The page of the guideline is made from the pack that is shipped."""

from pathlib import Path

from docs.guideline_page import guideline_page
from office_node.guideline.pack import shipped_pack

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guideline.md"


def test_the_page_of_the_guideline_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == guideline_page(), "run `make docs`"


def test_the_page_has_every_indicator_factor_and_question() -> None:
    page, pack = PAGE.read_text(encoding="utf-8"), shipped_pack()
    named = [(one.code, one.text) for one in pack.indicators] + [(one.code, one.text) for one in pack.protective]
    assert all(f"| {code} | {text.id} | {text.en} |" in page for code, text in named)
    assert all(f"`{question.code}`" in page for question in pack.questions)
