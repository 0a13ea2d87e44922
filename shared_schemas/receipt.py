"""A receipt: one file that shows offline which offices were asked about a case, when, and what each answered.

It holds statements as they were signed, proofs from logs, and the public files of the roster. It holds no name and no
number of a person: of a history only the digest, in the entry that says that it came.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared_schemas.base import Ask, StrictInt, WireMoment
from shared_schemas.ids import OfficeId, Ref, Sha256Hex
from shared_schemas.log import LogEvidence, Note, Proof
from shared_schemas.statement import Envelope

MAX_OFFICES = 400
MAX_SCREENINGS = 200
RosterPath = Annotated[str, Field(max_length=200, pattern=r"^(metadata|targets)/[A-Za-z0-9._-]{1,150}$")]
Base64 = Annotated[str, Field(max_length=2 * 1024 * 1024)]
Cause = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Place = Annotated[StrictInt, Field(ge=0, le=2**53)]


class RosterShown(Ask):
    """What proves the roster: files of the TUF repository by path, as base64, and the suspensions in force.

    Public keys only: the members' files of sealed epoch keys are not among them.
    """

    files: Annotated[dict[RosterPath, Base64], Field(max_length=200)]
    suspensions: Annotated[tuple[Envelope, ...], Field(max_length=MAX_OFFICES)] = ()


class Logged(Ask):
    """Where a statement's own leaf is in its issuer's log. With the salt, anyone sees that the entry says the same."""

    index: Place
    proof: Proof
    salt: Sha256Hex | None


class Opened(Ask):
    """An entry of the asker's log, opened: place, salt, and what it says, as canonical JSON."""

    index: Place
    proof: Proof
    salt: Sha256Hex
    body: Annotated[str, Field(max_length=16384)]


class PeerProof(Ask):
    """An asked office's own proof that the leaf in its answer is in its log."""

    checkpoint: Note
    index: Place
    proof: Proof


class OfficeShown(Ask):
    """One office that was asked. `outcome` and `cause` are the asker's; what the office has signed is its `answer`."""

    office: OfficeId
    outcome: Literal["hit", "no_hit", "unknown"]
    cause: Cause | None = None
    answer: Envelope | None = None
    arrival: Opened | None = None
    history: Opened | None = None
    peer: PeerProof | None = None
    peer_cause: Cause | None = None


class ScreeningShown(Ask):
    """One question to the whole federation: its statement, the notice that it names, and who answered what."""

    inquiry: Envelope
    notice: Envelope
    entry: Logged | None
    asked: Annotated[tuple[OfficeShown, ...], Field(max_length=MAX_OFFICES)]


class Receipt(Ask):
    """The whole file. `checkpoint` is one of the asker's log, with its witnesses' cosignatures."""

    format: Literal["jejak-receipt/1"] = "jejak-receipt/1"
    office: OfficeId
    case: Ref
    made_at: WireMoment
    checkpoint: Note
    roster: RosterShown
    screenings: Annotated[tuple[ScreeningShown, ...], Field(min_length=1, max_length=MAX_SCREENINGS)]


class EvidenceFile(LogEvidence):
    """Evidence against a log as a file: with the roster, it convinces whoever has the root's fingerprint."""

    roster: RosterShown | None = None
