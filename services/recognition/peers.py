"""`python -m services.recognition.peers`: the same set for Splink (unsupervised) and for ECM, as their manuals advise.

Both from the extra `lab`. They get the same fields, cleaned as anybody would (lower case, no punctuation), and pairs
by usual blocking rules; they know nothing of Indonesian names. Their best thresholds are read off the set itself.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import recordlinkage as rl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from office_node.domain.record import Record
from services.recognition.metrics import Scored, at_precision, best_f1, curve
from services.recognition.runs import Asked, evaluation
from services.simulator.bench.row import Row

_NOISE = re.compile(r"[^a-z0-9 ]+")
_BLOCKS = (("nik",), ("full_name", "birth_date"), ("birth_date", "mother_name"), ("phone",), ("first", "birth_date"),
           ("full_name",), ("mother_name", "village"))  # fmt: skip


def table(rows: Iterable[tuple[str, Record]]) -> pd.DataFrame:
    """The records as both libraries take them; an empty field is missing."""
    made = [
        {
            "unique_id": one, "nik": record.nik, "full_name": _plain(record.name),
            "first": _plain(record.name).partition(" ")[0], "mother_name": _plain(record.mother_name),
            "birth_date": record.birth_date.isoformat() if record.birth_date else "", "sex": record.sex,
            "birth_place": _plain(record.birth_place), "village": _plain(record.village),
            "phone": re.sub(r"\D", "", record.phones[0])[-9:] if record.phones else "",
        }
        for one, record in rows
    ]  # fmt: skip
    return pd.DataFrame(made).replace("", None)


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text.lower()).split())


def by_splink(left: pd.DataFrame, right: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Match weight of every (query, record) that its blocking rules bring together."""
    rules = [block_on(*fields) for fields in _BLOCKS]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.ExactMatch("nik"),
            cl.JaroWinklerAtThresholds("full_name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("mother_name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("birth_date", [1, 2]),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("village"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=rules,
    )
    database = DuckDBAPI()
    linker = Linker([database.register(left), database.register(right)], settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("nik")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for fields in (("birth_date",), ("full_name",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
    found = linker.inference.predict(threshold_match_weight=-30).as_pandas_dataframe()
    ids = zip(found["unique_id_l"], found["unique_id_r"], found["match_weight"], strict=True)
    queries = set(right["unique_id"])
    return {(a, b) if a in queries else (b, a): float(weight) for a, b, weight in ids}


def by_ecm(left: pd.DataFrame, right: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Probability of the expectation-maximising classifier over agreements."""
    left, right = left.set_index("unique_id"), right.set_index("unique_id")
    index = rl.Index()
    for fields in _BLOCKS:
        index.block(list(fields), list(fields))
    pairs = index.index(left, right)
    compare = rl.Compare()
    for field in ("nik", "birth_date", "birth_place", "village", "phone", "sex"):
        compare.exact(field, field, label=field)
    for field in ("full_name", "mother_name"):
        compare.string(field, field, method="jarowinkler", threshold=0.88, label=field)
    features = compare.compute(pairs, left, right)
    classifier = rl.ECMClassifier()
    classifier.fit(features)
    return {(query, record): float(value) for (record, query), value in classifier.prob(features).items()}


def figures(name: str, scores: dict[tuple[str, str], float], asked: Sequence[Asked]) -> list[Row]:
    """The peer's best F1 and recalls on this set."""
    truth = {one.id: one.same for one in asked}
    pairs = [Scored(score, truth[query] == record) for (query, record), score in scores.items()]
    points = curve(pairs, true_pairs=sum(bool(same) for same in truth.values()))
    rows = [Row(f"{name}_f1", best_f1(points).f1, "share")]
    return rows + [
        Row(f"{name}_recall_at_precision_{p}", at_precision(points, p).recall, "share") for p in (0.99, 0.999)
    ]


def measure(*, persons: int, queries: int, seed: int) -> list[Row]:
    """Both peers on the field set."""
    records, asked = evaluation(kind="field", persons=persons, queries=queries, seed=seed)
    left, right = table(records), table((one.id, one.record) for one in asked)
    peers: tuple[tuple[str, Any], ...] = (("splink", by_splink), ("ecm", by_ecm))
    return [row for name, peer in peers for row in figures(name, peer(left, right), asked)]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=71)
    given = parser.parse_args()
    for row in measure(persons=given.persons, queries=given.queries, seed=given.seed):
        sys.stdout.write(f"{row.name:<36}{row.value:.4f}\n")


if __name__ == "__main__":
    main()
