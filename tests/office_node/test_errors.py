"""The error tree: each class has its own stable code, its place, and a problem with a status and two sentences."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator

import pytest

import office_node
from office_node import errors
from office_node.api.problems import PROBLEMS, of_error
from office_node.errors import (
    AskerError,
    CarriageError,
    CommitUncertainError,
    ExpiredError,
    InternalError,
    JejakError,
    KeyMissingError,
    NodeError,
    PartnerError,
    PeerError,
    StatementError,
    StoreError,
    UnsealError,
    UnsignedError,
)
from shared_schemas.problem import MEDIA_TYPE

GROUPS = {
    JejakError,
    AskerError,
    PeerError,
    NodeError,
    CarriageError,
    StatementError,
    PartnerError,
}  # never raised themselves


def tree(root: type[JejakError]) -> Iterator[type[JejakError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def every_error() -> list[type[JejakError]]:
    """Of the whole node: each of its modules is imported first, so that none is overlooked."""
    for module in pkgutil.walk_packages(office_node.__path__, "office_node."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    ours = {error for error in tree(JejakError) if error.__module__.startswith("office_node.")}
    return sorted(ours, key=lambda error: error.__name__)


ALL = every_error()
RAISED = [error for error in ALL if error not in GROUPS]


def test_the_walk_meets_the_errors_of_every_floor() -> None:
    names = {error.__name__ for error in ALL}
    assert {"UnsignedError", "StoreError", "CommitUncertainError", "UnsealError", "CaseUnknownError"} <= names
    assert len(ALL) > 40


@pytest.mark.parametrize("error", ALL)
def test_every_error_has_a_code_of_its_own_and_says_what_it_means(error: type[JejakError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert "code" in vars(error)
    assert error.__doc__


@pytest.mark.parametrize("error", [error for error in ALL if error.__module__.startswith("office_node.errors")])
def test_every_error_of_the_tree_stands_in_its_picture(error: type[JejakError]) -> None:
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("error", RAISED)
def test_every_error_has_a_status_and_a_sentence_in_both_languages(error: type[JejakError]) -> None:
    said = PROBLEMS[error.code]
    assert said.id.endswith(".")
    assert said.en.endswith(".")
    ours = issubclass(error, NodeError | PeerError)
    lowest = 500 if error is InternalError else 501  # a bare 500 is only what nobody foresaw
    assert (lowest <= said.status <= 504) if ours else (400 <= said.status < 500)


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


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (StoreError("disk-full"), "5"),
        (CommitUncertainError("unreachable"), "1"),
        (UnsealError("person"), None),
        (KeyMissingError("signing"), None),
    ],
)
def test_a_node_that_cannot_answer_says_503_and_whether_to_come_back(error: JejakError, again: str | None) -> None:
    response = of_error(error)
    assert (response.status_code, response.media_type) == (503, MEDIA_TYPE)
    assert response.headers.get("retry-after") == again
    assert json.loads(bytes(response.body))["type"] == f"urn:jejak:problem:{error.code}"
    assert "person" not in bytes(response.body).decode()
