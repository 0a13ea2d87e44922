"""What really happened, written down by those who did it: the population and the weather. One JSON object a line.

The nodes know nothing of it, and whoever counts (`checker`) has only this and their databases.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class Journal:
    """An append-only file. `at` gives virtual seconds."""

    def __init__(self, file: Path, *, at: Callable[[], float]) -> None:
        self._lines = file.open("w", encoding="utf-8")
        self._at = at

    def write(self, what: str, **facts: Any) -> None:
        """One event, now."""
        event = {"at": round(self._at(), 3), "what": what, **facts}
        self._lines.write(json.dumps(event, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """Nothing more happens."""
        self._lines.close()


def read_journal(file: Path) -> Iterator[Event]:
    """Every event, in the order in which they happened."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            event: Event = json.loads(line)
            yield event
