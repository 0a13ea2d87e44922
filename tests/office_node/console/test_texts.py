"""Every text of the console stands in both languages, and no template holds one outside the catalogue."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import Environment

from office_node.console.catalogues import english, gettext, ngettext

CONSOLE = Path(__file__).resolve().parents[3] / "office_node/console"
TEMPLATES = sorted((CONSOLE / "templates").glob("*.html"))
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
NAMES = {"Jejak", "· Jejak", "Bahasa Indonesia", "English"}
"""What is the same in every language."""
SPOKEN = re.compile(r"""(?:aria-label|title|alt|placeholder)="([^"]*)\"""")


def extracted() -> dict[str, set[str]]:
    """Every text of templates and code, with the files that hold it."""
    found: dict[str, set[str]] = {}
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    for file, _line, told, _comments, _context in extract_from_dir(CONSOLE, METHODS, {}, keywords=keywords):
        for text in [told] if isinstance(told, str) else told:
            if text:
                found.setdefault(text, set()).add(file)
    return found


def literal_texts(template: str) -> list[str]:
    """What a template says by itself: outside tags, expressions and `trans` blocks, or in an attribute read aloud."""
    kept: list[str] = []
    inside, block = False, False
    for _line, kind, value in Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(template):
        if kind == "block_begin":
            block = True
        elif kind == "block_end":
            block = False
        elif block and kind == "name" and value in ("trans", "endtrans"):
            inside = value == "trans"
        elif kind == "data" and not inside:
            kept.append(value)
        elif kind == "variable_begin":
            kept.append("\0")  # an expression: the tag around it stays one tag
    page = "".join(kept)
    said = [*SPOKEN.findall(page), *re.split(r"<[^>]*>", re.sub(r"<!--.*?-->", "", page))]
    return [text.strip(" \n\0") for text in said if re.search(r"[A-Za-z]", text)]


def test_every_text_has_an_english_one_and_the_catalogue_has_no_other() -> None:
    wanted = extracted()
    assert len(wanted) > 200
    assert {text: sorted(files) for text, files in wanted.items() if text not in english()} == {}
    assert sorted(english().keys() - wanted.keys()) == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    mark = re.compile(r"%\(\w+\)s")
    assert [one for one, other in english().items() if sorted(mark.findall(one)) != sorted(mark.findall(other))] == []


def test_no_template_says_anything_outside_the_catalogue() -> None:
    assert len(TEMPLATES) >= 15
    found = {
        path.name: texts
        for path in TEMPLATES
        if (texts := [text for text in literal_texts(path.read_text(encoding="utf-8")) if text not in NAMES])
    }
    assert found == {}


@pytest.mark.parametrize(
    "template",
    ["<p>Halo</p>", '<a title="Halo">{{ _("x") }}</a>', "{% if x %}Halo{% endif %}", '<nav aria-label="Halo">'],
)
def test_a_text_that_somebody_forgot_is_found(template: str) -> None:
    assert literal_texts(template) == ["Halo"]


def test_what_is_in_the_catalogue_is_not_found() -> None:
    assert literal_texts('<p class="a">{{ _("Halo") }} {% trans n=3 %}{{ n }} orang{% endtrans %}</p>') == []


def test_a_text_without_english_is_shown_in_indonesian() -> None:
    assert gettext("en")("Belum ada kata") == "Belum ada kata"
    assert gettext("id")("Keluar") == "Keluar"
    assert gettext("en")("Keluar") == "Sign out"
    assert ngettext("id")("satu", "banyak", 2) == "banyak"


@pytest.mark.parametrize("word", ["bersih", "tersangka", "pelaku", "suspect", "clean", "perpetrator"])
def test_nobody_is_called_clean_or_suspect(word: str) -> None:
    said = [*english(), *english().values()]
    assert [text for text in said if re.search(rf"\b{word}", text, re.IGNORECASE)] == []
