"""A partner looks at, or ends, a token of its own (RFC 7662, RFC 7009). Nobody learns anything of another's."""

from collections.abc import Callable, Mapping

from office_node.errors import (
    AssertionReplayedError,
    PartnerError,
    TokenRefusedError,
    TokenRequestError,
    TooManyRequestsError,
)
from office_node.node import Node
from office_node.signing.partner_tokens import Asserted, Granted, Once, read_token, token_key
from office_node.store import nonces
from office_node.store.transactions import Connection
from office_node.usecases.partner_client import prove_client, spend_of_partner
from office_node.usecases.partner_refusals import assertion_once, once, refuse_partner
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting
from shared_schemas.oauth import Confirmation, TokenState

REVOKE, INTROSPECT = "/oauth/v1/revoke", "/oauth/v1/introspect"
_REVOKED = "revoked"


async def revoke_token(node: Node, form: Mapping[str, str], *, source: str) -> None:
    """End this token of the partner's own; what is no token of its own stays as it is (RFC 7009 §2.2). PartnerError."""

    def end(connection: Connection, asserted: Asserted) -> None:
        granted = _own(node, form["token"], asserted)
        if granted is None:
            return
        once(connection, _REVOKED, Once(granted.jti, granted.expires))
        members = {"jti": granted.jti}
        act = Act("partner-token-revoked", node.clock.now(), node.machine, members, peer=asserted.client)
        enter(connection, node, act=act)

    await _for_client(node, form, route=REVOKE, source=source, work=end)


async def introspect_token(node: Node, form: Mapping[str, str], *, source: str) -> TokenState:
    """What the token grants now, if it is the partner's own. PartnerError."""
    found: list[TokenState] = []

    def look(connection: Connection, asserted: Asserted) -> None:
        granted = _own(node, form["token"], asserted)
        counts = granted is not None and not is_revoked(connection, granted)
        found[:] = [_state(node, granted) if granted is not None and counts else TokenState(active=False)]

    await _for_client(node, form, route=INTROSPECT, source=source, work=look)
    return found[0]


def is_revoked(connection: Connection, granted: Granted) -> bool:
    """Whether the partner has ended this token."""
    return nonces.holds(connection, _REVOKED, nonce=granted.jti)


def granted_by(node: Node, token: str) -> Granted:
    """What this node granted with the token, if it has not ended. TokenRefusedError."""
    keys = [token_key(key) for key in node.keys.signing_keys]
    return read_token(token, issuer=node.settings.public_url, keys=keys, now=node.clock.now())


def _own(node: Node, token: str, asserted: Asserted) -> Granted | None:
    try:
        granted = granted_by(node, token)
    except TokenRefusedError:
        return None
    return granted if granted.client == asserted.client else None


async def _for_client(
    node: Node, form: Mapping[str, str], *, route: str, source: str, work: Callable[[Connection, Asserted], None]
) -> None:
    asserted = await prove_client(node, form, route=route, source=source)

    def run(connection: Connection) -> None:
        node.roster.check(connection)
        if not assertion_once(connection, asserted):
            raise AssertionReplayedError
        spend_of_partner(connection, node, asserted.client)
        work(connection, asserted)

    try:
        if "token" not in form:
            raise TokenRequestError("token")
        await write_trusting(node, run)
    except (PartnerError, TooManyRequestsError) as error:
        await refuse_partner(node, error, partner=asserted.client, route=route, used=[asserted])
        raise


def _state(node: Node, granted: Granted) -> TokenState:
    issuer = node.settings.public_url
    return TokenState(
        active=True,
        scope=" ".join(sorted(granted.scopes)),
        client_id=granted.client,
        token_type="DPoP",  # noqa: S106 (RFC 9449 names it so)
        iss=issuer,
        sub=granted.client,
        aud=issuer,
        jti=granted.jti,
        iat=granted.issued,
        exp=granted.expires,
        cnf=Confirmation(jkt=granted.jkt),
    )
