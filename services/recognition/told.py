"""Officers' verdicts as examples: the JSON lines that `jejak node verdicts` writes, from any number of offices."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from office_node.domain.model import current
from office_node.domain.tables import texts


class TellError(ValueError):
    """A line is no verdict: its number from 1, without what stands in it."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is no verdict")
        self.line = line


class _Line(BaseModel):
    vector: Annotated[tuple[str, ...], Field(min_length=1)]
    model: str
    verdict: Literal["same", "not", "unsure"]


class Told(NamedTuple):
    """What can be learned from, and how many lines said what; those of `foreign` codes teach nothing."""

    vectors: list[tuple[str, ...]]
    same: list[int]
    counts: dict[str, int]


def read(paths: Iterable[Path]) -> Told:
    """The verdicts of these files. *Unsure* teaches nothing, nor does a level that this version does not have.

    OSError; TellError.
    """
    told = Told([], [], {})
    counts = Counter({"same": 0, "not": 0, "unsure": 0, "foreign": 0})
    for path in paths:
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not text.strip():
                continue
            line = _line(text, number=number)
            said = line.verdict if all(map(_known, line.vector)) else "foreign"
            counts[said] += 1
            if said in ("same", "not"):
                told.vectors.append(line.vector)
                told.same.append(int(said == "same"))
    return told._replace(counts=dict(counts))


def _line(text: str, *, number: int) -> _Line:
    try:
        return _Line.model_validate(json.loads(text))
    except (ValidationError, ValueError) as error:
        raise TellError(number) from error


def _known(level: str) -> bool:
    """Whether a comparison of this version can have this level: there are words for it, or it is one of its terms."""
    field, _, rest = level.partition(":")
    if field == "term":
        return level in current().weights
    return f"{field}:{rest.partition(':')[0]}" in texts.EVIDENCE
