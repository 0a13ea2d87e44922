"""A case is found by the exact tokens of its office, and every value comes back as it was put."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from office_node.store import cases
from office_node.store.cases import Moved, OfficeCase
from office_node.store.errors import StoreError


@pytest.fixture
def case(now: datetime) -> OfficeCase:
    return OfficeCase(
        ref="a" * 32,
        sealed=b"sealed",
        filed_at=now,
        standing="under_examination",
        reason_group=None,
        until=now + timedelta(days=120),
        lapses_at=now + timedelta(days=30),
        decided_at=None,
        revision=1,
        number=7,
        minor=True,
        condition_sealed=None,
        keep_until=now + timedelta(days=900),
        updated_at=now,
        since=now,
    )


def test_a_case_comes_back_as_it_was_put(connection: Connection, case: OfficeCase) -> None:
    cases.insert(connection, case, local_tokens=[])
    assert cases.get(connection, case.ref) == case
    assert cases.must_get(connection, case.ref) == case


def test_a_case_that_is_not_here_is_none_or_a_contradiction(connection: Connection) -> None:
    assert cases.get(connection, "f" * 32) is None
    with pytest.raises(StoreError, match="case-missing"):
        cases.must_get(connection, "f" * 32)


def test_cases_that_share_most_tokens_come_first(connection: Connection, case: OfficeCase) -> None:
    cases.insert(connection, case, local_tokens=[1, 2, 3])
    cases.insert(connection, replace(case, ref="b" * 32), local_tokens=[2, 3, 4, 4])
    cases.insert(connection, replace(case, ref="d" * 32), local_tokens=[3, -(2**63)])
    assert cases.find_local(connection, [2, 3, 4, 99], limit=10).refs == ["b" * 32, "a" * 32, "d" * 32]
    assert cases.find_local(connection, [2, 3, 4], limit=1).refs == ["b" * 32]
    assert cases.find_local(connection, [-(2**63)], limit=10).refs == ["d" * 32]
    assert cases.find_local(connection, [99], limit=10).refs == []


def test_that_more_cases_share_a_value_than_are_looked_at_is_said(connection: Connection, case: OfficeCase) -> None:
    for number in range(3):
        cases.insert(connection, replace(case, ref=f"{number:032x}"), local_tokens=[1, 2])
    assert not cases.find_local(connection, [1, 2], limit=3).truncated
    assert cases.find_local(connection, [1, 2], limit=2).truncated
    connection.execute(
        text("INSERT INTO own_key (token, case_ref) VALUES (9, :ref)"), [{"ref": f"{n:032x}"} for n in range(601)]
    )
    found = cases.find_local(connection, [9], limit=1000)
    assert (len(found.refs), found.truncated) == (600, True)


def test_several_cases_come_in_the_order_asked_for(connection: Connection, case: OfficeCase) -> None:
    other = replace(case, ref="b" * 32)
    for one in (case, other):
        cases.insert(connection, one, local_tokens=[])
    assert cases.by_refs(connection, [other.ref, "f" * 32, case.ref]) == [other, case]


def test_a_decision_and_a_new_number_change_what_they_name(connection: Connection, case: OfficeCase) -> None:
    cases.insert(connection, case, local_tokens=[])
    later = case.filed_at + timedelta(days=2)
    until = later + timedelta(days=365)
    cases.renumber(connection, case.ref, revision=2, number=9)
    due = later + timedelta(days=30)
    moved = Moved("postponed", 1, later, due, "postponed", "B", until, None, decided_at=later, condition_sealed=b"why")
    cases.move(connection, case.ref, moved=moved, now=later)
    assert cases.get(connection, case.ref) == replace(
        case,
        standing="postponed",
        reason_group="B",
        until=until,
        lapses_at=None,
        decided_at=later,
        condition_sealed=b"why",
        revision=2,
        number=9,
        updated_at=later,
        state="postponed",
        step=1,
        since=later,
        due_at=due,
    )


def test_a_case_that_was_handed_over_can_be_taken_back(connection: Connection, case: OfficeCase) -> None:
    cases.insert(connection, case, local_tokens=[1, 2])
    cases.hand_over(connection, case.ref, to="kanim-kotabumi")
    assert cases.must_get(connection, case.ref) == replace(case, handed_to="kanim-kotabumi")
    back = replace(case, sealed=b"other", standing="refused", revision=3, number=9)
    cases.take_back(connection, back, local_tokens=[2, 3])
    assert cases.get(connection, case.ref) == back
    assert cases.tokens_of(connection, case.ref) == {2, 3}
