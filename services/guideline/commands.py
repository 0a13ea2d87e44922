"""`jejak guideline`: an edition is checked, simulated at an office, signed by the Kanwil, then published by stewards.

new-key (once) → stewards: set-guideline-key → check → simulate → sign → stewards: set-guideline … publish.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from office_node.cli_opened import with_node
from office_node.guideline.audit import Line, Share
from office_node.guideline.pack import PackError, read_pack
from office_node.guideline.signed import sign_pack
from office_node.signing.keys import SigningKey
from office_node.usecases.simulate_guideline import simulate_guideline
from services.directory.publish import write_durably
from services.stewards.dialogue import Folder, KeyFile, Outside, PassphraseFile, passphrase, plainly, read_json
from services.stewards.drafts import StewardError
from services.stewards.keyfiles import key_to_pem, seed_from_pem, write_secret
from shared_schemas.guideline import Pack
from shared_schemas.ids import KeyId

HERE = Path()
PackFile = Annotated[Path, typer.Argument(help="The pack as YAML.")]


def make_app(outside: Outside) -> typer.Typer:
    """The commands, with clock and randomness handed in."""
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, help="The guideline (Pedoman).", pretty_exceptions_enable=False
    )
    _add_looking(app)
    _add_signing(app, outside)
    return app


def _add_looking(app: typer.Typer) -> None:
    @app.command()
    def check(file: PackFile) -> None:
        """Say whether a file is a pack, what is in it, and which of its bases nobody has checked."""
        with plainly():
            pack = _read(file)
            typer.echo(f"{pack.name}, version {pack.version}, from {pack.effective_from}: {_size(pack)}")
            unchecked = [basis.code for basis in pack.bases if not basis.checked]
            if unchecked:
                typer.echo(f"{len(unchecked)} of {len(pack.bases)} bases are not checked: {', '.join(unchecked)}")

    @app.command()
    def simulate(file: PackFile) -> None:
        """Show which of this office's cases would change level, by group; counts with 95 % intervals, no names."""
        with plainly():
            pack = _read(file)
            lines = with_node(lambda node: simulate_guideline(node, pack))
            typer.echo(f"{'group':28} {'cases':>6} {'rise':>5} {'fall':>5}  flagged before, after")
            for line in lines:
                typer.echo(_told(line))


def _add_signing(app: typer.Typer, outside: Outside) -> None:
    @app.command()
    def new_key(
        name: Annotated[str, typer.Argument(help="The Kanwil, such as kanwil-lampung.")],
        folder: Folder = HERE,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Make the key that signs the guideline: NAME.pem (secret, keep it offline) and NAME.public.json."""
        with plainly():
            key = SigningKey(f"{name}/guideline-{outside.now().year}", outside.random(32))
            secret = passphrase(passphrase_file, of=f"the new key of {name}", new=True)
            write_secret(folder / f"{name}.pem", key_to_pem(key.seed, secret))
            public = {"keyid": key.keyid, "key": key.public_hex}
            write_durably(folder / f"{name}.public.json", json.dumps(public, indent=1).encode())
            typer.echo(f"{folder / name}.pem and {folder / name}.public.json; key {key.keyid} {key.public_hex}")

    @app.command()
    def sign(
        file: PackFile,
        key: KeyFile,
        to: Annotated[Path | None, typer.Option(help="Where to; beside the pack as .json if absent.")] = None,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Sign a pack with the Kanwil's key, whose NAME.public.json lies beside it; stewards publish the result."""
        with plainly():
            pack = _read(file)
            keyid: KeyId = str(read_json(key.with_suffix(".public.json")).get("keyid", ""))
            seed = seed_from_pem(key.read_bytes(), passphrase(passphrase_file, of=str(key)))
            signed = to or file.with_suffix(".json")
            write_durably(signed, json.dumps(sign_pack(pack, key=SigningKey(keyid, seed))).encode())
            typer.echo(f"signed: {signed}, {pack.name}, version {pack.version}, from {pack.effective_from}")


def _read(file: Path) -> Pack:
    try:
        return read_pack(file.read_bytes())
    except PackError as error:
        raise StewardError(f"{file.name} is no guideline: {error.rule}") from error


def _size(pack: Pack) -> str:
    return (
        f"{len(pack.indicators)} indicators, {len(pack.protective)} protective factors, {len(pack.questions)} questions"
    )


def _told(line: Line) -> str:
    group = f"{line.kind} {line.group}".strip()
    return f"{group:28} {line.cases:6} {line.rises:5} {line.falls:5}  {_share(line.before)}, {_share(line.after)}"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.count}/{share.of} ({100 * low:.1f}-{100 * high:.1f} %)"
