"""What a file that anyone may verify proves: one plain sentence for each thing that was looked at, true or not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["hit", "no_hit", "unknown"]


class UntrueError(Exception):
    """Something that a file says does not hold; its text is the sentence that says what."""


@dataclass(frozen=True)
class Fact:
    """One sentence, and whether it speaks for the file. `office` and `outcome` where it is about coverage."""

    holds: bool
    text: str
    office: str | None = None
    outcome: Outcome | None = None


@dataclass
class Facts:
    """The sentences so far, in the order in which they are told."""

    told: list[Fact] = field(default_factory=list)

    def true(self, text: str, *, office: str | None = None, outcome: Outcome | None = None) -> None:
        """What was verified."""
        self.told.append(Fact(True, text, office, outcome))

    def false(self, text: str, *, office: str | None = None) -> None:
        """What does not hold."""
        self.told.append(Fact(False, text, office))


def all_hold(facts: Iterable[Fact]) -> bool:
    """Whether something was proved, and nothing of it failed."""
    listed = list(facts)
    return bool(listed) and all(one.holds for one in listed)
