"""Members that lie: answers changed and signed anew with the liar's own keys, so that carriage and statements verify.

A change gets the parsed JSON of one answer and changes it in place; what it claims is then really claimed by the liar.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx

from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_answer
from office_node.signing.statements import Statement, sign_statement
from services.simulator.federation import Office
from services.simulator.network import Fault, Handler

Json = dict[str, Any]
Change = Callable[[Json], None]


def lie(liar: Office, change: Change, *, carried_by: Office | None = None) -> Fault:
    """The answer with this change, carried under the liar's signature, or another office's."""
    signer = carried_by or liar

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        response = await handler(request)
        told: Json = json.loads(await response.aread())
        change(told)
        body = json.dumps(told).encode()
        headers = sign_answer(
            response.status_code,
            content_type="application/json",
            body=body,
            question=QuestionRef(request.method, str(request.url), request.headers["signature"]),
            key=signer.signing,
            now=int(signer.clock.now().timestamp()),
            nonce=signer.node.random(16).hex(),
        )
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    return fault


def restate(liar: Office, change: Change, *, member: str = "answer", key: SigningKey | None = None) -> Fault:
    """The statement in the answer's member says something else, under the liar's signature or with another key."""
    signing = key or liar.signing

    def restated(told: Json) -> None:
        told[member] = resigned(told[member], change, key=signing)

    return lie(liar, restated)


def resigned(envelope: Json, change: Change, *, key: SigningKey, keyid: str | None = None) -> Json:
    """The envelope with a changed body under this key's signature; `keyid` names another key as the signer."""
    statement = Statement.from_dict(envelope)
    body = statement.body()
    change(body)
    made: Json = sign_statement(body, type=body["type"], key=key).to_dict()
    if keyid is not None:
        made["signatures"][0]["keyid"] = keyid
    return made


def body_of(envelope: Json) -> Json:
    """What a statement says, unverified."""
    body: Json = json.loads(base64.b64decode(envelope["payload"]))
    return body
