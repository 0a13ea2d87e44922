"""From a template to an answer: strict policy, nothing kept by the browser, both languages.

Values are always escaped (autoescape); no template marks anything as safe.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from office_node.console.catalogues import Language, gettext, ngettext
from office_node.console.words import GLOBALS, reason_name, said, state_name
from office_node.node import Node

LANGUAGE = "__Host-jejak-lang"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a form would then send `Origin: null`, and no form of ours could be told from a forged one.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def language_of(request: Request) -> Language:
    """English for a browser that has chosen it, else Indonesian."""
    return "en" if request.cookies.get(LANGUAGE) == "en" else "id"


@cache
def environment(language: Language) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PackageLoader("office_node.console"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(gettext(language), ngettext(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["day"] = lambda value: _day(value, language=language)
    made.filters["said"] = lambda value: said(value, language)
    made.filters["state"] = lambda value: state_name(value, language)
    made.filters["reason"] = lambda value: reason_name(value, language)
    made.globals |= GLOBALS | {"language": language}
    return made


def page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] = {}
) -> Response:
    """A whole page, or a part of one."""
    node: Node = request.app.state.node
    told = {
        "present": None,
        "at": None,
        "nav": (),
        "refresh_s": None,
        "path": request.url.path,
        "office": node.office,
        "training": node.settings.training,
        "moment": lambda value: _moment(value, node=node, language=language_of(request)),
        **context,
    }
    text = environment(language_of(request)).get_template(template).render(told)
    return Response(text, status_code=status, media_type="text/html", headers=HEADERS | dict(headers))


def go_to(path: str) -> Response:
    """To another page of ours, by GET."""
    return Response(status_code=303, headers=HEADERS | {"Location": path})


def _day(value: date, *, language: Language) -> str:
    """A date as it is written, with the month in letters so that nobody mistakes day and month."""
    return f"{value.day} {_MONTHS[language][value.month - 1]} {value.year}"


def _moment(value: datetime | None, *, node: Node, language: Language) -> str:
    """A moment in the office's own time, with its zone."""
    if value is None:
        return "–"
    local = value.astimezone(node.workdays.clock)
    return f"{_day(local.date(), language=language)}, {local:%H.%M} {node.settings.zone}"
