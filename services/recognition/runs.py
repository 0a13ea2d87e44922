"""A set of people put through the chain as an office does it: profile, local keys, candidates, comparison."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from office_node.domain.candidates import MOST
from office_node.domain.compare import Weighed
from office_node.domain.profile import profile
from office_node.domain.record import Record
from services.match.records import to_record
from services.match.register import Register
from services.recognition.metrics import Scored
from services.recognition.sets import Kind, make_set, people


class Asked(NamedTuple):
    """One query and the truth of it: the row of the same person if there is one, and what else is known of it.

    `relation` is `self`, `twin`, `sibling`, `namesake`, `stranger` …; `change` names what was changed, joined by `+`.
    """

    id: str
    record: Record
    same: str
    relation: str
    change: str
    sex: str
    age_band: str
    origin: str


@dataclass(frozen=True)
class Outcome:
    """What came of one query: whether its row was among the first candidates, and the compared ones, best first."""

    asked: Asked
    candidate: bool
    compared: tuple[tuple[str, Weighed], ...]

    @property
    def best(self) -> float:
        """The best score of any row."""
        return self.compared[0][1].score if self.compared else float("-inf")

    @property
    def true_score(self) -> float:
        """The score of the right row, if it was compared."""
        return next((w.score for record_id, w in self.compared if record_id == self.asked.same), float("-inf"))


def run(records: Iterable[tuple[str, Record]], queries: Iterable[Asked], *, folder: Path, key: bytes) -> list[Outcome]:
    """Every query looked up in a register of these records."""
    with closing(Register.create(folder / "register.sqlite", key=key)) as register:
        numbers: dict[str, int] = {}

        def numbered() -> Iterable[tuple[str, Record]]:
            for number, (record_id, record) in enumerate(records, 1):
                numbers[record_id] = number
                yield record_id, record

        for _ in register.add((record_id, profile(record)) for record_id, record in numbered()):
            pass
        register.finish()
        return [_outcome(register, asked, number=numbers.get(asked.same)) for asked in queries]


def _outcome(register: Register, asked: Asked, *, number: int | None) -> Outcome:
    one = profile(asked.record)
    candidate = number is not None and any(number == found for found, _ in register.candidates(one).found)
    compared = tuple((found.record_id, found.weighed) for found in register.look_up(one, top=MOST))
    return Outcome(asked, candidate, compared)


def scored(outcomes: Sequence[Outcome]) -> list[Scored]:
    """Every compared pair."""
    return [Scored(w.score, record_id == one.asked.same) for one in outcomes for record_id, w in one.compared]


def known(outcomes: Sequence[Outcome]) -> int:
    """How many queries are of somebody in the register."""
    return sum(bool(one.asked.same) for one in outcomes)


def evaluation(*, kind: Kind, persons: int, queries: int, seed: int) -> tuple[list[tuple[str, Record]], list[Asked]]:
    """A set of `sets.make_set`, read as `jejak match` reads its files."""
    made = make_set(kind=kind, persons=persons, queries=queries, seed=seed)
    records = [(row.record_id, _read(row)) for row in made.records]
    asked = [
        Asked(
            id=row.query_id, record=_read(row), same=truth.record_id, relation=truth.relation, change=truth.change,
            sex=truth.sex, age_band=truth.age_band, origin=truth.origin,
        )
        for row, truth in zip(made.queries, made.truth, strict=True)
    ]  # fmt: skip
    return records, asked


def read_people(*, persons: int, seed: int) -> Iterator[tuple[str, Record]]:
    """Invented people of `sets.people`, one by one, read in the same way."""
    return ((row.record_id, _read(row)) for row in people(persons=persons, seed=seed))


def _read(row: NamedTuple) -> Record:
    return to_record({name: str(value) for name, value in row._asdict().items()})[0]
