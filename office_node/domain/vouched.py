"""A checkpoint in a file: whose log it is, who has cosigned it, and by when what it holds must have been there."""

from datetime import UTC, datetime
from typing import NamedTuple

from office_node.domain.anchor import listed_keys, said, standing, stolen_since
from office_node.domain.facts import UntrueError
from office_node.domain.merkle import verify_inclusion
from office_node.domain.roster import TrustedRoster
from office_node.domain.witness import office_of, quorum
from office_node.errors import MalformedStatementError
from office_node.signing.notes import Checkpoint, SignedCheckpoint, cosigned_at, is_signed, read_checkpoint

_LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


class Vouched(NamedTuple):
    """A checkpoint that its office has signed, and the witnesses that had cosigned it by `known_by`.

    `needed` is how many must have; 0 if the roster names no witness. `known_by` is set once there are enough.
    """

    point: Checkpoint
    witnesses: tuple[str, ...]
    needed: int
    known_by: datetime | None

    @property
    def generation(self) -> int:
        """Which of the office's logs it is."""
        return int(self.point.origin.rpartition("/")[2])

    def text(self) -> str:
        """What was found, as a sentence."""
        signed = f"The log {self.point.origin} has {self.point.size} entries, as its office has signed"
        if not self.needed:
            return f"{signed}; the roster names no witness that could vouch for it."
        who = ", ".join(self.witnesses) or "none"
        if self.known_by is None:
            return f"{signed}; {self.needed} witnesses are needed to vouch for it, and these have: {who}."
        return f"{signed} and {len(self.witnesses)} witnesses ({who}; {self.needed} needed) by {said(self.known_by)}."

    def holds(self, leaf: bytes, *, index: int, proof: tuple[str, ...]) -> bool:
        """Whether the leaf is in this tree at this place."""
        steps = [bytes.fromhex(step) for step in proof]
        return verify_inclusion(leaf, index=index, size=self.point.size, proof=steps, root_hash=self.point.root)


def vouched(note: str, *, office: str, roster: TrustedRoster) -> Vouched:
    """The checkpoint of this office's log, verified; UntrueError."""
    try:
        signed = read_checkpoint(note)
    except MalformedStatementError as error:
        raise UntrueError(f"The checkpoint of {office} has not the form of one.") from error
    whose = office_of(signed.checkpoint.origin)
    if whose != office:
        raise UntrueError(f"The checkpoint is of a log of {whose or 'nobody'}, not of one of {office}.")
    keyids = [keyid for keyid, key in listed_keys(roster, office).items() if is_signed(signed, key)]
    if not keyids:
        raise UntrueError(f"No key that the roster lists for {office} has signed its checkpoint.")
    times = _cosigned(signed, office=office, roster=roster)
    member = roster.member(office)
    named = () if member is None else member.witnesses
    needed = quorum(len(named)) if named else 0
    known_by = sorted(times.values())[needed - 1] if needed and len(times) >= needed else None
    if known_by is not None:
        _see_key_counted(roster, office, keyids, known_by)
    return Vouched(signed.checkpoint, tuple(sorted(times)), needed, known_by)


def _see_key_counted(roster: TrustedRoster, office: str, keyids: list[str], known_by: datetime) -> None:
    """UntrueError unless one of the keys that signed counted when witnesses saw it."""
    found = [standing(roster, keyid, issuer=office, moment=known_by) for keyid in keyids]
    if not any(one.counted for one in found):
        raise UntrueError(f"The checkpoint of {office} does not count: {found[0].reason}.")
    since = stolen_since(roster, office)
    if since is not None and since <= known_by:
        raise UntrueError(
            f"The checkpoint of {office} does not count: its key was in other hands from {said(since)} on, and no"
            f" witness saw the checkpoint before that."
        )


def _cosigned(signed: SignedCheckpoint, *, office: str, roster: TrustedRoster) -> dict[str, datetime]:
    """When each witness that the roster names cosigned, with a key that counted then and was never stolen.

    Whoever has stolen a witness's key can write any time into a cosignature.
    """
    member = roster.member(office)
    times: dict[str, datetime] = {}
    for witness in dict.fromkeys(() if member is None else member.witnesses):
        if stolen_since(roster, witness) is not None:
            continue
        for keyid, key in listed_keys(roster, witness).items():
            seconds = cosigned_at(signed, name=witness, key=key)
            if seconds is None or seconds > _LATEST:
                continue
            moment = datetime.fromtimestamp(seconds, UTC)
            if standing(roster, keyid, issuer=witness, moment=moment).counted:
                times[witness] = max(moment, times.get(witness, moment))
    return times
