"""The identifiers of the wire: offices, cases, keys, key kinds, tokens. Bytes travel as lower-case hex."""

from typing import Annotated

from pydantic import StringConstraints


def _hex(octets: int) -> StringConstraints:
    return StringConstraints(pattern=rf"^[0-9a-f]{{{2 * octets}}}$")


OfficeId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
"""Stable slug of one office and its node, e.g. `kanim-kalianda`."""

OfficerRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
"""An officer as her office knows her: a staff pseudonym, never a name."""

KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,39}/[a-z0-9-]{1,40}$")]
"""`<holder>/<name>`, e.g. `kanim-kalianda/sign-2026`."""

EpochId = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}[a-z]?$")]
"""The year an epoch opened in, with a letter when another opened in the same year."""

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,30}/[1-9][0-9]{0,3}$")]
"""A key kind with its version: `nik/1`."""

Ref = Annotated[str, _hex(16)]
"""Random 128-bit reference of a case, an inquiry, a screening."""

IndexTokenHex = Annotated[str, _hex(8)]
FieldTokenHex = Annotated[str, _hex(2)]
NonceHex = Annotated[str, _hex(16)]
Sha256Hex = Annotated[str, _hex(32)]
PublicKeyHex = Annotated[str, _hex(32)]
"""An Ed25519 or X25519 public key."""

VillageCode = Annotated[str, StringConstraints(pattern=r"^\d\d\.\d\d\.\d\d\.[12]\d{3}$")]
"""Kemendagri village code, e.g. `18.01.04.2001`."""
