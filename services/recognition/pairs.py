"""From a register and what is asked of it to compared pairs: every candidate that local keys find, right or wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from office_node.domain.blocking import local_keys
from office_node.domain.candidates import CROWD, MOST
from office_node.domain.profile import Profile, profile
from office_node.domain.record import Record


class Pair(NamedTuple):
    """Numbers of the query and of the register's row, and their profiles."""

    query: int
    row: int
    asked: Profile
    held: Profile


def candidates(register: Sequence[Record], queries: Sequence[Record]) -> Iterator[Pair]:
    """The pairs that would be compared."""
    held = [profile(record) for record in register]
    index: defaultdict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(held):
        for key in local_keys(one):
            index[key].append(row)
    for number, record in enumerate(queries):
        asked = profile(record)
        shared: Counter[int] = Counter()
        for key in local_keys(asked):
            rows = index.get(key, ())
            if len(rows) <= CROWD:
                shared.update(rows)
        for row, _ in shared.most_common(MOST):
            yield Pair(number, row, asked, held[row])
