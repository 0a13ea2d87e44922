"""The files of the console are the tarballs', whole and licensed; nothing else is given out."""

import gzip
import hashlib
import json
import re
import tomllib
from pathlib import Path

import httpx
import pytest

from office_node.app import new_api
from office_node.console.assets_page import VENDORED, vendored
from office_node.console.page_route import OpenPageRoute, PageRoute
from office_node.console.routes import console_routes
from tests.desk import desk_in

pytestmark = pytest.mark.anyio
CONSOLE = Path(__file__).resolve().parents[3] / "office_node/console"


async def get(path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=new_api())
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("package", VENDORED)
def test_every_vendored_file_has_the_hash_of_the_manifest(package: str) -> None:
    held = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in vendored(package).iterdir()}
    del held["manifest.json"]
    told = json.loads(vendored(package).joinpath("manifest.json").read_text())
    assert held == told["sha256"]
    assert "LICENSE" in held
    assert (told["package"], told["licence"]) in {("bootstrap", "MIT"), ("htmx.org", "0BSD")}
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])


def test_the_files_are_part_of_the_distribution(repository: Path) -> None:
    packaged = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert {"assets/*/*", "templates/*.html", "locale/*/*.po"} <= set(packaged["office_node.console"])


@pytest.mark.parametrize("name", ["bootstrap.min.css", "htmx.min.js", "console.css", "console.js", "icon.svg"])
async def test_a_file_is_given_whole_packed_or_not(name: str) -> None:
    plain = await get(f"/console/assets/{name}", **{"Accept-Encoding": "identity"})
    packed = await get(f"/console/assets/{name}", **{"Accept-Encoding": "gzip"})
    assert (plain.status_code, packed.headers["content-encoding"]) == (200, "gzip")
    assert plain.content == packed.content == (next(CONSOLE.glob(f"assets/*/{name}"))).read_bytes()
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert len(gzip.compress(plain.content)) < 60_000


@pytest.mark.parametrize("name", ["manifest.json", "..%2F..%2Fsign_in.py", "LICENSE"])
async def test_nothing_else_is_given(tmp_path: Path, migrated_sqlite_url: str, name: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        answer = await desk.browser().call("GET", f"/console/assets/{name}")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_our_own_files_name_no_other_host_and_run_no_text_as_code() -> None:
    for path in [*CONSOLE.glob("templates/*.html"), *CONSOLE.glob("assets/own/*")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), path.name
        assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|\sstyle=|hx-on|eval\(|innerHTML|\| *safe", text), (
            path.name
        )


def test_every_page_finds_a_session_but_signing_in() -> None:
    routes = [route for route in console_routes() if isinstance(route, OpenPageRoute)]
    opened = {f"{method} {route.path}" for route in routes for method in route.methods or ()}
    assert opened == {
        "GET /", "GET /console/sign-in", "POST /console/sign-in", "POST /console/language", "GET /console/hidden",
        "GET /console/help",
    }  # fmt: skip
    others = [route for route in console_routes() if not isinstance(route, OpenPageRoute | PageRoute)]
    assert [getattr(route, "path", "") for route in others] == ["/console/assets/{name}"]
