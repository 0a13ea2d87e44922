"""The files behind the API page are the tarball's, whole and licensed, and come with a strict policy."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import httpx
import pytest

from office_node.api.docs_page import POLICY, manifest, vendored
from office_node.app import new_api

pytestmark = pytest.mark.anyio


async def get(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=new_api())
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        return await client.get(path)


def test_every_vendored_file_has_the_hash_of_the_manifest_and_none_is_missing() -> None:
    held = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in vendored().iterdir()}
    del held["manifest.json"]
    assert held == manifest()["sha256"]


def test_the_manifest_names_package_version_and_licence() -> None:
    told = manifest()
    assert told["package"] == "swagger-ui-dist"
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])
    assert told["licence"] == "Apache-2.0"
    assert {"LICENSE", "NOTICE", told["licences_of_bundled_code"]} <= set(told["sha256"])


def test_the_files_are_part_of_the_distribution(repository: Path) -> None:
    packaged = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "assets/*/*" in packaged["office_node.api"]


@pytest.mark.parametrize("path", ["/docs", "/docs/assets/start.js", "/docs/assets/swagger-ui.css"])
async def test_page_and_files_come_with_a_strict_policy(path: str) -> None:
    response = await get(path)
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"]


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert POLICY.startswith("default-src 'none';")
    assert "unsafe" not in POLICY
    assert "//" not in POLICY
    assert "*" not in POLICY


async def test_the_page_names_no_other_host_and_holds_no_script_of_its_own() -> None:
    page = (await get("/docs")).text
    assert "//" not in page
    assert re.findall(r"<script(?! src=)|<style| style=| on\w+=", page) == []
    for file in re.findall(r'(?:src|href)="(docs/[^"]+)"', page):
        assert (await get(f"/{file}")).status_code == 200


@pytest.mark.parametrize("name", ["manifest.json", "LICENSE", "..%2f..%2fapp.py", "%2e%2e", "x" * 50])
async def test_no_other_file_is_given_out(name: str) -> None:
    response = await get(f"/docs/assets/{name}")
    assert response.status_code in (404, 422)
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.content)["code"] in ("not-found", "invalid-input")


async def test_the_old_address_of_a_documentation_from_a_cdn_is_gone() -> None:
    assert (await get("/redoc")).status_code == 404
