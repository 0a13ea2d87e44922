"""The dated tables that recognition reads: frequencies, spellings, titles, weights, texts, villages.

A changed table is a new version of every kind that uses it: tokens made with two tables must never be
compared. Each file says where its figures come from; nothing here is about a real person.
"""

from functools import cache
from importlib.resources import files


@cache
def lampung_villages() -> frozenset[str]:
    """The Kemendagri codes of the villages of Lampung (province 18); source and licence lie beside the file."""
    text = files(__name__).joinpath("wilayah_18.csv").read_text(encoding="utf-8")
    codes = (line.partition(",")[0] for line in text.splitlines())
    return frozenset(code for code in codes if code.count(".") == 3)
