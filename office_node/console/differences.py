"""Two texts side by side: which characters differ. Pure; nothing is scored here, it only guides the eye."""

import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST = 300
ALIKE = 0.5
"""Below this share of equal characters what is equal is chance, and all of it is marked."""


class Piece(NamedTuple):
    """Some characters, and whether the other side has others there."""

    text: str
    differs: bool


def differences(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces; upper and lower case count as the same, and so does how an accent is written."""
    left, right = (unicodedata.normalize("NFC", text)[:LONGEST] for text in (left, right))
    matcher = SequenceMatcher(None, _folded(left), _folded(right), autojunk=False)
    if matcher.ratio() < ALIKE:
        return _whole(left), _whole(right)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        for side, text in zip(pieces, (left[a0:a1], right[b0:b1]), strict=True):
            if text:
                side.append(Piece(text, kind != "equal"))
    return tuple(pieces[0]), tuple(pieces[1])


def _folded(text: str) -> str:
    """Character by character, so that places stay the same."""
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()
