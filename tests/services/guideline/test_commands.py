"""`jejak guideline` on the command line: check, new-key, sign; a refusal is one line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import office_node.guideline.packs
from office_node.guideline.pack import SHIPPED
from office_node.guideline.signed import prove_pack
from services.guideline.commands import make_app
from services.stewards.dialogue import Outside
from shared_schemas.roster import MemberKey

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
RUN = CliRunner()
APP = make_app(Outside(lambda: NOW, lambda octets: b"7" * octets))
PACK = Path(office_node.guideline.packs.__file__).with_name(SHIPPED)


@pytest.fixture
def phrase(tmp_path: Path) -> str:
    file = tmp_path / "phrase"
    file.write_text("kalimat sandi yang panjang\n")
    return str(file)


def test_the_shipped_pack_is_checked_and_its_unchecked_bases_are_named() -> None:
    told = RUN.invoke(APP, ["check", str(PACK)])
    assert told.exit_code == 0
    assert "40 indicators, 8 protective factors" in told.output
    assert "bases are not checked" in told.output


def test_what_is_no_pack_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text("a: &x [1]\nb: *x\n")
    told = RUN.invoke(APP, ["check", str(file)])
    assert (told.exit_code, told.stderr) == (1, "pack.yaml is no guideline: an alias or an anchor\n")
    missing = RUN.invoke(APP, ["check", str(tmp_path / "none.yaml")])
    assert missing.exit_code == 1


def test_a_pack_is_signed_with_the_kanwils_key(tmp_path: Path, phrase: str) -> None:
    made = RUN.invoke(APP, ["new-key", "kanwil-lampung", "--folder", str(tmp_path), "--passphrase-file", phrase])
    assert made.exit_code == 0, made.output
    signed = tmp_path / "signed.json"
    key = str(tmp_path / "kanwil-lampung.pem")
    told = RUN.invoke(APP, ["sign", str(PACK), "--key", key, "--to", str(signed), "--passphrase-file", phrase])
    assert told.exit_code == 0, told.output
    public = json.loads((tmp_path / "kanwil-lampung.public.json").read_text())
    listed = MemberKey(**public, valid_from=NOW, valid_until=NOW.replace(year=2027))
    pack = prove_pack(json.loads(signed.read_text()), [listed], now=NOW)
    assert pack is not None
    assert pack.name == "2026-11"
    again = RUN.invoke(APP, ["new-key", "kanwil-lampung", "--folder", str(tmp_path), "--passphrase-file", phrase])
    assert (again.exit_code, "not overwritten" in again.stderr) == (1, True)
