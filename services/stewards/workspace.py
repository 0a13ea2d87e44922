"""A steward's folder: the draft, the signatures on it, and a copy of what is published.

    draft/roster.json              the list in the making, canonical JSON
    draft/keys/<office>.json       its sealed epoch keys
    draft/guideline.json           the signed guideline, if there is one
    draft/draft.json               the stewards from then on, and until when it counts
    draft/metadata/<role>.json     TUF metadata without signatures: exactly what is signed (root only if it changes)
    draft/signatures/<steward>.json  one steward's signatures, by role
    published/                     as the directory serves it
    epoch-keys.sealed              the epoch keys under a passphrase

Changing the draft drops the signatures on it: they are for other bytes.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata
from tuf.api.metadata import Root as TufRoot

from office_node.domain.roster import TrustedRoster, parse, trusted
from office_node.signing.canonical import canonical
from office_node.signing.repository import file_of, newest_root
from services.directory.publish import Published, read_published, write_durably
from services.stewards.differences import Shown
from services.stewards.drafts import Draft, StewardError
from services.stewards.keyfiles import replace_secret, unlock_epoch_keys
from services.stewards.metadata import COMPACT, unsigned
from shared_schemas.base import rfc3339
from shared_schemas.guideline import GUIDELINE_TARGET
from shared_schemas.roster import Root, Roster, keys_target


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
        return None if held is None else trusted(held.held)

    def root_in_force(self) -> TufRoot | None:
        """The TUF root in force, or None."""
        held = self.published()
        return None if held is None else Metadata[TufRoot].from_bytes(newest_root(held.held.files)).signed

    def in_force(self) -> Shown | None:
        """What a draft is compared with, or None."""
        held = self.published()
        if held is None:
            return None
        roster = trusted(held.held)
        offices = [member.id for member in roster.roster.members]
        sealed = {office: file_of(held.held.files, roster.proved, keys_target(office)) for office in offices}
        files = {office: body for office, body in sealed.items() if body is not None}
        guideline = file_of(held.held.files, roster.proved, GUIDELINE_TARGET)
        return Shown(roster.roster, roster.root, roster.proved.signed_until, files, guideline)

    def draft_roster(self) -> Roster | None:
        """The roster of the draft, or None if there is no draft."""
        path = self._draft / "roster.json"
        return parse(path.read_bytes()) if path.exists() else None

    def start(self, *, epoch_keys: Mapping[str, bytes]) -> Draft:
        """What a change starts from: the draft, or what is in force; StewardError if there is neither."""
        roster = self.draft_roster()
        if roster is not None:
            files = {path.stem: path.read_bytes() for path in (self._draft / "keys").glob("*.json")}
            facts = json.loads((self._draft / "draft.json").read_bytes())
            root, until = Root.model_validate(facts["root"]), datetime.fromisoformat(facts["expires_at"])
            pack = self._draft / "guideline.json"
            guideline = pack.read_bytes() if pack.exists() else None
            return Draft(root, roster, until, facts["root_before"], epoch_keys, files, guideline)
        held = self.in_force()
        if held is None:
            raise StewardError(f"no roster is in {self.folder}; begin with 'create'")
        return Draft(
            held.root, held.roster, held.expires_at, held.root.version, epoch_keys, held.sealed, held.guideline
        )

    def next_number(self) -> int:
        """The version that comes next."""
        trusted_roster = self.trusted()
        return 1 if trusted_roster is None else trusted_roster.version + 1

    def write_draft(self, draft: Draft, *, now: datetime) -> None:
        """Keep the draft in the place of any earlier one and of its signatures."""
        fresh = self.folder / ".draft.new"
        shutil.rmtree(fresh, ignore_errors=True)
        (fresh / "keys").mkdir(parents=True)
        write_durably(fresh / "roster.json", canonical(draft.roster.model_dump(mode="json")))
        facts = {
            "root": draft.root.model_dump(mode="json"),
            "root_before": draft.root_before,
            "expires_at": rfc3339(draft.expires_at),
        }
        write_durably(fresh / "draft.json", canonical(facts))
        for role, metadata in unsigned(draft, now=now).items():
            write_durably(fresh / "metadata" / f"{role}.json", metadata.to_bytes(COMPACT))
        for office, file in draft.sealed.items():
            write_durably(fresh / "keys" / f"{office}.json", file)
        if draft.guideline is not None:
            write_durably(fresh / "guideline.json", draft.guideline)
        self.drop_draft()
        fresh.rename(self._draft)

    @property
    def signatures(self) -> Path:
        """Where the signatures on the draft are kept, one file a steward."""
        return self._draft / "signatures"

    def draft_metadata(self) -> dict[str, Metadata[Any]]:
        """What is signed, by role; StewardError if there is no draft."""
        paths = sorted((self._draft / "metadata").glob("*.json"))
        if not paths:
            raise StewardError("there is no draft; begin with 'propose'")
        return {path.stem: Metadata.from_bytes(path.read_bytes()) for path in paths}

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
