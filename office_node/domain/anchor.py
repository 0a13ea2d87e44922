"""Which keys a file is verified with: a roster in public files, trusted by its root's fingerprint alone. No clock.

The files are judged at the time at which their timestamp was signed: that they have run out since says nothing about
what was signed then. That they are too old for what they are to prove is seen by `standing`.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from office_node.domain.roster import TrustedRoster, trusted
from office_node.domain.suspensions import accept_suspension
from office_node.errors import JejakError, MalformedStatementError, RosterRefusedError
from office_node.signing.keys import VerifyKey, verify_key
from office_node.signing.repository import TIMESTAMP, fingerprint_of, newest_root
from office_node.signing.tuf_client import answer, mirror, update
from shared_schemas.receipt import RosterShown
from shared_schemas.roster import Member

_FIRST, _LAST = 1_577_836_800, 32_503_680_000
"""2020 and 3000, in Unix seconds: another time is none that a timestamp was signed at."""


@dataclass(frozen=True)
class Anchor:
    """What the reader trusts: a root's fingerprint as it was typed, or a roster of her own (files and suspensions)."""

    fingerprint: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    suspensions: tuple[Mapping[str, Any], ...] = ()


class Standing(NamedTuple):
    """Whether a key of a member counted at a moment; why not, in words."""

    counted: bool
    reason: str = ""


def roster_from(anchor: Anchor, shown: RosterShown | None) -> TrustedRoster:
    """The roster of the reader's own files, else that of the file itself; RosterRefusedError, MalformedStatementError.

    Suspensions of both count, where a steward or the office has signed them.
    """
    files = anchor.files or _files(shown)
    if not files:
        raise RosterRefusedError("missing-file")
    if anchor.fingerprint is None and not anchor.files:
        raise RosterRefusedError("no-fingerprint")
    typed = anchor.fingerprint or fingerprint_of(newest_root(files))
    held = answer(update(typed, now=_stamped_at(files)), mirror(files))
    assert held is not None  # from a fingerprint there is always something new
    roster = trusted(held)
    envelopes = [*anchor.suspensions, *(one.model_dump(mode="json") for one in (shown.suspensions if shown else ()))]
    accepted = []
    for envelope in envelopes:
        try:
            accepted.append(accept_suspension(dict(envelope), roster))
        except RosterRefusedError as refused:
            if refused.reason not in ("lifted", "no-member"):
                raise
    return roster.under(accepted)


def shown_roster(files: Mapping[str, bytes], suspensions: Mapping[str, Mapping[str, Any]]) -> RosterShown:
    """The public part of the files that a node holds, and the suspensions in force."""
    public = {path: base64.b64encode(body).decode("ascii") for path, body in files.items() if "/keys/" not in path}
    envelopes = [suspensions[digest] for digest in sorted(suspensions)]
    return RosterShown.model_validate({"files": public, "suspensions": envelopes})


def standing(roster: TrustedRoster, keyid: str, *, issuer: str, moment: datetime) -> Standing:
    """Whether this key of this member counted then, by the roster; of stolen ones `stolen_since` says more."""
    member = roster.member(issuer)
    if member is None:
        return Standing(False, f"{issuer} is no member of the roster")
    try:
        info = roster.key_of_then(keyid, moment)
    except JejakError:
        return Standing(False, f"the key {keyid} is not in the roster, or did not count at {said(moment)}")
    if info.member.id != issuer:
        return Standing(False, f"the key {keyid} is not one of {issuer}")
    if not covers(member, moment):
        return Standing(False, f"{issuer} was no member at {said(moment)}")
    if roster.shut_out(issuer, moment):
        return Standing(False, f"{issuer} was suspended at {said(moment)}")
    if roster.stage(moment) == "untrusted":
        return Standing(False, f"the roster in use had run out long before {said(moment)}")
    return Standing(True)


def covers(member: Member, moment: datetime) -> bool:
    """Whether it was a member then."""
    return member.valid_from <= moment and (member.valid_until is None or moment < member.valid_until)


def stolen_since(roster: TrustedRoster, office: str) -> datetime | None:
    """Since when a steward says that the office's key is in other hands."""
    return roster.compromised_since.get(office)


def listed_keys(roster: TrustedRoster, office: str) -> dict[str, VerifyKey]:
    """Every signing key that the roster lists for the office, old ones too, by key id."""
    member = roster.member(office)
    return {} if member is None else {key.keyid: verify_key(key.key) for key in member.signing_keys}


def said(moment: datetime) -> str:
    """A time in a sentence."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _files(shown: RosterShown | None) -> dict[str, bytes]:
    try:
        return {} if shown is None else {path: base64.b64decode(b, validate=True) for path, b in shown.files.items()}
    except (binascii.Error, ValueError) as error:
        raise MalformedStatementError("a file of the roster is not base64") from error


def _stamped_at(files: Mapping[str, bytes]) -> datetime:
    """When the timestamp was signed, by its own word: its version. What it says is verified at that time."""
    try:
        seconds = json.loads(files[TIMESTAMP])["signed"]["version"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RosterRefusedError("malformed") from error
    if type(seconds) is not int or not _FIRST <= seconds <= _LAST:
        raise RosterRefusedError("malformed")
    return datetime.fromtimestamp(seconds, UTC)
