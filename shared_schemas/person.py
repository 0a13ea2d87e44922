"""A person, as one office tells another after a proven hit, and as an office system files a case.

Text is what a document can carry: letters of any script, spaces, hyphen, apostrophe, full stop, comma, slash. Control
characters and emoji are refused; a script other than Latin is accepted (a finding says so).
"""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.base import Ask, WireDate
from shared_schemas.ids import VillageCode

_PUNCTUATION = frozenset(" -'’‘`.,/()")


def _document_text(text: str) -> str:
    """NFC text of letters, marks, digits and the punctuation of names; raises ValueError without echoing it."""
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(c)[0] not in "LMN" and c not in _PUNCTUATION for c in text):
        raise ValueError("only letters, digits, spaces and - ' . , / ( ) are allowed")
    if not any(unicodedata.category(c)[0] == "L" for c in text):
        raise ValueError("at least one letter is needed")
    return text


DocumentText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150), AfterValidator(_document_text)
]


class Person(Ask):
    """Who an application is about. Only the name and the birth date are always known."""

    name: DocumentText
    aliases: tuple[DocumentText, ...] = Field(default=(), max_length=5)
    birth_date: WireDate
    birth_place: DocumentText | None = None
    sex: Literal["F", "M"] | None = None
    nik: Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")] | None = None
    kk: Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")] | None = None
    passport_no: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{7}$")] | None = None
    mother_name: DocumentText | None = None
    village: VillageCode | None = None
    phones: tuple[Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ().-]{5,24}$")], ...] = Field(
        default=(), max_length=3
    )
