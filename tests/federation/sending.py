"""A member with valid keys that writes its messages by hand: whatever it says is really signed by it."""

import json
from datetime import timedelta
from typing import Any

import httpx

from office_node.signing.messages import sign_question
from office_node.signing.statements import Statement, sign_statement
from services.simulator import acts
from services.simulator.federation import Office, Simulation
from services.simulator.lying import Json, lie, restate
from services.simulator.network import Fault, Handler
from shared_schemas.base import rfc3339

SIXTEEN = "ab" * 16


def stated(office: Office, type: str, **members: Any) -> Statement:
    """A statement that this office really signs, whatever it says."""
    body = {
        "type": type, "version": 2, "issuer": office.id, "generation": 1, "issued_at": rfc3339(office.clock.now()),
        "actor": {"office": office.id, "role": "node", "officer": None}, "leaf": "00" * 32, **members,
    }  # fmt: skip
    return sign_statement(body, type=type, key=office.signing)


def notice(office: Office, **members: Any) -> Statement:
    """Its first notice on a case of nobody, if nothing else is said."""
    now = office.clock.now()
    said: Json = {
        "case": SIXTEEN, "revision": 1, "number": 1, "standing": "under_examination", "reason_group": None,
        "until": rfc3339(now + timedelta(days=200)), "lapses_at": None, "before": [], "replaces": [],
        "tokens": {"epoch": "2026", "index": [], "fields": []},
    }  # fmt: skip
    return stated(office, "notice", **{**said, **members})


def inquiry(office: Office, about: Statement, *, reference: str = "cd" * 16) -> Statement:
    """A question about this notice."""
    return stated(
        office, "inquiry", inquiry=reference, purpose="passport_application", notice=about.digest, older=[],
        roster_version=1,
    )  # fmt: skip


async def send(
    simulation: Simulation, sender: Office, to: str, path: str, *, nonce: str | None = None, **statements: Statement
) -> httpx.Response:
    """Carry these statements under the sender's signature."""
    url = f"https://{to}.test/federation/v1{path}"
    body = json.dumps({name: one.to_dict() for name, one in statements.items()}).encode()
    headers = sign_question(
        "POST", url, content_type="application/json", body=body, key=sender.signing,
        now=int(sender.clock.now().timestamp()), nonce=nonce or sender.node.random(16).hex(),
    )  # fmt: skip
    response = await simulation.network.handle_async_request(httpx.Request("POST", url, headers=headers, content=body))
    await response.aread()
    return response


def refused(office: Office, *, by: str) -> list[str]:
    """The codes of the refusals of this member in the log."""
    return [acts.said(office, entry)["code"] for entry in acts.acted(office, type="refusal", peer=by)]


def tokens_of(office: Office, issuer: str, case: str) -> Json:
    """The tokens of a notice that this office holds."""
    found: Json = json.loads(acts.held(office, issuer)[case].payload)["tokens"]
    return found


def naming(liar: Office, trace: Json, relayed: Json) -> Fault:
    """The liar's answers name this trace, and its pages hold it."""
    answers = restate(liar, lambda body: body.update(traces=[trace]))
    pages = lie(liar, lambda told: told.update(issuer=trace["issuer"], notices=[relayed], hello=None, next_after=None))

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        if request.url.path.endswith("/inquiries"):
            return await answers(request, handler)
        if request.method == "GET" and request.url.path.endswith("/notices"):
            return await pages(request, handler)
        return await handler(request)

    return fault
