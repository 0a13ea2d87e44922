"""Ranking candidates: rows that share look-up tokens with a person, by how rare what they share is.

A token that a crowd shares (*Siti*, a lodging's phone, 1 January) tells nobody apart and would make a look-up slow: it
is passed over, unless nothing else finds anybody; then the crowd's first rows are taken and it is said that there are
more.
"""

import heapq
import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

Id = TypeVar("Id", bound=Hashable)

CROWD = 600
"""A token that more rows share is passed over; a store never reads more than one row beyond it."""
MOST = 50
"""The most candidates that are compared."""


class Ranked(NamedTuple, Generic[Id]):
    """Candidates, most telling first, with the bits that their shared tokens are worth; whether more may be like it."""

    found: list[tuple[Id, float]]
    truncated: bool


def rank(postings: Iterable[Sequence[Id]], *, rows: int, limit: int = MOST) -> Ranked[Id]:
    """The best of the rows behind these tokens, each given as the rows that share it, cut after `CROWD` + 1.

    A token's worth is log2(rows / rows that share it). Equal candidates keep the order of the tokens.
    """
    worth: dict[Id, float] = {}
    crowds: list[Sequence[Id]] = []
    for sharing in postings:
        if len(sharing) > CROWD:
            crowds.append(sharing)
            continue
        if sharing:
            bits = math.log2(max(rows, 2 * len(sharing)) / len(sharing))
            for one in sharing:
                worth[one] = worth.get(one, 0.0) + bits
    if not worth and crowds:
        for sharing in crowds:
            for one in sharing[:CROWD]:
                worth[one] = worth.get(one, 0.0) + 1.0
        return Ranked(heapq.nlargest(limit, worth.items(), key=lambda item: item[1]), truncated=True)
    return Ranked(heapq.nlargest(limit, worth.items(), key=lambda item: item[1]), truncated=len(worth) > limit)
