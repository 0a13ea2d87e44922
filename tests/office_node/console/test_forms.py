"""What a form may send, and how dates and differing characters are read."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office_node.console.differences import differences
from office_node.console.forms import read_day, read_form
from office_node.usecases.account_refusals import ForeignRequestError

KIND = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("text", ["17-04-1998", "17/4/1998", "17.04.1998", "17 4 1998", "1998-04-17"])
def test_a_date_is_read_day_first(text: str) -> None:
    assert read_day(text) == date(1998, 4, 17)


@pytest.mark.parametrize("text", ["", "31-02-1998", "04-17-1998", "17-04-98", "١٧-٠٤-١٩٩٨", "kemarin"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", b"{}"), ("text/plain", b"a=b"), ("", b"a=b"), (KIND, b"\xff=1"), (KIND, b"a=%ff"),
     (KIND, b"&".join(b"a%d=1" % number for number in range(500)))],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(ForeignRequestError):
        read_form(kind, body)


def test_blanks_around_are_cut_but_not_of_a_password() -> None:
    form = read_form(f"{KIND}; charset=utf-8", b"name=+Sri+&password=+a+&phones=1%0d%0a%0d%0a+2+")
    assert (form.text("name"), form.secret("password"), form.lines("phones")) == ("Sri", " a ", ("1", "2"))
    assert form.given("nik") is None


def test_only_what_differs_is_marked() -> None:
    ours, theirs = differences("Sri Wahjuni Rahaju", "SRI Wahyuni Rahayu")
    assert [piece.text for piece in ours if piece.differs] == ["j", "j"]
    assert [piece.text for piece in theirs if piece.differs] == ["y", "y"]


def test_two_that_have_nothing_to_do_with_each_other_are_marked_whole() -> None:
    assert differences("+6287130918825", "0834-5512-7740") == ((("+6287130918825", True),), (("0834-5512-7740", True),))


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost_and_what_is_the_same_has_no_mark(left: str, right: str) -> None:
    ours, theirs = differences(left, right)
    assert "".join(piece.text for piece in ours) == unicodedata.normalize("NFC", left)
    assert "".join(piece.text for piece in theirs) == unicodedata.normalize("NFC", right)
    assert not any(piece.differs for piece in differences(left, left)[0])
