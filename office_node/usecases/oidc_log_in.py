"""Logging in through the office's OpenID provider: it says who she is, the account here says what she may.

No account is made by it, and no role comes from it that the account has not.
"""

import re
from collections.abc import Mapping
from typing import Any, get_args

from office_node.domain.browsers import SECRET_OCTETS, flow_is_open, new_flow, of_flow, same_text
from office_node.logs import log
from office_node.node import Node
from office_node.peers.provider import Provider
from office_node.settings import Settings
from office_node.signing.id_tokens import IdTokenError
from office_node.store import officers
from office_node.store.officers import Account
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import LoginRefusedError
from office_node.usecases.log_in import enter_login
from office_node.usecases.officer_sessions import LoggedIn
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from shared_schemas.ids import OfficerRef
from shared_schemas.statement import Role

_REF = re.compile(get_args(OfficerRef)[1].pattern)


async def begin(node: Node, *, back_to: str) -> tuple[str, str]:
    """What the browser keeps and where it goes. CaseUnknownError without a provider; ProviderUnavailableError."""
    flow = new_flow(node.random(SECRET_OCTETS), now=node.clock.now())
    return flow, await _provider(node).address(flow, back_to=back_to)


async def finish(
    node: Node, flow: str | None, *, state: str, code: str, issuer: str | None, back_to: str, replaces: str | None
) -> LoggedIn:  # fmt: skip
    """Open a session for whom the provider names. LoginRefusedError, ProviderUnavailableError."""
    provider = _provider(node)
    if flow is None or not flow_is_open(flow, now=node.clock.now()) or not same_text(state, of_flow(flow, "state")):
        raise LoginRefusedError
    if not provider.is_issuer(issuer):
        raise LoginRefusedError
    try:
        claims = await provider.redeem(code, flow=flow, back_to=back_to)
    except IdTokenError as error:
        log.warning("provider-refused", office=node.office, reason=error.rule)
        raise LoginRefusedError from error
    opened = await node.run.write(lambda connection: _open(connection, node, claims, replaces=replaces))
    if opened is None:
        raise LoginRefusedError
    return opened


def _open(connection: Connection, node: Node, claims: Mapping[str, Any], *, replaces: str | None) -> LoggedIn | None:
    named = claims.get(node.settings.oidc_officer_claim)
    account = officers.get(connection, named) if isinstance(named, str) and _REF.fullmatch(named) else None
    roles = () if account is None else roles_of(node.settings, account, claims)
    now = node.clock.now()
    if account is None or account.state != "active" or not roles:
        members = {"method": "oidc"} | ({} if account is None else {"officer": account.officer})
        enter(connection, node, act=Act("login-refused", now, node.machine, members))
        return None
    return enter_login(connection, node, account, method="oidc", roles=roles, now=now, replaces=replaces)


def roles_of(settings: Settings, account: Account, claims: Mapping[str, Any]) -> tuple[Role, ...]:
    """The account's roles, or those of them that the provider's claim says."""
    if settings.oidc_role_claim is None:
        return account.roles
    said = claims.get(settings.oidc_role_claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    mapped = {settings.oidc_roles.get(value) for value in values if isinstance(value, str)}
    return tuple(role for role in account.roles if role in mapped)


def _provider(node: Node) -> Provider:
    if node.provider is None:
        raise CaseUnknownError
    return node.provider
