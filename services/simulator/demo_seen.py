"""What an office's disk holds after a question: read from its files, as somebody would who took the machine away."""

import base64
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared_schemas.person import Person

_KNOWING = {
    "reveal": "asked, and sent the person to who proved a hit",
    "history": "proved a hit and was sent the person",
}
"""Entries that exist only where the person was sent (`reveal`) or received and answered (`history`)."""


@dataclass(frozen=True)
class Seen:
    """What one office's files say of one question."""

    office: str
    entries: dict[str, int]
    readable: tuple[str, ...]
    """Values of the person found in its files in any spelling, named by field; never the values."""

    @property
    def knows_person(self) -> bool:
        """Whether the person was sent from here or to here."""
        return not _KNOWING.keys().isdisjoint(self.entries)

    @property
    def part(self) -> str:
        """What this office had to do with the question, in words."""
        parts = [words for entry, words in _KNOWING.items() if entry in self.entries]
        return "; ".join(parts) or "was not told who was asked about: tokens only"


def seen_by(office: str, *, database: Path, inquiry: str, people: Iterable[Person]) -> Seen:
    """Log entries of this question, and which values of these people its files spell."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT type, count(*) FROM entry WHERE inquiry = ? GROUP BY type ORDER BY min(id)", (inquiry,)
        ).fetchall()
    connection.close()
    home = database.parent.parent
    files = [file for file in (*home.rglob("*"), home.with_suffix(".log")) if file.is_file()]
    return Seen(office, dict(rows), readable(files, people))


def readable(files: Iterable[Path], people: Iterable[Person]) -> tuple[str, ...]:
    """Fields of these people whose value stands in one of the files, in one of the usual spellings."""
    wanted = [(field, spelled) for person in people for field, value in _values(person) for spelled in _spell(value)]
    found: set[str] = set()
    for file in files:
        data = file.read_bytes()
        lower = data.lower()
        found.update(field for field, spelled in wanted if spelled in data or spelled in lower)
    return tuple(sorted(found))


def _values(person: Person) -> Iterator[tuple[str, str]]:
    fields = {"name": person.name, "nik": person.nik, "kk": person.kk, "mother_name": person.mother_name}
    for field, value in fields.items():
        if value:
            yield field, value
    for phone in person.phones:
        yield "phone", phone
        yield "phone", "".join(filter(str.isdigit, phone))[2:]


def _spell(value: str) -> Iterator[bytes]:
    """UTF-8 in lower case (compared with lower-cased data), UTF-16, hex, and base64 at each of its three offsets."""
    for text in (value, value.lower(), value.upper()):
        raw = text.encode()
        yield raw
        yield text.encode("utf-16-le")
        yield raw.hex().encode()
        for offset in range(3):
            whole = base64.b64encode(b"\0" * offset + raw)
            yield whole[4 if offset else 0 : -4]
