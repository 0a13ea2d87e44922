"""Matching two lists, or one with itself: fill a register from the first, look every row of the other up in it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from office_node.domain.compare import explain
from office_node.domain.profile import Profile, profile
from office_node.domain.zones import Zone
from services.match.mapping import Mapped
from services.match.problems import Fault
from services.match.records import Listed, read
from services.match.register import Found, Register
from services.match.results import Result, reasons

_SHOWN: dict[str, frozenset[Zone]] = {
    "match": frozenset({Zone.MATCH}),
    "possible": frozenset({Zone.MATCH, Zone.POSSIBLE}),
    "related": frozenset({Zone.MATCH, Zone.POSSIBLE, Zone.RELATED}),
    "all": frozenset(Zone),
}
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
    """One run in a folder of its own; `faults` are the fields that could not be read, at most `keep` of them."""

    folder: Path
    key: bytes
    mapped: Mapped
    progress: Progress
    keep: int = 100_000
    faults: list[Fault] = field(default_factory=list)

    def match(self, records: Path, queries: Path, *, wanted: Wanted) -> Iterator[Result]:
        """The best candidates of every query, query by query in their order, the best first. ListError."""
        with closing(self._register(records)) as register:
            asked = read(queries, self.mapped, id_column="query_id", fault=self._fault)
            for done, listed in enumerate(asked, 1):
                found = register.look_up(profile(listed.record))
                yield from _results(listed.id, found, wanted=wanted)
                self.progress("look-up", done)

    def duplicates(self, records: Path, *, wanted: Wanted) -> Iterator[Result]:
        """Every pair of the list once, at the later of the two. ListError."""
        with closing(self._register(records)) as register:
            for number, record_id, held in register.people():
                found = [one for one in register.look_up(held) if one.number < number]
                yield from _results(record_id, found, wanted=wanted)
                self.progress("look-up", number)

    def _register(self, records: Path) -> Register:
        register = Register.create(self.folder / "register.sqlite", key=self.key)
        listed = read(records, self.mapped, id_column="record_id", fault=self._fault)
        for done in register.add(_profiles(listed)):
            self.progress("read", done)
        return register

    def _fault(self, fault: Fault) -> None:
        if len(self.faults) < self.keep:
            self.faults.append(fault)


def _profiles(listed: Iterable[Listed]) -> Iterator[tuple[str, Profile]]:
    return ((one.id, profile(one.record)) for one in listed)


def _results(query_id: str, found: Iterable[Found], *, wanted: Wanted) -> Iterator[Result]:
    shown = [one for one in found if one.weighed.zone in _SHOWN[wanted.zone]][: wanted.top]
    for one in shown:
        words = reasons(explain(one.weighed), language=wanted.language)
        yield Result(query_id, one.record_id, one.weighed.score, str(one.weighed.zone), words)
