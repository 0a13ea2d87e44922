"""`python -m services.recognition.tokens`: what tokens alone can tell, on the blind sets.

How often the right row is found by an index value at all, how well the score of agreeing kinds tells it from others,
what the rule for a hit misses, and how many honest strangers it reveals to an office that does not know them.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from office_node.domain.record import Record
from office_node.domain.tokenscore import hit_rule, token_zone
from office_node.domain.zones import Zone
from services.recognition.metrics import Scored, Share, at_precision, best_f1, curve
from services.recognition.runs import Asked, evaluation, read_people
from services.recognition.sets import Kind
from services.recognition.token_pairs import Found, Register, all_found, values_of
from services.simulator.bench.row import Row

_KINDS: tuple[Kind, ...] = ("field", "evasive")
_FAMILY = ("twin",)


class Judged(NamedTuple):
    """A found row with the truth of it and what tokens say of it."""

    found: Found
    same: bool
    asked: Asked
    score: float
    zone: Zone
    hit: bool


def judged(register: Register, ids: Sequence[str], asked: Sequence[Asked], *, rows: int) -> list[Judged]:
    """Every row that a query finds."""
    made = [values_of(one.record) for one in asked]
    return [_judge(found, ids, asked[found.query], rows=rows) for found in all_found(register, made)]


def _judge(found: Found, ids: Sequence[str], asked: Asked, *, rows: int) -> Judged:
    told = token_zone(found.index_kinds, found.agreeing, found.compared, rows=rows)
    verdict = hit_rule(found.index_kinds, found.agreeing, compared_field_kinds=found.compared, rows=rows)
    return Judged(found, ids[found.row] == asked.same, asked, told.score, told.zone, verdict.hit)


def quality(kind: Kind, *, persons: int, queries: int, seed: int) -> Iterator[Row]:
    """The bars' figures for one set."""
    records, asked = evaluation(kind=kind, persons=persons, queries=queries, seed=seed)
    ids = [record_id for record_id, _ in records]
    register = Register(record for _, record in records)
    pairs = judged(register, ids, asked, rows=persons)
    known = [one for one in asked if one.same and values_of(one.record) is not None]
    there = {pair.asked.id for pair in pairs if pair.same}
    found = Share(len(there), len(known))
    yield _row(f"{kind}_tokens_found", found.value, 0.985, str(found))
    apart = [pair for pair in pairs if pair.asked.relation not in _FAMILY]
    points = curve((Scored(pair.score, pair.same) for pair in apart), true_pairs=len(known))
    yield _row(
        f"{kind}_tokens_f1_without_twins", best_f1(points).f1, 0.95, f"threshold {best_f1(points).threshold:.2f}"
    )
    every = curve((Scored(pair.score, pair.same) for pair in pairs), true_pairs=len(known))
    for precision, bar in ((0.95, 0.94), (0.99, None)):
        recall = at_precision(every, precision).recall
        share = Share(round(recall * len(known)), len(known))
        yield Row(
            f"{kind}_tokens_recall_at_{precision}", recall, "share", bar=bar, note=str(share), more_is_better=True
        )
    hits = {pair.asked.id for pair in pairs if pair.same and pair.hit}
    yield Row(f"{kind}_hit_rule_misses", 1 - len(hits) / len(known), "share", note=_missed(known, there, hits))
    false = Share(len({p.asked.id for p in pairs if p.hit and not p.same}), len(asked))
    yield Row(f"{kind}_false_hits", false.value, "share", note=f"{false}: twins, siblings, namesakes among them")


def _missed(known: Sequence[Asked], there: set[str], hits: set[str]) -> str:
    """Which changes are behind the misses, the most frequent first."""
    missed = [one for one in known if one.id not in hits]
    kinds = Counter(kind for one in missed for kind in one.change.split("+"))
    unfound = sum(one.id not in there for one in missed)
    told = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common(5))
    return f"{len(missed)} of {len(known)}, {unfound} not found at all; with {told}"


def revealed(*, rows: int, queries: int, seed: int) -> Row:
    """Honest strangers whose person would be sent to an office that does not know them, per 1,000 screenings.

    They come from the same stream after the visible rows: in one population no two people have one number.
    """
    stream = _stream(rows + queries, seed=seed)
    visible = Register(islice(stream, rows))
    strangers = [values_of(record) for record in stream]
    sent = {
        found.query
        for found in all_found(visible, strangers)
        if hit_rule(found.index_kinds, found.agreeing, compared_field_kinds=found.compared, rows=rows).hit
    }
    share = Share(len(sent), sum(one is not None for one in strangers))
    bar = 2.0 if rows <= 20_000 else 5.0
    return Row(f"revealed_per_1000_with_{rows // 1000}k_rows", 1000 * share.value, "", bar=bar, note=str(share))


def _stream(persons: int, *, seed: int) -> Iterator[Record]:
    return (record for _, record in read_people(persons=persons, seed=seed))


def sizes(*, persons: int, seed: int) -> Row:
    """Index tokens a person, which is also the probes of an inquiry under one epoch."""
    made = [values for values in map(values_of, _stream(persons, seed=seed)) if values is not None]
    index = sum(len(one.keys) for one in made) / len(made)
    fields = sum(len(values) for one in made for values in one.fields.values()) / len(made)
    octets = index * (8 + 16) + fields * 2
    return Row("index_tokens_a_person", index, "", note=f"{fields:.1f} field tokens; {octets:.0f} octets a trace")


def _row(name: str, value: float, bar: float, note: str) -> Row:
    return Row(name, value, "share", bar=bar, note=note, more_is_better=True)


def rows(*, persons: int, queries: int, seed: int, reveals: int) -> Iterator[Row]:
    """Every row."""
    for number, kind in enumerate(_KINDS):
        yield from quality(kind, persons=persons, queries=queries, seed=seed + number)
    for visible in (20_000, 200_000):
        yield revealed(rows=visible, queries=reveals, seed=seed)
    yield sizes(persons=5000, seed=seed)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=6000)
    parser.add_argument("--reveals", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=51)
    given = parser.parse_args()
    for row in rows(persons=given.persons, queries=given.queries, seed=given.seed, reveals=given.reveals):
        mark = "" if row.bar is None else f"bar {row.bar:g}: {'met' if row.meets else 'NOT met'}"
        sys.stdout.write(f"{row.name:<36}{row.value:>9.4f}  {mark:<18}{row.note}\n")


if __name__ == "__main__":
    main()
