"""The sets are what they say they are, and the whole chain runs over a small one."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from office_node.domain.nik import parse_nik
from services.recognition import measure, tokens
from services.recognition.runs import evaluation, known, run
from services.recognition.sets import make_set, people
from services.recognition.sets_rows import KINDS, RELATIONS, Kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_is_a_function_of_its_seed_and_its_truth_names_rows_that_are_there(kind: Kind) -> None:
    made = make_set(kind=kind, persons=1500, queries=400, seed=7)
    again = make_set(kind=kind, persons=1500, queries=400, seed=7)
    assert (made.records, made.queries, made.truth) == (again.records, again.queries, again.truth)
    ids = {row.record_id for row in made.records}
    assert len(ids) == len(made.records) == 1500
    assert all(truth.record_id in ids for truth in made.truth if truth.record_id)
    assert all(truth.related_to in ids for truth in made.truth if truth.related_to)
    assert [row.query_id for row in made.queries] == [truth.query_id for truth in made.truth]
    shares = Counter(truth.relation for truth in made.truth)
    assert set(shares) == set(RELATIONS)
    assert 0.4 < shares["self"] / 400 < 0.5
    assert all(bool(truth.record_id) == (truth.relation == "self") for truth in made.truth)


def test_numbers_are_well_formed_and_rows_are_not_repeated() -> None:
    made = make_set(kind="field", persons=1500, queries=100, seed=8)
    numbers = [row.nik for row in made.records if row.nik]
    assert all(parse_nik(number).possible for number in numbers)
    assert len(numbers) > 1000
    assert len({row[1:] for row in made.records}) == 1500


def test_people_come_one_by_one_for_any_size() -> None:
    assert len(list(islice(people(persons=10_000_000, seed=3), 5))) == 5


def test_the_set_is_written_as_jejak_match_reads_it(tmp_path: Path) -> None:
    make_set(kind="field", persons=300, queries=50, seed=9).write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"records.csv", "queries.csv", "truth.csv"}
    assert (tmp_path / "records.csv").read_text(encoding="utf-8").startswith("record_id,nik,full_name,")


def test_the_tables_are_made_from_a_small_set(tmp_path: Path) -> None:
    sets = measure.both(persons=600, queries=200, seed=5)
    lines = list(measure.report(sets))
    assert any(line.startswith("field_f1") for line in lines)
    assert any("origin javanese" in line for line in lines)
    records, asked = evaluation(kind="field", persons=600, queries=200, seed=5)
    found = run(records, asked, folder=tmp_path, key=bytes(32))
    assert sum(one.candidate for one in found) > 0.9 * known(found)


def test_tokens_alone_are_measured_on_a_small_set() -> None:
    rows = {row.name: row for row in tokens.quality("field", persons=600, queries=200, seed=5)}
    assert rows["field_tokens_found"].value > 0.9
    assert tokens.revealed(rows=500, queries=200, seed=5).value < 50
