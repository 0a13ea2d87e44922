"""RFC 9457 problem details with a stable code and both languages. The input is never echoed."""

from pydantic import Field

from shared_schemas.base import Answer


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
    errors: tuple[FieldProblem, ...] = ()
