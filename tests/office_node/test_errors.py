"""The error tree: each class has its own stable code and a line in the module's picture of the tree."""

import re
from collections.abc import Iterator

import pytest

from office_node import errors
from office_node.errors import AskerError, ExpiredError, JejakError, NodeError, PeerError, UnsignedError


def tree(root: type[JejakError]) -> Iterator[type[JejakError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


ALL = sorted(set(tree(JejakError)), key=lambda error: error.__name__)


@pytest.mark.parametrize("error", ALL)
def test_every_error_has_a_code_of_its_own_and_its_place_in_the_picture(error: type[JejakError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert "code" in vars(error)
    assert error.__doc__
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in ALL]
    assert len(set(codes)) == len(codes)


def test_every_error_is_somebodys_fault() -> None:
    roots = (AskerError, PeerError, NodeError)
    assert [error for error in ALL if not issubclass(error, roots)] == [JejakError]


def test_the_text_of_an_error_is_its_code_and_its_facts() -> None:
    assert str(UnsignedError()) == "unsigned"
    text = str(ExpiredError("kanim-metro/sign-1", skew_s=-300))
    assert text == "expired (keyid=kanim-metro/sign-1, skew_s=-300)"
