"""The node's OpenAPI: whole, with the bodies parsed only after their signature, and every error as a problem."""

from typing import Any

from fastapi import FastAPI

from shared_schemas.handover import HandoverSent
from shared_schemas.history import RevealSent
from shared_schemas.inquiry import InquirySent
from shared_schemas.log import LogAsked, LogEvidence
from shared_schemas.operations import name_operations
from shared_schemas.problem import name_problems
from shared_schemas.trace import HelloSent, NoticeSent

_BODIES = (InquirySent, RevealSent, NoticeSent, HandoverSent, HelloSent, LogAsked, LogEvidence)
TAGS = [
    {
        "name": "office",
        "description": "For the office's own systems and officers. *Authorize* takes a key of `jejak node key add`; "
        "a system names the officer and her role in the headers `Jejak-Officer` and `Jejak-Role`. An officer who has "
        "logged in is herself.",
    },
    {
        "name": "pimpasa",
        "description": "For officers in villages (docs/pimpasa.md), with the same keys and sessions: calendar, "
        "literacy sessions, follow-ups, reports of recruiters. It looks up nobody, and names nobody of a village.",
    },
    {
        "name": "session",
        "description": "For officers' browsers: logging in and out, a second officer's proof, the office's accounts "
        "(docs/accounts.md). What changes something needs the header `Jejak-Csrf` and this node's own Origin.",
    },
    {
        "name": "statistics",
        "description": "Counts without anybody in them (docs/statistics.md): exact behind the signature of the "
        "Kanwil's dashboard, rounded and frozen by month for all.",
    },
    {"name": "node", "description": "Whether the node runs and is ready, and the roster that it holds. Open to all."},
    {
        "name": "partner tokens",
        "description": "For partner agencies: this node as an OAuth 2 authorization server (docs/partners.md).",
    },
    {
        "name": "federation",
        "description": "For other offices' nodes only. Every message is signed (`docs/protocol.md`), so these routes "
        "cannot be tried from this page.",
    },
]
"""The groups of routes, in the order of the page."""


class NodeApi(FastAPI):
    """FastAPI with that document."""

    def openapi(self) -> dict[str, Any]:
        """The document, with every schema that it refers to."""
        if self.openapi_schema is None:
            document = super().openapi()
            _add_bodies(document)
            name_problems(document)
            name_operations(document)
        return self.openapi_schema or {}


def _add_bodies(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in _BODIES:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
