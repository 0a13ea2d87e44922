"""RFC 9457 problem details with a stable code and both languages. The input is never echoed."""

from typing import Any

from pydantic import Field

from shared_schemas.base import Answer

MEDIA_TYPE = "application/problem+json"


class Titles(Answer):
    """One sentence in Indonesian and in English."""

    id: str
    en: str


class FieldProblem(Answer):
    """One refused field: where (a JSON pointer) and by which rule."""

    pointer: str
    code: str
    title: Titles


class Problem(Answer):
    """`application/problem+json`."""

    type: str = Field(description="urn:jejak:problem:<code>", examples=["urn:jejak:problem:replayed"])
    title: str
    titles: Titles
    status: int
    code: str
    skew_s: int | None = None
    retry_s: int | None = Field(default=None, description="With 429: seconds until the same may be tried again.")
    reason: str | None = Field(default=None, description="Of `/readyz`: a fixed word for the administrator.")
    errors: tuple[FieldProblem, ...] = ()


def name_problems(document: dict[str, Any]) -> None:
    """In an OpenAPI document every error travels as `MEDIA_TYPE`; FastAPI writes a route's own media type there.

    One that is declared without a schema, or as `OAuthError`, is no problem but what another specification says, and
    stays.
    """
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    ((media_type, schema),) = response["content"].items()
                    is_problem = schema and not str(schema).endswith("OAuthError'}}")
                    response["content"] = {MEDIA_TYPE if is_problem else media_type: schema}
