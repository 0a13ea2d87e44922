"""Lists: applications to be screened one after the other, and passports that were issued, compared with screenings."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.ids import OfficerRef, Ref
from shared_schemas.office import FileCase, FreeText
from shared_schemas.statement import Role

PassportNo = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{7}$")]
ApplicationNo = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{3,40}$")]


class IssuedPassport(Ask):
    """One passport as the issuing system lists it.

    `case`: this node's reference, if that system kept it; it must be of that application number.
    """

    passport_no: PassportNo
    application_no: ApplicationNo
    case: Ref | None = None


class IssuedList(Ask):
    """Body of `PUT /office/v1/issued-passports/{day}`: all passports of that day, whole; sent again it replaces."""

    passports: Annotated[tuple[IssuedPassport, ...], Field(max_length=2000)]

    @model_validator(mode="after")
    def _once(self) -> "IssuedList":
        if len({one.passport_no for one in self.passports}) != len(self.passports):
            raise ValueError("a passport listed twice")
        return self


class Reconciliation(Answer):
    """How one day's list compares. `unscreened`: so many of it were issued without a question to the other offices.

    `unexplained`: so many wait for a supervisor, those with them that an earlier list had.
    """

    day: date
    received_at: Moment
    revision: int
    listed: int
    unscreened: int
    unexplained: int


class UnscreenedPassport(Answer):
    """A passport that was issued without a screening, and what a supervisor found out about it.

    `removed_at`: a later list of the day has it no more.
    """

    ref: Ref
    passport_no: PassportNo
    application_no: ApplicationNo
    found_at: Moment
    removed_at: Moment | None = None
    explained_at: Moment | None = None
    role: Role | None = None
    officer: OfficerRef | None = None
    note: str | None = None


class Explain(Ask):
    """Body of `POST /office/v1/issued-passports/{day}/{ref}/explanation`: how it came, found out by a supervisor."""

    note: FreeText


class ScreeningList(Ask):
    """Body of `POST /office/v1/screening-lists`: applications that are filed and screened one after the other."""

    applications: Annotated[tuple[FileCase, ...], Field(min_length=1, max_length=500)]


class ListedApplication(Answer):
    """One row of a list and what became of it.

    `filed`: a new case; `known`: a case with that application number was here; `refused`: `problem` says why. `asked`,
    `answered` and `hits` count offices; `hits` is null for whoever may not see other offices' answers yet.
    """

    row: int
    state: Literal["waiting", "filed", "known", "refused", "cancelled"]
    case: Ref | None = None
    screening: Ref | None = None
    problem: str | None = None
    asked: int = 0
    answered: int = 0
    hits: int | None = None


class ListProgress(Answer):
    """How far a list has come."""

    list: Ref
    created_at: Moment
    cancelled_at: Moment | None = None
    total: int
    waiting: int
    filed: int
    known: int
    refused: int
    rows: tuple[ListedApplication, ...]
