"""An operation is named by the first line of what its function says."""

from pathlib import Path
from typing import Any

from office_node.clock import SystemClock
from services.directory.app import create_directory
from shared_schemas.operations import name_operations


def test_the_first_line_is_the_summary_and_the_rest_explains() -> None:
    short: dict[str, Any] = {"summary": "Get One", "description": "Give one."}
    long: dict[str, Any] = {"summary": "Get Two", "description": "Give two.\n\nOr none, if\nthere is none."}
    name_operations({"paths": {"/": {"get": short, "post": long}}})
    assert short == {"summary": "Give one"}
    assert long == {"summary": "Give two", "description": "Or none, if\nthere is none."}


def test_the_directory_names_its_routes_in_words(tmp_path: Path) -> None:
    document = create_directory(tmp_path, clock=SystemClock()).openapi()
    summaries = {operation["summary"] for path in document["paths"].values() for operation in path.values()}
    assert "Say that the process runs" in summaries
    assert len(summaries) == 6
