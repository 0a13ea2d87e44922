"""A register on disk: profiles by row, and the rows behind every look-up token.

It is made for one run in a folder that only its owner may read and that goes with it, or kept in a file of its own that
only its owner may read: then what was committed outlives a kill, and a file made from another list is refused.
Filling it needs no more memory than one batch; the order by tokens is made once, after the last row.
"""

import hashlib
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

from office_node.domain.blocking import local_keys
from office_node.domain.candidates import CROWD, MOST, Ranked, rank
from office_node.domain.compare import Weighed, weigh
from office_node.domain.packing import pack, unpack
from office_node.domain.profile import Profile
from services.match.problems import ListError

_BATCH = 5000
_ANY = "PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;"
_FOR_ONE_RUN = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_KEPT = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL;"
_TABLES = """
CREATE TABLE made (source BLOB NOT NULL, key BLOB NOT NULL, filled INTEGER NOT NULL);
CREATE TABLE person (number INTEGER PRIMARY KEY, record_id TEXT NOT NULL, packed BLOB NOT NULL);
CREATE TABLE own_key (token INTEGER NOT NULL, person INTEGER NOT NULL);
"""
_SHARING = "SELECT person FROM own_key WHERE token = ? LIMIT ?"
_FOREIGN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""Not a database, or one without our tables."""
_LEAST_COMPARED = 8
_FAR_BEHIND = 0.4
"""A candidate that shares so much less than the best one cannot be better; a few are compared all the same."""


class Found(NamedTuple):
    """One candidate, compared: its row's number and id."""

    number: int
    record_id: str
    weighed: Weighed


class Register:
    """Rows that can be looked up. Made with `create` or `open`, filled with `add` and `finish`, then looked up."""

    def __init__(self, connection: sqlite3.Connection, key: bytes, *, rows: int = 0, filled: bool = False) -> None:
        self._connection = connection
        self._key = key
        self._rows = rows
        self.filled = filled
        """Whether the last row is in it."""

    @classmethod
    def create(cls, path: Path, *, key: bytes) -> Self:
        """An empty register in a new file; `key` (16 to 64 bytes) hides what tokens are made of."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(_FOR_ONE_RUN + _ANY)
        _make(connection, key=key, source=b"")
        return cls(connection, key)

    @classmethod
    def open(cls, path: Path, *, key: bytes, source: bytes) -> Self:
        """The register kept in this file, as far as it was filled, or a new one; ListError if made from another source.

        A new file takes `key`, an old one has its own. `source` stands for everything that the rows depend on.
        """
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise ListError("store", path) from error
        connection = sqlite3.connect(path, isolation_level=None, timeout=1)
        try:
            connection.executescript(_ANY)
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _make(connection, key=key, source=source)
            made = connection.execute("SELECT source, key, filled FROM made").fetchone()
            if made is None or made[0] != source:
                raise ListError("store-changed", path)
            connection.executescript(_KEPT)
            rows = connection.execute("SELECT coalesce(max(number), 0) FROM person").fetchone()[0]
            if not made[2]:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # one process fills it
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.DatabaseError) and error.sqlite_errorcode & 0xFF in _FOREIGN:
                raise ListError("not-store", path) from error
            raise
        return cls(connection, made[1], rows=rows, filled=bool(made[2]))

    def __len__(self) -> int:
        return self._rows

    def add(self, rows: Iterable[tuple[str, Profile]]) -> Iterator[int]:
        """Add rows (id, profile); yields after every batch how many there are. `finish` comes before any look-up."""
        source = iter(rows)
        while batch := list(islice(source, _BATCH)):
            self._connection.execute("BEGIN")
            self._insert(batch)
            self._connection.execute("COMMIT")
            yield self._rows

    def finish(self) -> None:
        """Order what was added by tokens, so that it can be looked up; the register is filled."""
        self._connection.execute("BEGIN")
        self._connection.execute("CREATE INDEX IF NOT EXISTS by_token ON own_key (token, person)")
        self._connection.execute("UPDATE made SET filled = 1")
        self._connection.execute("COMMIT")
        self.filled = True

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
        ranked = self.candidates(profile).found
        found = []
        for place, (number, bits) in enumerate(ranked):
            if place >= _LEAST_COMPARED and bits < _FAR_BEHIND * ranked[0][1]:
                break
            record_id, packed = find("SELECT record_id, packed FROM person WHERE number = ?", (number,)).fetchone()
            found.append(Found(number, record_id, weigh(profile, unpack(packed))))
        found.sort(key=lambda one: (-one.weighed.score, one.number))
        return found[:top]

    def candidates(self, profile: Profile) -> Ranked[int]:
        """Numbers of the rows that share look-up tokens, most telling first, at most `MOST`; nothing is compared."""
        find = self._connection.execute
        return rank(
            ([row[0] for row in find(_SHARING, (token, CROWD + 1))] for token in self._tokens(profile)), rows=self._rows
        )

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

    def _tokens(self, profile: Profile) -> tuple[int, ...]:
        """Keyed 64-bit codes of the look-up keys; with the key before the value a code is one block of BLAKE2b."""
        key, code = self._key, hashlib.blake2b
        codes = [code(key + value.encode(), digest_size=8).digest() for value in local_keys(profile)]
        return struct.unpack(f">{len(codes)}q", b"".join(codes))


def _make(connection: sqlite3.Connection, *, key: bytes, source: bytes) -> None:
    """The tables and what the register is made from, in one transaction: a kill leaves an empty file or a whole one."""
    connection.executescript(f"BEGIN; {_TABLES}")
    connection.execute("INSERT INTO made VALUES (?, ?, 0)", (source, key))
    connection.execute("COMMIT")
