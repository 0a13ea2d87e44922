"""`/docs`: the node's API in the browser, from files of this package alone; nothing is fetched from anywhere else.

The files of Swagger UI are those of its npm tarball, unchanged (`assets/swagger-ui/manifest.json`: version, licence,
hashes). The OpenAPI holds no secret, so the page is open; whoever tries a call needs a key like everybody.
"""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from office_node.usecases.refusals import CaseUnknownError

# Swagger UI styles single elements through the CSSOM, which `style-src 'self'` allows; its icons are data URLs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_ASSETS = files("office_node.api").joinpath("assets")
_SERVED = {
    "start.js": ("docs-page", "text/javascript"),
    "swagger-ui-bundle.js": ("swagger-ui", "text/javascript"),
    "swagger-ui.css": ("swagger-ui", "text/css"),
    "favicon-32x32.png": ("swagger-ui", "image/png"),
}

router = APIRouter(include_in_schema=False)


def vendored() -> Traversable:
    """The folder of Swagger UI's files and their manifest."""
    return _ASSETS.joinpath("swagger-ui")


def manifest() -> dict[str, Any]:
    """Package, version, licence and the SHA-256 of each file."""
    read: dict[str, Any] = json.loads(vendored().joinpath("manifest.json").read_text(encoding="utf-8"))
    return read


@router.get("/docs")
def get_page() -> Response:
    """The page."""
    page = _ASSETS.joinpath("docs-page", "index.html").read_bytes()
    return Response(page, media_type="text/html", headers=_HEADERS)


@router.get("/docs/assets/{name}")
def get_asset(name: Annotated[str, Path(max_length=40)]) -> Response:
    """One of the files that the page names; nothing else is given out."""
    if name not in _SERVED:
        raise CaseUnknownError
    folder, media_type = _SERVED[name]
    content = _ASSETS.joinpath(folder, name).read_bytes()
    return Response(content, media_type=media_type, headers=_HEADERS | {"Cache-Control": "public, max-age=3600"})
