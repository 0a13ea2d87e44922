"""Pages that are made from the code are fresh."""

import json
import re
from pathlib import Path

from pydantic import BaseModel

from docs.cases_page import cases_page
from docs.problems_page import problems_page
from office_node.api.problems import PROBLEMS
from office_node.errors import CarriageError, JejakError, StatementError
from shared_schemas import handover, history, inquiry, person, receipt, roster, statement, trace

DOCS = Path(__file__).resolve().parents[2] / "docs"


def leaves(error: type[JejakError]) -> list[type[JejakError]]:
    below = [leaf for sub in error.__subclasses__() for leaf in leaves(sub)]
    return below or [error]


def test_the_page_of_problems_is_fresh() -> None:
    assert (DOCS / "problems.md").read_text(encoding="utf-8") == problems_page(), "run `make docs`"


def test_the_page_of_cases_is_fresh() -> None:
    assert (DOCS / "cases.md").read_text(encoding="utf-8") == cases_page(), "run `make docs`"


def test_every_error_between_offices_has_a_line_in_the_page_of_problems() -> None:
    codes = {error.code for root in (CarriageError, StatementError) for error in leaves(root)}
    assert codes <= set(PROBLEMS)


def test_the_protocol_names_every_problem_of_carriage_and_statements() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    codes = {error.code for root in (CarriageError, StatementError) for error in leaves(root)}
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_the_example_in_the_protocol_is_the_vector() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    found = json.loads((DOCS / "vectors/carriage.json").read_text(encoding="utf-8"))
    for name in ("post", "answer"):
        assert f"```\n{found[name]['signature_base']}\n```" in page
        assert all(f"{field}: {value}\n" in page for field, value in found[name]["headers"].items())
        assert f"\n\n{found[name]['body']}\n```" in page


def _wire_models() -> list[type[BaseModel]]:
    modules = (handover, history, inquiry, person, receipt, roster, statement, trace)
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__.startswith("shared_schemas")
    }
    return sorted(found, key=lambda model: model.__name__)


def test_the_protocol_names_every_member_of_the_wire() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    members = {f"{model.__name__}.{name}" for model in _wire_models() for name in model.model_fields}
    missing = {member for member in members if not re.search(rf"[`\"{{]{member.partition('.')[2]}[`\"]", page)}
    assert missing == set()


def test_every_module_that_the_architecture_names_exists() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+(?:\.py|/))`", page))
    roots = (DOCS.parent, DOCS.parent / "office_node")
    assert named
    assert {name for name in named if not any((root / name).exists() for root in roots)} == set()


def test_every_test_that_the_threat_model_names_exists_and_tests() -> None:
    page = (DOCS / "threat-model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", page))
    assert len(named) > 15
    assert {name for name in named if "def " not in (DOCS.parent / name).read_text(encoding="utf-8")} == set()
