"""The zones: how sure it is that two records are one person."""

from enum import StrEnum


class Zone(StrEnum):
    """`related` is another person of the same household, as far as data can tell: a twin, a sibling."""

    MATCH = "match"
    POSSIBLE = "possible"
    RELATED = "related"
    NONE = "none"
