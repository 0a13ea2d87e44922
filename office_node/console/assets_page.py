"""The files that pages name: Bootstrap and htmx as their npm tarballs hold them, and our own style and script.

Nothing else is given out and nothing is fetched from anywhere (`manifest.json` beside each: version, licence, hashes).
"""

import gzip
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from office_node.usecases.refusals import CaseUnknownError

_ASSETS = files("office_node.console").joinpath("assets")
VENDORED = ("bootstrap", "htmx")
_SERVED = {
    "bootstrap.min.css": ("bootstrap", "text/css"),
    "htmx.min.js": ("htmx", "text/javascript"),
    "console.css": ("own", "text/css"),
    "console.js": ("own", "text/javascript"),
    "icon.svg": ("own", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "public, max-age=3600",
    "Vary": "Accept-Encoding",
}

router = APIRouter(include_in_schema=False)


def vendored(package: str) -> Traversable:
    """The folder of a package's files and their manifest."""
    return _ASSETS.joinpath(package)


@cache
def _content(name: str, *, packed: bool) -> bytes:
    plain = _ASSETS.joinpath(_SERVED[name][0], name).read_bytes()
    return gzip.compress(plain, mtime=0) if packed else plain


@router.get("/console/assets/{name}")
def get_asset(name: Annotated[str, Path(max_length=40)], request: Request) -> Response:
    """One of the files that pages name; packed where the browser takes it, since nothing in it is secret."""
    if name not in _SERVED:
        raise CaseUnknownError
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = _HEADERS | ({"Content-Encoding": "gzip"} if packed else {})
    return Response(_content(name, packed=packed), media_type=_SERVED[name][1], headers=headers)
