"""Which documents an applicant showed: kept with the case, the same once more changes nothing.

Whether a document that is missing matters is for officers to say: no letter is a ground by itself (Surat Edaran
IMI-GR.01.01-0252 of 2023 asks prospective workers for no recommendation).
"""

import json
from collections.abc import Iterable
from datetime import datetime

from office_node.node import Node
from office_node.store import cases, documents
from office_node.store.documents import StoredDocument
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseMovedError, CaseUnknownError
from shared_schemas.documents import (
    Document,
    DocumentKind,
    DocumentLine,
    DocumentsSaved,
    DocumentView,
    SaveDocuments,
)
from shared_schemas.statement import Actor

BASIC: tuple[DocumentKind, ...] = ("ktp", "kk")
"""What every adult shows (Permenkumham 8/2014 Pasal 4 and 5); besides one of `IDENTITY`."""
IDENTITY: tuple[DocumentKind, ...] = ("birth_certificate", "marriage_certificate", "diploma", "baptism_certificate")
_SEALED = "case_document"
_SEEN = frozenset({"original_seen", "copy_seen", "verified"})


async def save_documents(node: Node, case_ref: str, told: SaveDocuments, *, officer: Actor) -> DocumentsSaved:
    """Commit them with one entry. CaseUnknownError, CaseMovedError."""
    now = node.clock.now()

    def save(connection: Connection) -> DocumentsSaved:
        row = cases.get(connection, case_ref)
        if row is None:
            raise CaseUnknownError
        if row.handed_to is not None:
            raise CaseMovedError
        held = {one.kind: _plain(node, one) for one in documents.of_case(connection, case_ref)}
        new = [one for one in told.documents if held.get(one.kind) != one]
        for one in new:
            documents.put(connection, _stored(node, case_ref, one, officer=officer, now=now))
        if new:
            members = {"case": case_ref, "documents": sorted(f"{one.kind} {one.status}" for one in new)}
            enter(connection, node, act=Act("documents-saved", now, officer, members, case_ref=case_ref))
        return _saved(case_ref, documents.of_case(connection, case_ref))

    return await node.run.write(save)


async def read_documents(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> list[DocumentView]:
    """All documents of a case with numbers and notes; the reading is in the log. CaseUnknownError."""

    def read(connection: Connection) -> list[DocumentView]:
        if cases.get(connection, case_ref) is None:
            raise CaseUnknownError
        members = {"case": case_ref, "purpose": purpose}
        act = Act("documents-read", node.clock.now(), officer, members, case_ref=case_ref, purpose=purpose)
        enter(connection, node, act=act)
        return [_view(node, one) for one in documents.of_case(connection, case_ref)]

    return await node.run.write(read)


def _stored(node: Node, case_ref: str, one: Document, *, officer: Actor, now: datetime) -> StoredDocument:
    said = json.dumps({"number": one.number, "note": one.note}).encode()
    sealed = node.sealer.seal(_SEALED, f"{case_ref}/{one.kind}", said)
    return StoredDocument(case_ref, one.kind, one.status, sealed, now, officer.role, officer.officer)


def _plain(node: Node, one: StoredDocument) -> Document:
    said = json.loads(node.sealer.unseal(_SEALED, f"{one.case_ref}/{one.kind}", one.sealed))
    return Document(kind=one.kind, status=one.status, number=said["number"], note=said["note"])


def _view(node: Node, one: StoredDocument) -> DocumentView:
    plain = _plain(node, one)
    return DocumentView(
        kind=one.kind, status=one.status, saved_at=one.saved_at, number=plain.number, note=plain.note,
        role=one.actor_role, officer=one.actor_officer,
    )  # fmt: skip


def _saved(case_ref: str, held: Iterable[StoredDocument]) -> DocumentsSaved:
    lines = tuple(DocumentLine(kind=one.kind, status=one.status, saved_at=one.saved_at) for one in held)
    return DocumentsSaved(case=case_ref, documents=lines, lacking=_lacking(lines))


def _lacking(lines: tuple[DocumentLine, ...]) -> tuple[DocumentKind, ...]:
    """KTP, KK, and, if none of the papers that show birth and parents was seen, the birth certificate."""
    seen = {one.kind for one in lines if one.status in _SEEN}
    identity: tuple[DocumentKind, ...] = () if seen & set(IDENTITY) else ("birth_certificate",)
    return (*(kind for kind in BASIC if kind not in seen), *identity)
