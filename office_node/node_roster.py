"""The seam `roster.current()`: the verified roster of this node, read from its own database.

Held in memory only as a copy: the counter `trust` in the database rises with every change (roster, suspension, local
denial), and a transaction that sees another value than the copy's raises TrustChangedError, so that a second process
of the same office never acts on an older list.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from office_node.domain.epoch_keys import open_epoch_keys
from office_node.domain.roster import TrustedRoster, accept, suspension_digest, verified
from office_node.domain.suspensions import accept_suspension
from office_node.errors import KeyMissingError, NodeError, RosterMissingError
from office_node.signing.keys import VerifyKey
from office_node.signing.statements import Statement
from office_node.store import counters, meta, rosters
from office_node.store.transactions import Connection
from shared_schemas.roster import Root, Suspension


class TrustChangedError(NodeError):
    """The list of whom to trust changed under this transaction: load it and run again."""

    code: ClassVar[str] = "trust-changed"


@dataclass(frozen=True)
class TrustCopy:
    """What was loaded: the counter's value, the indexed roster, the epoch keys that this node can open."""

    trust: int
    roster: TrustedRoster | None
    epoch_keys: dict[str, bytes]


class NodeRoster:
    """Loads and gives the current roster."""

    def __init__(self, office: str, *, encryption_keyid: str, encryption: bytes, fingerprint: str | None) -> None:
        self._office = office
        self._fingerprint = fingerprint
        self._secrets = {encryption_keyid: encryption}
        self._copy = TrustCopy(-1, None, {})

    def current(self) -> TrustedRoster:
        """The roster in force; RosterMissingError before the first one came."""
        if self._copy.roster is None:
            raise RosterMissingError
        return self._copy.roster

    @property
    def known(self) -> bool:
        """Whether there is one."""
        return self._copy.roster is not None

    @property
    def epoch_keys(self) -> dict[str, bytes]:
        """Epoch id to key, for the live epochs whose key this node holds."""
        return self._copy.epoch_keys

    def member_key(self, keyid: str, *, now: datetime) -> tuple[str, VerifyKey]:
        """(office, key) of a signing key that counts now; UnknownKeyError, RevokedKeyError."""
        info = self.current().key(keyid, now)
        return info.member.id, info.key

    def statement_key(self, keyid: str, *, issued_at: datetime) -> tuple[str, VerifyKey]:
        """(office, key) for a kept or relayed statement of that time; StatementUnknownKeyError."""
        info = self.current().statement_key(keyid, issued_at)
        return info.member.id, info.key

    def check(self, connection: Connection) -> dict[str, int]:
        """All counters; TrustChangedError if the copy is not the newest."""
        values = counters.read(connection)
        if values.get("trust", 0) != self._copy.trust:
            raise TrustChangedError
        return values

    def load(self, connection: Connection) -> None:
        """Read roster, suspensions, denials and epoch keys again."""
        trust = counters.read(connection).get("trust", 0)
        envelope = rosters.newest(connection)
        if envelope is None:
            self._copy = TrustCopy(trust, None, {})
            return
        roster = verified(envelope, trusted_root=self._root_of(connection))
        held = [
            Suspension.model_validate_json(Statement.from_dict(one).payload) for one in rosters.suspensions(connection)
        ]
        roster = roster.under(held, denied=rosters.denials(connection))
        sealed = rosters.sealed_keys(connection, self._office)
        epoch_keys: dict[str, bytes] = {}
        if sealed is not None:
            # the file may be older than the roster until the new one is fetched; a missing epoch is unknown
            with contextlib.suppress(KeyMissingError):
                epoch_keys = open_epoch_keys(sealed, self._secrets, roster=roster, named=False)
        self._copy = TrustCopy(trust, roster, epoch_keys)

    def keep(self, connection: Connection, envelope: dict[str, Any], *, now: datetime) -> bool:
        """Keep a newer roster if its signatures count; False if it is the one held. RosterRefusedError.

        If another process keeps one too, the higher version's root stays: `put` locks what both of them change.
        """
        current = self._copy.roster
        trust: Root | str = current.root if current else self._root_of(connection)
        roster = accept(envelope, trusted_root=trust, current=current, now=now)
        kept = rosters.put(connection, roster.version, envelope=envelope, now=now)
        if kept and rosters.newest_version(connection) == roster.version:
            meta.put(connection, "root", value=roster.root.model_dump_json())
        return kept

    def keep_suspension(self, connection: Connection, envelope: dict[str, Any]) -> bool:
        """Keep a suspension that a steward or the office itself signed; False if it is held. RosterRefusedError."""
        one = accept_suspension(envelope, self.current())
        return rosters.suspend(
            connection, suspension_digest(one), member=one.member, envelope=envelope, since=one.since
        )

    def keep_epoch_keys(self, connection: Connection, file: bytes) -> bool:
        """Keep this node's file of sealed epoch keys if the roster names it and it opens. RosterRefusedError."""
        open_epoch_keys(file, self._secrets, roster=self.current())
        return rosters.put_sealed_keys(connection, self._office, body=file)

    def _root_of(self, connection: Connection) -> Root | str:
        held = meta.get(connection, "root")
        if held is not None:
            return Root.model_validate_json(held)
        if self._fingerprint is None:
            raise RosterMissingError
        return self._fingerprint
