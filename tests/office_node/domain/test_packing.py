"""What a store keeps of a profile is the profile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.packing import pack, unpack
from office_node.domain.profile import profile
from office_node.domain.record import Record

TEXTS = st.text(max_size=40)
RECORDS = st.builds(
    Record,
    name=TEXTS,
    aliases=st.lists(TEXTS, max_size=2).map(tuple),
    birth_date=st.none() | st.dates(),
    birth_place=TEXTS,
    sex=st.sampled_from(["", "F", "M"]),
    nik=st.sampled_from(["", "1801045703940003", "1111111111111111", "12 34-567", "x"]),
    mother_name=TEXTS,
    address=TEXTS,
    village=st.sampled_from(["", "18.01.04.2001", "Hajimena"]),
    phones=st.lists(st.sampled_from(["081234567801", "0", "+62 812 3456 7801"]), max_size=2).map(tuple),
)


@given(RECORDS)
def test_a_profile_comes_back_as_it_was(record: Record) -> None:
    made = profile(record)
    assert unpack(pack(made)) == made


def test_another_form_is_refused() -> None:
    packed = pack(profile(Record(name="Sulastri"))).replace(b"[1,", b"[2,", 1)
    with pytest.raises(ValueError, match="another form"):
        unpack(packed)
