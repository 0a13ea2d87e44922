"""The API page in a real browser: it works under its strict policy, asks nobody but the node, and keeps nothing."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from office_node.api.docs_page import POLICY
from office_node.app import new_api

pytestmark = pytest.mark.browser


@dataclass
class Seen:
    """What the browser did while a page was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The node's routes behind a real server on loopback."""
    server = uvicorn.Server(uvicorn.Config(new_api(), host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    try:
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def seen(chromium: str, address: str) -> Iterator[Seen]:
    """The page, loaded and with one operation unfolded, in a browser that may ask nobody else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        seen = Seen(page)
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("console", lambda line: seen.complaints.append(f"{line.type}: {line.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        page.set_default_timeout(10_000)
        page.goto(f"{address}/docs")
        page.locator(".opblock").first.wait_for()
        page.locator("[data-path='/office/v1/cases']").first.click()
        page.get_by_text("application_no").first.wait_for()
        yield seen
        browser.close()


def test_the_page_shows_every_operation_of_the_node(seen: Seen) -> None:
    document = new_api().openapi()
    operations = sum(len(path) for path in document["paths"].values())
    assert seen.page.locator(".opblock").count() == operations
    assert seen.page.title() == "Jejak office node: API"


def test_the_page_can_be_read_with_its_style_and_a_key_can_be_given(seen: Seen) -> None:
    badge = seen.page.locator(".opblock-summary-method").first
    assert badge.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"
    seen.page.get_by_role("button", name="Authorize").first.click()
    seen.page.get_by_text("office-key").first.wait_for()
    seen.page.locator(".modal-ux #auth-bearer-value").fill("jejak_rahasia")
    seen.page.locator(".modal-ux button.authorize").first.click()
    seen.page.locator(".modal-ux button.btn-done").first.click()
    assert seen.page.locator(".modal-ux").count() == 0


def test_no_request_leaves_this_machine(seen: Seen, address: str) -> None:
    assert any(url.endswith("/openapi.json") for url in seen.requests)
    assert [url for url in seen.requests if not url.startswith((address, "data:"))] == []


def test_the_browser_has_nothing_to_complain_about(seen: Seen) -> None:
    assert seen.complaints == []


def test_the_browser_keeps_nothing(seen: Seen) -> None:
    assert seen.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_policy_stops_a_script_from_elsewhere(seen: Seen) -> None:
    assert "unsafe" not in POLICY
    seen.page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.evil = 1'}))"
    )
    assert seen.page.evaluate("window.evil") is None
    assert any("policy" in line for line in seen.complaints)
    seen.complaints.clear()
