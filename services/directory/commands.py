"""`jejak directory`: serve a folder of published rosters."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from office_node.clock import SystemClock
from office_node.signing.keys import SigningKey
from office_node.signing.repository import prove
from services.directory.app import create_directory
from services.directory.publish import read_published
from services.stewards.ceremony import key_in
from services.stewards.dialogue import PassphraseFile, passphrase, plainly
from services.stewards.drafts import StewardError
from services.stewards.keyfiles import seed_from_pem

app = typer.Typer(no_args_is_help=True, help="The directory, which gives out the published roster.")


@app.callback()
def directory() -> None:
    """The directory, which gives out the published roster."""


@app.command()
def serve(
    folder: Annotated[Path, typer.Option(exists=True, file_okay=False, help="What `steward publish` fills.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8440,
    key: Annotated[Path | None, typer.Option(help="Online key: signs the timestamp anew every hour.")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Serve what is published in FOLDER; a new version is served from the moment it is published."""
    with plainly():
        online = None if key is None else _online_key(folder, key, passphrase_file)
    # No proxy header is read: nothing here depends on who asks or by which name.
    uvicorn.run(
        create_directory(folder, clock=SystemClock(), key=online),
        host=host,
        port=port,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
    )


def _online_key(folder: Path, file: Path, passphrase_file: Path | None) -> SigningKey:
    """The key under the id by which the published root knows it; StewardError if it does not."""
    seed = seed_from_pem(file.read_bytes(), passphrase(passphrase_file, of=str(file)))
    published = read_published(folder)
    if published is None:
        raise StewardError("nothing is published yet; without --key the directory can wait for it")
    return key_in(seed, [prove(published.held).root])
