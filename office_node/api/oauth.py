"""The node as an OAuth 2 authorization server for partners: token, revocation, introspection, metadata, keys.

A refusal has the form of RFC 6749 §5.2 and the code of our problems besides; nothing of the request is repeated.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, get_args
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from office_node.api.bodies import read_body
from office_node.api.browser import source_of
from office_node.api.problems import PROBLEMS
from office_node.errors import PartnerError, TokenRequestError
from office_node.node import Node
from office_node.signing.partner_tokens import ALGORITHMS, published, token_key
from office_node.usecases.end_token import INTROSPECT, REVOKE, introspect_token, revoke_token
from office_node.usecases.grant_token import ROUTE, grant_token
from shared_schemas.oauth import JwkSet, Metadata, OAuthError, TokenEnded, TokenGranted, TokenState
from shared_schemas.partner import Scope
from shared_schemas.problem import Problem, Titles

MAX_FORM = 24 * 1024
FORM = "application/x-www-form-urlencoded"
JWKS = "/oauth/v1/jwks"
_ERROR: Mapping[str, tuple[int, str]] = {
    "token-request": (400, "invalid_request"),
    "grant-refused": (400, "unsupported_grant_type"),
    "assertion-refused": (401, "invalid_client"),
    "assertion-replayed": (401, "invalid_client"),
    "partner-unknown": (401, "invalid_client"),
    "partner-suspended": (400, "unauthorized_client"),
    "partner-expired": (400, "unauthorized_client"),
    "partner-elsewhere": (400, "unauthorized_client"),
    "scope-refused": (400, "invalid_scope"),
    "dpop-refused": (400, "invalid_dpop_proof"),
    "dpop-replayed": (400, "invalid_dpop_proof"),
}
"""RFC 6749 §5.2 and RFC 9449 §5."""
_NO_STORE = {"Cache-Control": "no-store"}


class OAuthRoute(APIRoute):
    """A form in, JSON out. Its endpoint takes the fields of the form from the request's state."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read the form, run, answer refusals in OAuth's own words."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            node: Node = request.app.state.node
            node.check_serving()
            try:
                if request.method == "POST":
                    body = await read_body(request, node.clock, cap=MAX_FORM)
                    request.state.form = _form(request.headers.get("content-type", ""), body)
                    request._body = body
                response = await inner(request)
            except PartnerError as error:
                return _refused(error)
            response.headers.update(_NO_STORE)
            return response

        return handle


def _form(content_type: str, body: bytes) -> dict[str, str]:
    """Each parameter once (RFC 6749 §3.2). TokenRequestError."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise TokenRequestError("content-type")
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=40)
    except ValueError as error:
        raise TokenRequestError("form") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise TokenRequestError("twice")
    return dict(pairs)


def _refused(error: PartnerError) -> Response:
    status, word = _ERROR[error.code]
    said = PROBLEMS[error.code]
    rule = getattr(error, "rule", None)
    body = OAuthError(
        error=word,  # type: ignore[arg-type] # one of the table's words
        error_description=f"{said.en} ({rule})" if rule else said.en,
        code=error.code,
        titles=Titles(id=said.id, en=said.en),
        rule=rule,
    )
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), status_code=status, headers=_NO_STORE)


def _node(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


NodeDep = Annotated[Node, Depends(_node)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": OAuthError, "description": "RFC 6749 §5.2"} for status in (400, 401)
}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": "Problem (RFC 9457)"} for status in (408, 413, 429, 503)
}
router = APIRouter(route_class=OAuthRoute, tags=["partner tokens"])


def _body(*fields: str) -> dict[str, Any]:
    wanted = ("client_assertion_type", "client_assertion", *fields)
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in wanted}, "required": list(wanted)}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


_ANSWERS: dict[int | str, dict[str, Any]] = {**_REFUSED, **_PROBLEMS}
_READ: dict[int | str, dict[str, Any]] = {503: _PROBLEMS[503]}


@router.post(ROUTE, responses=_ANSWERS, openapi_extra=_body("grant_type", "scope"))
async def post_token(request: Request, node: NodeDep) -> TokenGranted:
    """Get an access token of five minutes (client credentials).

    The partner proves itself with `private_key_jwt` (RFC 7523) and the key that the token is to be bound to with a DPoP
    proof (RFC 9449). `scope` names what the token is for; only what the partner's rights hold is granted.
    """
    proofs = request.headers.getlist("dpop")
    if len(proofs) > 1:
        proofs = [", ".join(proofs)]  # no single proof has this form: refused like any other that is malformed
    proof = proofs[0] if proofs else None
    return await grant_token(node, request.state.form, proof=proof, source=source_of(request))


@router.post(REVOKE, responses=_ANSWERS, openapi_extra=_body("token"))
async def post_revocation(request: Request, node: NodeDep) -> TokenEnded:
    """End an access token of one's own (RFC 7009)."""
    await revoke_token(node, request.state.form, source=source_of(request))
    return TokenEnded()


@router.post(INTROSPECT, responses=_ANSWERS, openapi_extra=_body("token"), response_model_exclude_none=True)
async def post_introspection(request: Request, node: NodeDep) -> TokenState:
    """See what an access token of one's own grants (RFC 7662)."""
    return await introspect_token(node, request.state.form, source=source_of(request))


@router.get("/.well-known/oauth-authorization-server", responses=_READ)
async def get_metadata(node: NodeDep) -> Metadata:
    """What this authorization server supports (RFC 8414)."""
    issuer = node.settings.public_url
    return Metadata(
        issuer=issuer,
        token_endpoint=issuer + ROUTE,
        jwks_uri=issuer + JWKS,
        revocation_endpoint=issuer + REVOKE,
        introspection_endpoint=issuer + INTROSPECT,
        scopes_supported=get_args(Scope),
        token_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        revocation_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        introspection_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        dpop_signing_alg_values_supported=ALGORITHMS,
    )


@router.get(JWKS, responses=_READ)
async def get_jwks(node: NodeDep) -> JwkSet:
    """The public keys of this node's access tokens (RFC 7517)."""
    return JwkSet.model_validate(published(token_key(key) for key in node.keys.signing_keys))
