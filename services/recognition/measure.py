"""`python -m services.recognition.measure`: how well people are known again, on sets that nothing was learned from.

Thresholds are read off one set and tried on the other, beside the best possible ones. Every share has Wilson's 95 %
interval. Tables by kind of change and by group show for whom it works less well.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from office_node.domain.zones import Zone
from services.recognition.metrics import Point, Share, at_precision, at_threshold, best_f1, curve
from services.recognition.runs import Asked, Outcome, evaluation, known, read_people, run, scored
from services.recognition.sets import Kind
from services.simulator.bench.row import Row

PRECISIONS = (0.99, 0.999)
FAIR = 1.25
"""No group's rate is to be above so many times the whole's."""
_KINDS: tuple[Kind, ...] = ("field", "evasive")
_KEY = bytes(32)
"""Of registers of invented people that last for a run."""


def outcomes(kind: Kind, *, persons: int, queries: int, seed: int) -> list[Outcome]:
    """One set through the chain."""
    records, asked = evaluation(kind=kind, persons=persons, queries=queries, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        return run(records, asked, folder=Path(folder), key=_KEY)


def quality(name: str, here: Sequence[Outcome], there: Sequence[Outcome]) -> list[Row]:
    """The bars' figures for one set; thresholds from elsewhere come from `there`."""
    points = curve(scored(here), true_pairs=known(here))
    elsewhere = curve(scored(there), true_pairs=known(there))
    best, moved = best_f1(points), at_threshold(points, best_f1(elsewhere).threshold)
    rows = [_row(f"{name}_f1", best.f1, 0.97, f"{moved.f1:.4f} at the other set's threshold")]
    for precision, bar in zip(PRECISIONS, (0.93, 0.70), strict=True):
        own, moved = at_precision(points, precision), at_threshold(points, at_precision(elsewhere, precision).threshold)
        hits = Share(round(own.recall * known(here)), known(here))
        note = f"{hits}; other set's threshold: recall {moved.recall:.4f}, precision {moved.precision:.4f}"
        rows.append(_row(f"{name}_recall_at_precision_{precision}", own.recall, bar, note))
    threshold = at_precision(points, PRECISIONS[0]).threshold
    twins = share(here, lambda one: one.asked.relation == "twin", lambda one: one.best >= threshold)
    zone = share(here, lambda one: one.asked.relation == "twin", _matched)
    rows.append(Row(f"{name}_twins_called_one", twins.value, "share", bar=0.06, note=f"{twins}; by zone {zone}"))
    strangers = share(here, lambda one: one.asked.relation == "stranger", _matched)
    rows.append(Row(f"{name}_strangers_matched", strangers.value, "share", bar=1 / 3000, note=str(strangers)))
    first = share(here, lambda one: bool(one.asked.same), lambda one: one.candidate)
    rows.append(_row(f"{name}_first_50", first.value, 0.997, str(first)))
    return rows


def strangers(*, persons: int, queries: int, seed: int) -> Row:
    """How many of so many people who are not in a register are called a match in it; all of one population."""
    stream = read_people(persons=persons + queries, seed=seed)
    records = list(islice(stream, persons))
    asked = (Asked(one, record, "", "stranger", "", "", "", "") for one, record in stream)
    with tempfile.TemporaryDirectory() as folder:
        found = run(records, asked, folder=Path(folder), key=_KEY)
    matched = share(found, lambda one: True, _matched)
    return Row("strangers_matched", matched.value, "share", bar=1 / 3000, note=f"{matched}, twins and kin among them")


def _row(name: str, value: float, bar: float, note: str) -> Row:
    return Row(name, value, "share", bar=bar, note=note, more_is_better=True)


def _matched(one: Outcome) -> bool:
    """Whether any row that is not hers is in zone *match*."""
    return any(w.zone is Zone.MATCH for record_id, w in one.compared if record_id != one.asked.same)


def share(here: Iterable[Outcome], which: Callable[[Outcome], bool], holds: Callable[[Outcome], bool]) -> Share:
    """Of these outcomes, in how many it holds."""
    chosen = [holds(one) for one in here if which(one)]
    return Share(sum(chosen), len(chosen))


def by_change(here: Sequence[Outcome], *, threshold: float) -> Iterator[str]:
    """For each kind of change alone or among others, how many are found at this threshold."""
    kinds = sorted({kind for one in here if one.asked.same for kind in one.asked.change.split("+") if kind})
    for kind in kinds:
        changed = [one for one in here if one.asked.same and kind in one.asked.change.split("+")]
        found = share(changed, lambda one: True, lambda one: one.true_score >= threshold)
        yield f"  {kind:<28}{found}"


def by_group(here: Sequence[Outcome], *, threshold: float) -> Iterator[str]:
    """Missed and falsely matched, by sex, age band and origin of the name; `!` where the interval is above the bar."""
    whole = _rates(here, threshold)
    yield f"  {'all':<28}missed {whole[0]}   false {whole[1]}"
    for attribute in ("sex", "age_band", "origin"):
        for value in sorted({getattr(one.asked, attribute) for one in here} - {""}):
            missed, false = _rates([one for one in here if getattr(one.asked, attribute) == value], threshold)
            unfair = any(
                part.interval[0] > FAIR * of.value and part.total
                for part, of in zip((missed, false), whole, strict=True)
            )
            yield f"{'!' if unfair else ' '} {attribute + ' ' + value:<28}missed {missed}   false {false}"


def _rates(here: Sequence[Outcome], threshold: float) -> tuple[Share, Share]:
    missed = share(here, lambda one: bool(one.asked.same), lambda one: one.true_score < threshold)
    false = share(here, lambda one: True, lambda one: _false(one, threshold))
    return missed, false


def _false(one: Outcome, threshold: float) -> bool:
    return any(w.score >= threshold for record_id, w in one.compared if record_id != one.asked.same)


def report(sets: Mapping[Kind, list[Outcome]]) -> Iterator[str]:
    """Every table."""
    for name, here in sets.items():
        there = other(sets, name)
        for row in quality(name, here, there):
            mark = "" if row.bar is None else ("met" if row.meets else "NOT met")
            yield f"{row.name:<34}{row.value:>9.4f}  bar {row.bar:<8.4g}{mark:<8}{row.note}"
        threshold = _firm(there).threshold
        yield f"{name}, found by kind of change (threshold of precision .99 from the other set):"
        yield from by_change(here, threshold=threshold)
        yield f"{name}, by group:"
        yield from by_group(here, threshold=threshold)


def other(sets: Mapping[Kind, list[Outcome]], kind: Kind) -> list[Outcome]:
    """The set from which this one's thresholds come."""
    return next(here for name, here in sets.items() if name != kind)


def both(*, persons: int, queries: int, seed: int) -> dict[Kind, list[Outcome]]:
    """Both sets through the chain, of seeds of their own."""
    return {
        kind: outcomes(kind, persons=persons, queries=queries, seed=seed + number) for number, kind in enumerate(_KINDS)
    }


def _firm(here: Sequence[Outcome]) -> Point:
    return at_precision(curve(scored(here), true_pairs=known(here)), PRECISIONS[0])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=6000)
    parser.add_argument("--strangers", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=71)
    given = parser.parse_args()
    for line in report(both(persons=given.persons, queries=given.queries, seed=given.seed)):
        sys.stdout.write(line + "\n")
    row = strangers(persons=given.persons, queries=given.strangers, seed=given.seed + 2)
    sys.stdout.write(
        f"{row.name:<34}{row.value:>9.6f}  bar {row.bar:.6f} {'met' if row.meets else 'NOT met'} {row.note}\n"
    )


if __name__ == "__main__":
    main()
