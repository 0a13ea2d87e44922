"""A steward's folder: the draft, the signatures on it, and a copy of what is published.

    draft/roster.json              the unsigned draft, canonical JSON: exactly the bytes that are signed
    draft/keys/<office>.json       its sealed epoch keys
    draft/signatures/<steward>.json  an envelope with one steward's signature
    published/                     as the directory serves it
    epoch-keys.sealed              the epoch keys under a passphrase

Changing the draft drops the signatures on it: they are for other bytes.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from office_node.domain.roster import TrustedRoster, parse, unverified_payload, verified
from office_node.signing.canonical import canonical
from services.directory.publish import Published, read_published, write_durably
from services.stewards.drafts import Draft, StewardError
from services.stewards.keyfiles import replace_secret, unlock_epoch_keys
from shared_schemas.roster import Roster


@dataclass(frozen=True)
class Workspace:
    """The folder of one steward, or one that several share."""

    folder: Path

    @property
    def published_folder(self) -> Path:
        """The copy of what is in force."""
        return self.folder / "published"

    @property
    def _draft(self) -> Path:
        return self.folder / "draft"

    @property
    def _epoch_keys(self) -> Path:
        return self.folder / "epoch-keys.sealed"

    def published(self) -> Published | None:
        """What is in force, or None."""
        return read_published(self.published_folder)

    def trusted(self) -> TrustedRoster | None:
        """The roster in force with its signatures verified, or None."""
        held = self.published()
        if held is None:
            return None
        return verified(held.envelope, trusted_root=parse(unverified_payload(held.envelope)).root)

    def draft_roster(self) -> Roster | None:
        """The roster of the draft, or None if there is no draft."""
        path = self._draft / "roster.json"
        return parse(path.read_bytes()) if path.exists() else None

    def start(self, *, epoch_keys: Mapping[str, bytes]) -> Draft:
        """What a change starts from: the draft, or what is in force; StewardError if there is neither."""
        roster = self.draft_roster()
        if roster is not None:
            files = (self._draft / "keys").glob("*.json")
            return Draft(roster, epoch_keys, {path.stem: path.read_bytes() for path in files})
        trusted, held = self.trusted(), self.published()
        if trusted is None or held is None:
            raise StewardError(f"no roster is in {self.folder}; begin with 'create'")
        return Draft(trusted.roster, epoch_keys, held.sealed)

    def next_number(self) -> int:
        """The version that comes next."""
        trusted = self.trusted()
        return 1 if trusted is None else trusted.version + 1

    def write_draft(self, draft: Draft) -> None:
        """Keep the draft in the place of any earlier one and of its signatures."""
        fresh = self.folder / ".draft.new"
        shutil.rmtree(fresh, ignore_errors=True)
        (fresh / "keys").mkdir(parents=True)
        write_durably(fresh / "roster.json", canonical(draft.roster.model_dump(mode="json")))
        for office, file in draft.sealed.items():
            write_durably(fresh / "keys" / f"{office}.json", file)
        self.drop_draft()
        fresh.rename(self._draft)

    @property
    def signatures(self) -> Path:
        """Where the signatures on the draft are kept, one file a steward."""
        return self._draft / "signatures"

    def draft_payload(self) -> bytes:
        """The bytes that are signed; StewardError if there is no draft."""
        path = self._draft / "roster.json"
        if not path.exists():
            raise StewardError("there is no draft; begin with 'propose'")
        return path.read_bytes()

    def drop_draft(self) -> None:
        """Forget the draft and the signatures on it."""
        shutil.rmtree(self._draft, ignore_errors=True)

    def epoch_keys(self, passphrase: bytes) -> dict[str, bytes]:
        """Epoch id to key; StewardError."""
        if not self._epoch_keys.exists():
            raise StewardError(f"{self._epoch_keys} is missing")
        return unlock_epoch_keys(self._epoch_keys.read_bytes(), passphrase)

    def write_epoch_keys(self, file: bytes) -> None:
        """Keep the locked epoch keys."""
        replace_secret(self._epoch_keys, file)
