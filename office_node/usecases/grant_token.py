"""An access token for a partner (RFC 6749 §4.4): five minutes, for this node alone, bound to the key of its DPoP proof.

The grant is in the log before the token leaves (rule 1), with its scopes and without the token.
"""

from collections.abc import Mapping
from datetime import datetime

from office_node.domain.partners import Rights, rights_now
from office_node.errors import (
    AssertionReplayedError,
    DpopRefusedError,
    DpopReplayedError,
    GrantRefusedError,
    PartnerError,
    ScopeRefusedError,
    TokenRequestError,
    TooManyRequestsError,
)
from office_node.node import Node
from office_node.signing.partner_tokens import Asserted, Granted, Proved, make_token, token_key, verify_proof
from office_node.store.transactions import Connection
from office_node.usecases.partner_client import prove_client, spend_of_partner
from office_node.usecases.partner_refusals import assertion_once, proof_once, refuse_partner
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting
from shared_schemas.oauth import GRANT, TokenGranted

LIFE_S = 300
ROUTE = "/oauth/v1/token"


async def grant_token(node: Node, form: Mapping[str, str], *, proof: str | None, source: str) -> TokenGranted:
    """The token. PartnerError with the rule that failed; a known partner's refusal is in the log, used or not."""
    asserted = await prove_client(node, form, route=ROUTE, source=source)
    used: list[Asserted | Proved] = [asserted]
    try:
        if form.get("grant_type") != GRANT:
            raise GrantRefusedError if "grant_type" in form else TokenRequestError("grant_type")
        proved = _proved(node, proof)
        used.append(proved)
        granted = await write_trusting(node, lambda connection: _grant(connection, node, form, asserted, proved))
    except (PartnerError, TooManyRequestsError) as error:
        await refuse_partner(node, error, partner=asserted.client, route=ROUTE, used=used)
        raise
    token = make_token(granted, issuer=node.settings.public_url, key=token_key(node.signing))
    return TokenGranted(access_token=token, expires_in=LIFE_S, scope=" ".join(sorted(granted.scopes)))


def _proved(node: Node, proof: str | None) -> Proved:
    if proof is None:
        raise DpopRefusedError("missing")
    return verify_proof(proof, method="POST", uri=node.settings.public_url + ROUTE, now=node.clock.now())


def _grant(
    connection: Connection, node: Node, form: Mapping[str, str], asserted: Asserted, proved: Proved
) -> Granted:  # fmt: skip
    node.roster.check(connection)
    now = node.clock.now()
    if not assertion_once(connection, asserted):
        raise AssertionReplayedError
    if not proof_once(connection, proved):
        raise DpopReplayedError
    spend_of_partner(connection, node, asserted.client)
    rights = rights_of(node, asserted.client, now=now)
    wanted = _scopes(form, rights)
    issued = int(now.timestamp())
    granted = Granted(
        client=asserted.client,
        scopes=wanted,
        jkt=proved.jkt,
        jti=node.new_ref(),
        issued=issued,
        expires=issued + LIFE_S,
    )
    members = {"scope": sorted(wanted), "jti": granted.jti, "kid": asserted.kid, "agreement": rights.agreement}
    enter(connection, node, act=Act("partner-token", now, node.machine, members, peer=asserted.client))
    return granted


def _scopes(form: Mapping[str, str], rights: Rights) -> frozenset[str]:
    """What is asked for, each of it granted; who names nothing gets nothing (RFC 6749 §3.3)."""
    wanted = frozenset(form.get("scope", "").split())
    if not wanted or not wanted <= rights.scopes:
        raise ScopeRefusedError
    return wanted


def rights_of(node: Node, partner: str, *, now: datetime) -> Rights:
    """The partner's rights at this office now. PartnerError."""
    return rights_now(
        partner, roster=node.roster.current(), office=node.office, now=now, limits=node.settings.partner_limits
    )
