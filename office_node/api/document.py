"""The node's OpenAPI: whole, with the bodies parsed only after their signature, and every error as a problem."""

from typing import Any

from fastapi import FastAPI

from shared_schemas.history import RevealSent
from shared_schemas.inquiry import InquirySent
from shared_schemas.problem import name_problems
from shared_schemas.trace import HelloSent, NoticeSent

_BODIES = (InquirySent, RevealSent, NoticeSent, HelloSent)


class NodeApi(FastAPI):
    """FastAPI with that document."""

    def openapi(self) -> dict[str, Any]:
        """The document, with every schema that it refers to."""
        if self.openapi_schema is None:
            document = super().openapi()
            _add_bodies(document)
            name_problems(document)
        return self.openapi_schema or {}


def _add_bodies(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in _BODIES:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
