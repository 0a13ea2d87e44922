"""What stewards do with the guideline: list the key that signs it, and publish the pack that it has signed.

They vouch for the key and pass the pack on; what stands in it is for the Kanwil, whose key it is.
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from office_node.errors import JejakError
from office_node.guideline.signed import prove_pack, read_signed
from office_node.signing.canonical import canonical
from services.stewards import drafts
from services.stewards.dialogue import Days, Folder, Outside, plainly, read_json
from services.stewards.drafting import DAYS, redate
from services.stewards.drafts import Change, Draft, StewardError
from services.stewards.workspace import Workspace
from shared_schemas.roster import MemberKey

HERE = Path()
KEY_DAYS = 3 * 366


def add_commands(app: typer.Typer, outside: Outside) -> None:
    """Put the commands into the application."""

    @app.command()
    def set_guideline_key(
        public: Annotated[Path, typer.Argument(help="NAME.public.json, made by `jejak guideline new-key`.")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """List the Kanwil's key, which signs the guideline from now on; an earlier one is dropped."""
        with plainly():
            now, held = outside.now(), read_json(public)
            until = now + timedelta(days=KEY_DAYS)
            key = MemberKey(keyid=held.get("keyid", ""), key=held.get("key", ""), valid_from=now, valid_until=until)
            redate(Workspace(folder), outside, changes=[with_guideline_key(key)], days=days)

    @app.command()
    def set_guideline(
        file: Annotated[Path, typer.Argument(help="The pack, signed by `jejak guideline sign`.")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """Publish this signed guideline with the roster; it counts from its own day on."""
        with plainly():
            redate(Workspace(folder), outside, changes=[with_guideline(read_json(file), outside=outside)], days=days)


def with_guideline_key(key: MemberKey) -> Change:
    """This key, and no other, signs the guideline; a pack that another key signed is published no longer.

    Offices that have taken that pack keep it until one of a higher version comes.
    """

    def change(draft: Draft) -> Draft:
        amended = drafts.amended(draft, guideline_keys=(key,))
        if draft.guideline is None or read_signed(json.loads(draft.guideline))[0].keyid == key.keyid:
            return amended
        return replace(amended, guideline=None)

    return change


def with_guideline(envelope: dict[str, object], *, outside: Outside) -> Change:
    """This pack goes with the roster; StewardError unless the listed key signed it and its version is higher."""

    def change(draft: Draft) -> Draft:
        before = 0 if draft.guideline is None else read_signed(json.loads(draft.guideline))[1].version
        try:
            pack = prove_pack(envelope, draft.roster.guideline_keys, now=outside.now(), known_version=before)
        except JejakError as error:
            raise StewardError(f"this guideline is refused: {error}") from error
        if pack is None:
            raise StewardError(f"version {before} is published; a guideline only rises")
        return replace(draft, guideline=canonical(envelope))

    return change
