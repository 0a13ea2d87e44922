"""House rules as checks: what no linter knows and a sentence in CONTRIBUTING would not keep.

Works on a plain folder of files, so also where there is no git.
"""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs.settings_page import settings_page

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {".venv", ".git", "build", "dist", "node_modules", "static"}
PACKAGES = ("office_node", "services", "shared_schemas")
MODULE_LINES = 300
FUNCTION_LINES = 40
ADR_LINES = 30
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*patterns: str, under: str = ".") -> Iterator[Path]:
    """Files of the project whose names match, without what is generated or somebody else's."""
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = [f for f in folders if f not in NOT_OURS and not f.endswith((".egg-info", "cache", "cache__"))]
        for name in names:
            path = Path(folder, name)
            if any(path.match(pattern) for pattern in patterns):
                yield path


def modules() -> list[Path]:
    """Modules of the product: no tests, no migrations."""
    found = [path for package in PACKAGES for path in files("*.py", under=package)]
    return sorted(path for path in found if "versions" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_lines(function: Function) -> int:
    """Lines from `def` to the end, its docstring not counted."""
    assert function.end_lineno is not None
    total = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None or first.end_lineno is None:
        return total
    return total - (first.end_lineno - first.lineno + 1)


def imported(path: Path) -> set[str]:
    """Every module a file imports, by its full name."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/requirements.lock"])
def test_the_lock_holds_exact_versions_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(?!hash=sha256:)|\bfile:", text)
    for requirement in text.replace("\\\n", " ").splitlines():
        if requirement.strip() and not requirement.startswith("#"):
            assert re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), (
                requirement[:80]
            )


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/requirements.lock"])
def test_the_lock_pins_extras_by_name(lock: str) -> None:
    """The pip 23 that Debian 12 and a fresh venv bring does not apply a pin on `x` to `x[extra]`.

    It then takes the newest `x` and fails on its hash, but only from the day on which there is a newer one.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"^[\w-]+\[[\w,-]+\]", "\n".join(project["dependencies"]), re.MULTILINE)
    text = (ROOT / lock).read_text()
    assert named
    assert [extra for extra in named if f"\n{extra}==" not in text] == []


def test_the_deployed_versions_are_the_tested_ones() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+(?:\[[a-z0-9,-]+\])?==[^ ;]+)", (ROOT / lock).read_text(), re.MULTILINE))

    assert versions("deploy/requirements.lock") < versions("requirements.lock")


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    machine = re.compile(r"(?<![\w./:~-])/(?:home|root|work|Users)/[\w.]")
    text = files("*.py", "*.md", "*.toml", "*.lock", "*.yaml", "*.yml", "*.json", "*.svg", "Makefile", "run", "setup")
    found = [name_of(path) for path in text if machine.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_modules_are_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        f"{name_of(path)}:{function.name}": code_lines(function)
        for path in modules()
        for function in functions(path)
        if code_lines(function) > FUNCTION_LINES
    }
    assert long == {}


def test_every_module_says_which_rule_it_keeps() -> None:
    bare = [name_of(path) for path in modules() if path.stat().st_size and not ast.get_docstring(tree(path))]
    assert bare == []


def test_nothing_is_called_utils_or_service() -> None:
    words = {"utils", "util", "common", "core", "helpers", "helper", "misc", "service"}
    named = [name_of(path) for path in modules() if words & {*path.with_suffix("").relative_to(ROOT).parts}]
    assert named == []


def test_no_test_double_by_name() -> None:
    doubles = re.compile(r"unittest.mock|monkeypatch\.(setattr|setitem)|\bmocker\b|from unittest import mock")
    found = [
        name_of(path)
        for path in files("*.py", under="tests")
        if path != Path(__file__) and doubles.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def _asserts(test: Function) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in {"raises", "warns", "fail"} or called.startswith(("assert_", "run_state_machine")):
                return True
    return False


def test_every_test_asserts() -> None:
    silent = [
        f"{name_of(path)}:{function.name}"
        for path in files("test_*.py", under="tests")
        for function in functions(path)
        if function.name.startswith("test_") and not _asserts(function)
    ]
    assert silent == []


def test_test_folders_are_no_packages() -> None:
    assert [name_of(path) for path in files("__init__.py", under="tests")] == []


def test_one_module_opens_connections_to_other_nodes() -> None:
    users = [name_of(path) for path in modules() if "aiohappyeyeballs" in imported(path)]
    assert users == ["office_node/peers/transport.py"]


def test_the_changelog_opens_with_the_version_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == project["version"]


def test_decision_records_are_short_and_numbered_without_gaps() -> None:
    records = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    assert {r.name: n for r in records if (n := len(r.read_text().splitlines())) > ADR_LINES} == {}


def test_links_inside_the_documents_lead_somewhere() -> None:
    dead = []
    for page in files("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                dead.append(f"{name_of(page)} -> {target}")
    assert dead == []


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in files("*.md")
        for target in re.findall(r"`(?:\$ )?make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named <= targets


def test_the_page_of_settings_is_fresh() -> None:
    assert (ROOT / "docs/settings.md").read_text() == settings_page(), "run `make docs`"
