"""What comes from an officer's browser: the session's cookie, and whether our own page has sent the request.

Decided in docs/adr/0028: a cookie that other sites' requests do not carry (`__Host-`, SameSite=Strict), the Origin of
everything that changes something, and a token of the session besides.
"""

from fastapi import Request, Response

from office_node.domain.browsers import FLOW_S, csrf_of, origin_of, same_text
from office_node.node import Node
from office_node.usecases.account_refusals import ForeignRequestError, SessionEndedError
from office_node.usecases.officer_sessions import Present, find_session
from office_node.usecases.refuse import refuse_stranger

SESSION = "__Host-jejak"
FLOW = "__Host-jejak-oidc"
CSRF = "jejak-csrf"
_SAFE = frozenset({"GET", "HEAD"})
_SECRET_LENGTH = 64


def source_of(request: Request) -> str:
    """The address that a request came from, as the proxy on this machine says."""
    return request.client.host if request.client else "unknown"


def cookie_of(request: Request) -> str | None:
    """The id that the browser sends, if it could be one."""
    value = request.cookies.get(SESSION)
    return value if value is not None and len(value) == _SECRET_LENGTH and value.isascii() else None


async def present_at(request: Request, *, csrf: str | None = None) -> Present:
    """Who is logged in. SessionEndedError, ForeignRequestError; both are counted by source.

    `csrf`: the token that a form has sent, where no script could put it into the header.
    """
    node: Node = request.app.state.node
    secret = cookie_of(request)
    try:
        if secret is None:
            raise SessionEndedError
        check_origin(request)
        told = request.headers.get(CSRF, "") if csrf is None else csrf
        if request.method not in _SAFE and not same_text(told, csrf_of(secret)):
            raise ForeignRequestError
        return await find_session(node, secret)
    except (SessionEndedError, ForeignRequestError) as error:
        await refuse_stranger(node, error, source=source_of(request))
        raise


def check_origin(request: Request) -> None:
    """ForeignRequestError unless our own page, or nobody's page, has sent this."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise ForeignRequestError
    if request.method not in _SAFE and request.headers.get("origin") != own_origin(request.app.state.node):
        raise ForeignRequestError


def own_origin(node: Node) -> str:
    """The origin of this node's pages."""
    return origin_of(node.settings.console_url or node.settings.public_url)


def set_session(response: Response, secret: str) -> None:
    """Hand the session's id to the browser, until it is closed or the session ends."""
    response.set_cookie(SESSION, secret, path="/", secure=True, httponly=True, samesite="strict")


def clear_session(response: Response) -> None:
    """Take it away, and what the browser has kept of pages with persons."""
    response.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def set_flow(response: Response, flow: str) -> None:
    """Kept while the browser is at the provider; it comes back from another site, so not strict."""
    response.set_cookie(FLOW, flow, max_age=FLOW_S, path="/", secure=True, httponly=True, samesite="lax")


def clear_flow(response: Response) -> None:
    """The flow is over."""
    response.delete_cookie(FLOW, path="/", secure=True, httponly=True, samesite="lax")
