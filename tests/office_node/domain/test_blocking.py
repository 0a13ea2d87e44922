"""Whoever changes one thing is still found by the others."""

from dataclasses import replace
from datetime import date

import pytest

from office_node.domain.blocking import MAX_LOCAL_KEYS, local_keys
from office_node.domain.profile import profile
from office_node.domain.record import Record

HER = Record(
    name="Sri Wahyuni Rahayu", birth_date=date(1994, 3, 17), birth_place="Kalianda", sex="F", nik="1801045703940003",
    mother_name="Suparmi", address="Jl. Merdeka No. 12 RT 03", village="18.01.04.2001", phones=("081234567801",),
)  # fmt: skip


def keys(record: Record) -> set[str]:
    return set(local_keys(profile(record)))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Sri Wahjuni Rahaju", "nik": "", "phones": ()},
        {"name": "Endang Lestari", "nik": "", "phones": ()},
        {"birth_date": date(1994, 1, 1), "nik": "", "phones": ()},
        {"birth_date": None, "nik": "", "phones": ()},
        {"birth_date": date(1984, 3, 17), "nik": "", "village": "", "mother_name": "", "phones": (), "address": ""},
        {"name": "S. W. Rahayu", "village": "", "nik": "", "mother_name": "", "phones": (), "address": ""},
        {"nik": "1801045703940030", "name": "Endang Lestari", "mother_name": "", "village": "", "phones": ()},
        {"nik": "7371045703940003", "name": "Endang Lestari", "birth_date": None, "village": "", "address": ""},
    ],
)
def test_she_is_found_whatever_she_changes(changes: dict[str, object]) -> None:
    assert keys(HER) & keys(replace(HER, **changes))  # type: ignore[arg-type]  # the fields are named in the list


def test_day_and_month_exchanged_make_the_same_keys() -> None:
    one, other = replace(HER, birth_date=date(1994, 3, 7)), replace(HER, birth_date=date(1994, 7, 3))
    assert keys(one) == keys(other)


def test_nobody_has_more_than_the_limit_and_an_empty_record_has_none() -> None:
    many = replace(HER, name=" ".join(f"Nama{i}" for i in range(40)), aliases=("Sri Rahayu Lestari", "Yuni"))
    assert len(local_keys(profile(many))) <= MAX_LOCAL_KEYS
    assert local_keys(profile(Record())) == ()


def test_every_key_says_what_it_is_made_of() -> None:
    """Two keys of different kinds never meet, so `t62…` is a phone and `n18…` a NIK."""
    kinds = {key.rstrip("0123456789")[:2] for key in keys(HER)}
    assert len(kinds) > 8
