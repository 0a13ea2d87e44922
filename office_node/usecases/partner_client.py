"""Who a partner is: its assertion, by a key that the roster lists for it. Nothing is granted here."""

from collections.abc import Mapping

from office_node.domain.roster import TrustedRoster
from office_node.errors import (
    AssertionRefusedError,
    PartnerError,
    PartnerUnknownError,
    TokenRequestError,
    TooManyRequestsError,
)
from office_node.node import Node
from office_node.signing.partner_tokens import Asserted, named_in, verify_assertion
from office_node.store import rates
from office_node.store.rates import Rate
from office_node.store.transactions import Connection
from office_node.usecases.partner_refusals import is_proved, refuse_partner
from office_node.usecases.refuse import refuse_stranger
from office_node.usecases.trusting import reload_trust
from shared_schemas.oauth import ASSERTION_TYPE
from shared_schemas.partner import AssertionKey


async def prove_client(node: Node, form: Mapping[str, str], *, route: str, source: str) -> Asserted:
    """The partner that sent this form, proved by its assertion (RFC 7521 §4.2). Refusals are in the log.

    TokenRequestError, AssertionRefusedError, PartnerUnknownError.
    """
    named: str | None = None
    try:
        assertion = _assertion_in(form)
        named, kid = named_in(assertion)
        if form.get("client_id", named) != named:
            raise AssertionRefusedError("client-id")
        key = _key_of(node.roster.current(), named, kid) or await _newly(node, named, kid)
        return verify_assertion(assertion, key, issuer=node.settings.public_url, now=node.clock.now())
    except PartnerError as error:
        if named is not None and is_proved(error) and not isinstance(error, TokenRequestError):
            await refuse_partner(node, error, partner=named, route=route)
        else:
            await refuse_stranger(node, error, source=source)
        raise


def _assertion_in(form: Mapping[str, str]) -> str:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRequestError("client_assertion_type")
    if "client_secret" in form:
        raise TokenRequestError("client_secret")
    if "client_assertion" not in form:
        raise TokenRequestError("client_assertion")
    return form["client_assertion"]


async def _newly(node: Node, client: str, kid: str) -> AssertionKey:
    """The key on the newest roster: another process may have met it before this one. PartnerUnknownError."""
    await reload_trust(node)
    key = _key_of(node.roster.current(), client, kid)
    if key is None:
        raise PartnerUnknownError
    return key


def _key_of(roster: TrustedRoster, client: str, kid: str) -> AssertionKey | None:
    partner = roster.partner(client)
    return None if partner is None else next((key for key in partner.assertion_keys if key.kid == kid), None)


def spend_of_partner(connection: Connection, node: Node, partner: str) -> None:
    """One call of this partner. TooManyRequestsError."""
    rate = Rate(node.settings.partner_rate_per_s, node.settings.partner_burst)
    wait_s = rates.spend(connection, f"partner {partner}", rate=rate, now=node.clock.now())
    if wait_s > 0:
        raise TooManyRequestsError(max(1, int(wait_s) + 1))
