"""Steward commands on partners: list one with its rights, from a file that was agreed on with the agency; end one.

The file is the entry as it will stand in the roster. `show` prints each right before anybody signs.
"""

from pathlib import Path
from typing import Annotated

import typer

from services.stewards.dialogue import Days, Folder, Outside, plainly
from services.stewards.drafting import DAYS, redate
from services.stewards.drafts import Change, Draft, StewardError, amended
from services.stewards.workspace import Workspace
from shared_schemas.partner import Partner

HERE = Path()


def add_commands(app: typer.Typer, outside: Outside) -> None:
    """Put the commands into the application."""

    @app.command()
    def set_partner(
        file: Annotated[Path, typer.Argument(help="The partner's entry as JSON (docs/partners.md).")],
        days: Days = DAYS,
        folder: Folder = HERE,
    ) -> None:
        """List a partner agency with its keys and rights, for 90 days at most; an earlier entry is replaced."""
        with plainly():
            partner = Partner.model_validate_json(file.read_bytes())
            if partner.valid_until <= outside.now():
                raise StewardError("these rights are over already")
            redate(Workspace(folder), outside, changes=[with_partner(partner)], days=days)

    @app.command()
    def remove_partner(partner: str, days: Days = DAYS, folder: Folder = HERE) -> None:
        """Take a partner off the roster; to stop it at once, `suspend` it as well."""
        with plainly():
            redate(Workspace(folder), outside, changes=[without_partner(partner)], days=days)


def with_partner(partner: Partner) -> Change:
    """This entry, in the place of the one before."""

    def change(draft: Draft) -> Draft:
        others = (one for one in draft.roster.partners if one.id != partner.id)
        listed = sorted((*others, partner), key=lambda one: one.id)
        return amended(draft, partners=tuple(listed))

    return change


def without_partner(partner: str) -> Change:
    """The partner is listed no more; StewardError if it was not."""

    def change(draft: Draft) -> Draft:
        left = tuple(one for one in draft.roster.partners if one.id != partner)
        if len(left) == len(draft.roster.partners):
            raise StewardError(f"no partner is called {partner}")
        return amended(draft, partners=left)

    return change
