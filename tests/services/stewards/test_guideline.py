"""Stewards list the Kanwil's key and publish its pack from the command line, and see both before they sign."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

import office_node.guideline.packs
from office_node.guideline.pack import SHIPPED
from office_node.guideline.signed import prove_pack
from services.guideline import commands as guideline
from services.stewards.commands import make_app
from services.stewards.dialogue import Outside
from services.stewards.workspace import Workspace

OUTSIDE = Outside(lambda: datetime(2026, 11, 27, 9, tzinfo=UTC), Random(6).randbytes)
PACK = Path(office_node.guideline.packs.__file__).with_name(SHIPPED)


class Desk:
    """One steward's folder and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "phrase").write_text("kalimat sandi yang panjang\n")

    def run(self, *words: str, secret: str = "", kanwil: bool = False, fails: bool = False) -> str:
        app = (guideline.make_app if kanwil else make_app)(OUTSIDE)
        phrase = [f"--{secret}passphrase-file", str(self.folder / "phrase")]
        told = CliRunner().invoke(app, [*words, *phrase])
        assert (told.exit_code != 0) == fails, told.output
        return told.output

    def here(self, name: str) -> str:
        return str(self.folder / name)


def plain(desk: Desk, *words: str, fails: bool = False) -> str:
    told = CliRunner().invoke(make_app(OUTSIDE), [*words, "--folder", str(desk.folder)])
    assert (told.exit_code != 0) == fails, told.output
    return told.output


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk, folder = Desk(tmp_path), str(tmp_path)
    desk.run("new-key", "steward-sari", "--folder", folder)
    desk.run("new-key", "kanwil-lampung", "--folder", folder, kanwil=True)
    desk.run("sign", str(PACK), "--key", desk.here("kanwil-lampung.pem"), "--to", desk.here("pack.json"), kanwil=True)
    public = desk.here("steward-sari.public.json")
    desk.run(
        "create", "--steward", public, "--threshold", "1", "--roster-threshold", "1", "--stretch", "2",
        "--folder", folder, secret="epoch-",
    )  # fmt: skip
    return desk


def test_a_pack_is_published_with_the_roster_and_stays_with_the_next(desk: Desk) -> None:
    folder = str(desk.folder)
    assert "refused" in plain(desk, "set-guideline", desk.here("pack.json"), fails=True)
    plain(desk, "set-guideline-key", desk.here("kanwil-lampung.public.json"))
    plain(desk, "set-guideline", desk.here("pack.json"))
    shown = plain(desk, "show")
    assert "+ guideline: 2026-11, version 1, from 2026-11-01, by kanwil-lampung/guideline-2026" in shown
    assert "guideline_keys" in shown
    key = desk.here("steward-sari.pem")
    desk.run("sign", "--key", key, "--yes", "--folder", folder)
    desk.run("publish", "--key", key, "--folder", folder)
    held = Workspace(desk.folder).in_force()
    assert held is not None
    assert held.guideline is not None
    assert prove_pack(json.loads(held.guideline), held.roster.guideline_keys, now=OUTSIDE.now()) is not None
    plain(desk, "propose")
    assert "guideline" not in plain(desk, "show")
    assert "only rises" in plain(desk, "set-guideline", desk.here("pack.json"), fails=True)
    assert Workspace(desk.folder).start(epoch_keys={}).guideline == held.guideline
