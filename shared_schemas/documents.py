"""The documents of an application, in the office API: which were shown, as what, and what does not agree."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.ids import OfficerRef, Ref
from shared_schemas.statement import Role

DocumentKind = Literal[
    "ktp",
    "kk",
    "birth_certificate",
    "marriage_certificate",
    "diploma",
    "baptism_certificate",
    "citizenship_letter",
    "name_change_ruling",
    "old_passport",
    "police_report",
    "parents_consent",
    "disnaker_recommendation",
    "work_contract",
    "visa",
    "ticket",
    "invitation",
    "group_letter",
    "institution_letter",
    "other",
]
DocumentStatus = Literal["original_seen", "copy_seen", "missing", "does_not_agree", "verified"]
"""`verified`: the issuer confirmed it. `does_not_agree`: with the person or another document; the note says how."""


class Document(Ask):
    """One document. Number and note are kept sealed. A missing letter is no ground by itself (docs/cases.md)."""

    kind: DocumentKind
    status: DocumentStatus
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)] | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""

    @model_validator(mode="after")
    def _says_what_does_not_agree(self) -> "Document":
        if self.status == "does_not_agree" and not self.note:
            raise ValueError("what does not agree is said in the note")
        return self


class SaveDocuments(Ask):
    """Body of `PUT /office/v1/cases/{case}/documents`: one of each kind; another of the same kind replaces it."""

    documents: Annotated[tuple[Document, ...], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _once(self) -> "SaveDocuments":
        if len({one.kind for one in self.documents}) != len(self.documents):
            raise ValueError("a document named twice")
        return self


class DocumentLine(Answer):
    """A document without its number and note."""

    kind: DocumentKind
    status: DocumentStatus
    saved_at: Moment


class DocumentsSaved(Answer):
    """What the case has now. `lacking`: of those that every applicant shows, the ones not seen yet."""

    case: Ref
    documents: tuple[DocumentLine, ...]
    lacking: tuple[DocumentKind, ...]


class DocumentView(DocumentLine):
    """A document with its number and note, and who saved it."""

    number: str | None = None
    note: str = ""
    role: Role
    officer: OfficerRef | None = None
