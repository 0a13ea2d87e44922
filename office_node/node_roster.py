"""The seam `roster.current()`: the verified roster of this node, read from its own database.

Held in memory only as a copy: the counter `trust` in the database rises with every change (roster, suspension, local
denial), and a transaction that sees another value than the copy's raises TrustChangedError, so that a second process
of the same office never acts on an older list.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from office_node.domain.epoch_keys import open_epoch_keys
from office_node.domain.roster import TrustedRoster, suspension_digest, trusted
from office_node.domain.suspensions import accept_suspension
from office_node.errors import JejakError, NodeError, RosterMissingError, RosterRefusedError
from office_node.logs import log
from office_node.signing.keys import VerifyKey
from office_node.signing.repository import RosterFiles, file_of, with_target
from office_node.signing.statements import Statement
from office_node.store import counters, meta, rosters
from office_node.store.transactions import Connection
from shared_schemas.roster import Suspension, keys_target

_EPOCHS = "epochs_seen"


class TrustChangedError(NodeError):
    """The list of whom to trust changed under this transaction: load it and run again."""

    code: ClassVar[str] = "trust-changed"


@dataclass(frozen=True)
class TrustCopy:
    """What was loaded: the counter's value, the files, the indexed roster, the epoch keys that this node can open."""

    trust: int
    files: RosterFiles | None
    roster: TrustedRoster | None
    epoch_keys: Mapping[str, bytes]
    suspensions: Mapping[str, dict[str, Any]]


class NodeRoster:
    """Loads and gives the current roster."""

    def __init__(
        self, office: str, *, encryption: Mapping[str, bytes], fingerprint: str | None, training: bool = False
    ) -> None:
        self._office = office
        self._training = training
        self._fingerprint = fingerprint
        self._secrets = encryption
        self._copy = TrustCopy(-1, None, None, {}, {})

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
    def base(self) -> RosterFiles | str:
        """What an update starts from: the files held, or the fingerprint as it was typed. RosterMissingError."""
        if self._copy.files is not None:
            return self._copy.files
        if self._fingerprint is None:
            raise RosterMissingError
        return self._fingerprint

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that prove it, by path; empty before the first one came."""
        return {} if self._copy.files is None else self._copy.files.files

    @property
    def epoch_keys(self) -> Mapping[str, bytes]:
        """Epoch id to key, for the live epochs whose key this node holds."""
        return self._copy.epoch_keys

    @property
    def suspensions(self) -> Mapping[str, dict[str, Any]]:
        """The suspensions held, by digest, as envelopes."""
        return self._copy.suspensions

    def missing_targets(self) -> list[str]:
        """TUF paths of files that the roster's targets name and that are not held here, this office's own first."""
        if self._copy.files is None or self._copy.roster is None:
            return []
        proved, files = self._copy.roster.proved, self._copy.files.files
        missing = [target for target in proved.targets if file_of(files, proved, target) is None]
        return sorted(missing, key=lambda target: (target != keys_target(self._office), target))

    def target(self, target: str) -> bytes | None:
        """The body of a file that the roster's targets name; None if none is named or it has not come."""
        if self._copy.files is None or self._copy.roster is None:
            return None
        return file_of(self._copy.files.files, self._copy.roster.proved, target)

    def member_key(self, keyid: str, *, now: datetime) -> tuple[str, VerifyKey]:
        """(office, key) of a signing key that counts now; UnknownKeyError, RevokedKeyError."""
        info = self.current().key(keyid, now)
        return info.member.id, info.key

    def statement_key(self, keyid: str, *, issued_at: datetime, arrived_at: datetime) -> tuple[str, VerifyKey]:
        """(office, key) for a kept or relayed statement of that time; StatementUnknownKeyError."""
        info = self.current().statement_key(keyid, issued_at, arrived_at=arrived_at)
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
        files = rosters.files(connection)
        if files is None:
            self._copy = TrustCopy(trust, None, None, {}, {})
            return
        roster = self._of_this_mode(trusted(files, known=self._copy.roster))
        envelopes = rosters.suspensions(connection)
        held = {
            digest: Suspension.model_validate_json(Statement.from_dict(envelope).payload)
            for digest, envelope in envelopes.items()
            if digest not in roster.roster.lifted
        }
        roster = roster.under(held.values(), denied=rosters.denials(connection))
        suspensions = {digest: envelopes[digest] for digest in held}
        self._copy = TrustCopy(trust, files, roster, self._opened(files, roster), suspensions)

    def keep(self, connection: Connection, files: RosterFiles) -> None:
        """Keep these files in the place of those that the copy was loaded from.

        TrustChangedError if others are held by now; RosterRefusedError, MalformedStatementError if they prove nothing.
        """
        self.check(connection)
        self._note_epochs(connection, self._of_this_mode(trusted(files, known=self._copy.roster)))
        rosters.put(connection, files)

    def keep_targets(self, connection: Connection, bodies: Mapping[str, bytes]) -> None:
        """Keep more files that the targets name, by TUF path; RosterRefusedError, TrustChangedError."""
        self.check(connection)
        proved, files = self.current().proved, self._copy.files
        assert files is not None  # a roster was loaded from files
        for target, body in bodies.items():
            files = with_target(files, proved, target, body)
        rosters.put(connection, files)

    def keep_suspension(self, connection: Connection, envelope: dict[str, Any]) -> bool:
        """Keep a suspension that a steward or the office itself signed; False if it is held. RosterRefusedError."""
        one = accept_suspension(envelope, self.current())
        return rosters.suspend(
            connection, suspension_digest(one), member=one.member, envelope=envelope, since=one.since
        )

    def _of_this_mode(self, roster: TrustedRoster) -> TrustedRoster:
        """RosterRefusedError if real people would be mixed with invented ones."""
        if roster.roster.training != self._training:
            raise RosterRefusedError("training" if roster.roster.training else "not-training")
        return roster

    def _note_epochs(self, connection: Connection, roster: TrustedRoster) -> None:
        """Remember every epoch that there ever was; RosterRefusedError if one comes back with another key.

        What is stretched under an epoch is kept by its name: under another key of that name nobody would be found.
        """
        seen: dict[str, str] = json.loads(meta.get(connection, _EPOCHS) or "{}")
        for epoch in roster.live_epochs():
            if seen.setdefault(epoch.id, epoch.commitment) != epoch.commitment:
                raise RosterRefusedError("epoch-reused")
        meta.put(connection, _EPOCHS, value=json.dumps(seen, sort_keys=True))

    def _opened(self, files: RosterFiles, roster: TrustedRoster) -> dict[str, bytes]:
        """The live epochs' keys. The file may be older than the roster until the new one has come."""
        body = file_of(files.files, roster.proved, keys_target(self._office), or_older=True)
        try:
            return {} if body is None else open_epoch_keys(body, self._secrets, roster=roster)
        except JejakError as error:
            log.error("epoch-keys-unreadable", office=self._office, code=error.code)
            return {}
