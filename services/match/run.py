"""Matching two lists, or one with itself: fill a register from the first, look every row of the other up in it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

from office_node.domain.blocking import local_keys
from office_node.domain.compare import explain
from office_node.domain.packing import pack
from office_node.domain.profile import Profile, profile
from office_node.domain.zones import Zone
from services.match.mapping import Mapped
from services.match.problems import Fault
from services.match.records import Listed, read, to_record
from services.match.register import Found, Register
from services.match.results import Result, reasons

_SHOWN: dict[str, frozenset[Zone]] = {
    "match": frozenset({Zone.MATCH}),
    "possible": frozenset({Zone.MATCH, Zone.POSSIBLE}),
    "related": frozenset({Zone.MATCH, Zone.POSSIBLE, Zone.RELATED}),
    "all": frozenset(Zone),
}
_PROBE = {
    "full_name": "Hj. Siti Noer Djannah binti Achmad", "birth_date": "17 Maret 1994", "sex": "Perempuan",
    "birth_place": "Tandjung Karang, Lampung", "nik": "NIK: 1801 0457 0394 0003", "passport_no": "x-00000O1",
    "mother_name": "Soeparmi", "address": "Jl. Melati No. 7", "village": "1801042001", "district": "tidak ada",
    "phone": "0812-3456-7801 0721 481234",
}  # fmt: skip
"""An invented person: if she is read or made ready otherwise than before, a kept register is of another version."""
ZoneOption = Literal["match", "possible", "related", "all"]
Progress = Callable[[str, int], None]
"""Told a stage (`read`, `look-up`) and how many rows are done."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: at most `top` lines a query, of these zones, with reasons in this language."""

    top: int = 5
    zone: ZoneOption = "all"
    language: Literal["id", "en"] = "id"


@dataclass
class Run:
    """One run in a folder of its own; `faults` are the fields that could not be read, the first `keep` of `told`.

    `store` is the file that keeps the register; without one it goes with the folder.
    """

    folder: Path
    key: bytes
    mapped: Mapped
    progress: Progress
    store: Path | None = None
    skip_wrong: bool = False
    today: date = date.max
    keep: int = 100_000
    faults: list[Fault] = field(default_factory=list)
    told: int = 0

    def match(self, records: Path, queries: Path, *, wanted: Wanted) -> Iterator[Result]:
        """The best candidates of every query, query by query in their order, the best first. ListError."""
        asked = self._read(queries, id_column="query_id")  # its header is read before a long register
        with self._register(records) as register:
            for done, listed in enumerate(asked, 1):
                found = register.look_up(profile(listed.record))
                yield from _results(listed.id, found, wanted=wanted)
                self.progress("look-up", done)

    def duplicates(self, records: Path, *, wanted: Wanted) -> Iterator[Result]:
        """Every pair of the list once, at the later of the two. ListError."""
        with self._register(records) as register:
            for number, record_id, held in register.people():
                found = [one for one in register.look_up(held) if one.number < number]
                yield from _results(record_id, found, wanted=wanted)
                self.progress("look-up", number)

    @contextmanager
    def _register(self, records: Path) -> Iterator[Register]:
        """The register with every row in it."""
        with closing(self._empty_or_kept(records)) as register:
            if not register.filled:
                missing = islice(self._read(records, id_column="record_id"), len(register), None)
                for done in register.add(_profiles(missing)):
                    self.progress("read", done)
                register.finish()
            yield register

    def _empty_or_kept(self, records: Path) -> Register:
        if self.store is None:
            return Register.create(self.folder / "register.sqlite", key=self.key)
        return Register.open(self.store, key=self.key, source=self._source(records))

    def _source(self, records: Path) -> bytes:
        """A digest of all that a kept register depends on: the list, how it is read, and how people are made ready."""
        with records.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(f"{self.mapped.of('record_id').model_dump_json()}{self.skip_wrong}".encode())
        probe = profile(to_record(_PROBE)[0])
        digest.update(pack(probe) + "|".join(local_keys(probe)).encode())
        return digest.digest()

    def _read(self, path: Path, *, id_column: str) -> Iterator[Listed]:
        return read(
            path, self.mapped, id_column=id_column, fault=self._fault, skip_wrong=self.skip_wrong, today=self.today
        )

    def _fault(self, fault: Fault) -> None:
        self.told += 1
        if len(self.faults) < self.keep:
            self.faults.append(fault)


def _profiles(listed: Iterable[Listed]) -> Iterator[tuple[str, Profile]]:
    return ((one.id, profile(one.record)) for one in listed)


def _results(query_id: str, found: Iterable[Found], *, wanted: Wanted) -> Iterator[Result]:
    shown = [one for one in found if one.weighed.zone in _SHOWN[wanted.zone]][: wanted.top]
    for one in shown:
        words = reasons(explain(one.weighed), language=wanted.language)
        yield Result(query_id, one.record_id, one.weighed.score, str(one.weighed.zone), words)
