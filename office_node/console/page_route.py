"""The console's side of access: our own page has asked, and, but for signing in, somebody is signed in.

A form shows that it is ours by its Origin and, where there is a session, by the session's token in the field `csrf`
(docs/adr/0028): so forms work without a script.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from office_node.api.bodies import read_body
from office_node.api.browser import check_origin, present_at, source_of
from office_node.console.forms import read_form
from office_node.usecases.account_refusals import AccountUnfinishedError, ForeignRequestError
from office_node.usecases.refuse import refuse_stranger

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenPageRoute(APIRoute):
    """A page for whoever is not signed in (yet)."""

    def get_route_handler(self) -> Handler:
        """Look at the origin of a form, read it, run."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request.app.state.node.check_serving()
            if request.method == "POST":
                await _read(request)
            return await inner(request)

        return handle


class PageRoute(APIRoute):
    """A page for an officer who is signed in and has finished her account."""

    finished = True

    def get_route_handler(self) -> Handler:
        """Find the session, read a form, run."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            node = request.app.state.node
            node.check_serving()
            csrf = None
            if request.method == "POST":
                await _read(request)  # whose form it is comes first: another site's must not end a session
                csrf = request.state.form.text("csrf")
            request.state.present = await present_at(request, csrf=csrf)
            if self.finished and request.state.present.unfinished:
                raise AccountUnfinishedError
            return await inner(request)

        return handle


class UnfinishedPageRoute(PageRoute):
    """A page also for an officer who has her password and authenticator still before her."""

    finished = False


async def _read(request: Request) -> None:
    """The form, if our own page has sent it; else the refusal is counted by source."""
    node = request.app.state.node
    try:
        check_origin(request)
        body = await read_body(request, node.clock)
        request.state.form = read_form(request.headers.get("content-type", ""), body)
    except ForeignRequestError as error:
        await refuse_stranger(node, error, source=source_of(request))
        raise
    request._body = body
