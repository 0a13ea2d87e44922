"""A register on disk for the length of one run: profiles by row, and the rows behind every look-up token.

Tokens are keyed with a key of this run alone. The file lies in a folder that only its owner may read, and goes with it.
Filling it needs no more memory than one batch; the order by tokens is made once, after the last row.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

from office_node.domain.blocking import local_keys
from office_node.domain.candidates import CROWD, MOST, rank
from office_node.domain.compare import Weighed, weigh
from office_node.domain.packing import pack, unpack
from office_node.domain.profile import Profile

_BATCH = 5000
_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;
CREATE TABLE person (number INTEGER PRIMARY KEY, record_id TEXT NOT NULL, packed BLOB NOT NULL);
CREATE TABLE own_key (token INTEGER NOT NULL, person INTEGER NOT NULL);
"""
_LEAST_COMPARED = 8
_FAR_BEHIND = 0.4
"""A candidate that shares so much less than the best one cannot be better; a few are compared all the same."""


class Found(NamedTuple):
    """One candidate, compared: its row's number and id."""

    number: int
    record_id: str
    weighed: Weighed


class Register:
    """Rows that can be looked up. Made with `Register.create`, filled with `add`, then looked up."""

    def __init__(self, connection: sqlite3.Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key
        self._rows = 0

    @classmethod
    def create(cls, path: Path, *, key: bytes) -> Self:
        """An empty register in a new file; `key` (16 to 64 bytes) hides what tokens are made of."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(_TABLES)
        return cls(connection, key)

    def __len__(self) -> int:
        return self._rows

    def add(self, rows: Iterable[tuple[str, Profile]]) -> Iterator[int]:
        """Add rows (id, profile); yields after every batch how many there are. Nothing is found before the last one."""
        source = iter(rows)
        while batch := list(islice(source, _BATCH)):
            self._connection.execute("BEGIN")
            self._insert(batch)
            self._connection.execute("COMMIT")
            yield self._rows
        self._connection.execute("CREATE INDEX IF NOT EXISTS by_token ON own_key (token, person)")

    def _insert(self, batch: list[tuple[str, Profile]]) -> None:
        people, tokens = [], []
        for record_id, profile in batch:
            self._rows += 1
            people.append((self._rows, record_id, pack(profile)))
            tokens += [(token, self._rows) for token in self._tokens(profile)]
        self._connection.executemany("INSERT INTO person VALUES (?, ?, ?)", people)
        self._connection.executemany("INSERT INTO own_key VALUES (?, ?)", tokens)

    def look_up(self, profile: Profile, *, top: int = MOST) -> list[Found]:
        """The candidates for this profile, best score first, compared as far as it can matter; at most `top`."""
        find = self._connection.execute
        postings = [
            [row[0] for row in find(f"SELECT person FROM own_key WHERE token = ? LIMIT {CROWD + 1}", (token,))]  # noqa: S608 (a constant)
            for token in self._tokens(profile)
        ]
        ranked = rank(postings, rows=self._rows).found
        found = []
        for place, (number, bits) in enumerate(ranked):
            if place >= _LEAST_COMPARED and bits < _FAR_BEHIND * ranked[0][1]:
                break
            record_id, packed = find("SELECT record_id, packed FROM person WHERE number = ?", (number,)).fetchone()
            found.append(Found(number, record_id, weigh(profile, unpack(packed))))
        found.sort(key=lambda one: (-one.weighed.score, one.number))
        return found[:top]

    def people(self) -> Iterator[tuple[int, str, Profile]]:
        """Every row in its order: number, id, profile."""
        last = 0
        while True:
            page = self._connection.execute(
                "SELECT number, record_id, packed FROM person WHERE number > ? ORDER BY number LIMIT 1000", (last,)
            ).fetchall()
            if not page:
                return
            for number, record_id, packed in page:
                yield number, record_id, unpack(packed)
            last = page[-1][0]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _tokens(self, profile: Profile) -> list[int]:
        key = self._key
        return [
            int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8, key=key).digest(), "big", signed=True)
            for value in local_keys(profile)
        ]
