"""Texts in two languages: templates and code are written in Indonesian, English stands in a gettext catalogue.

A text that has no English is shown in Indonesian; `make check` finds it (`tests/office_node/console/test_texts.py`).
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from babel.messages.pofile import read_po

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def N_(text: str) -> str:  # noqa: N802 -- the name by which gettext's tools know a text that is translated later
    """Mark a text for the catalogue."""
    return text


@cache
def english() -> dict[str, str]:
    """Indonesian text to English."""
    file = files("office_node.console").joinpath("locale", "en", "console.po")
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale="en")
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string}


def gettext(language: Language) -> Callable[[str], str]:
    """What gives a text in that language."""
    return (lambda text: english().get(text, text)) if language == "en" else (lambda text: text)


def ngettext(language: Language) -> Callable[[str, str, int], str]:
    """The same for a counted text; Indonesian has one form, so both are texts of their own."""
    return lambda one, many, count: gettext(language)(one if count == 1 else many)
