"""`jejak directory`: serve a folder of published rosters."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from services.directory.app import create_directory

app = typer.Typer(no_args_is_help=True, help="The directory, which gives out the published roster.")


@app.callback()
def directory() -> None:
    """The directory, which gives out the published roster."""


@app.command()
def serve(
    folder: Annotated[Path, typer.Option(exists=True, file_okay=False, help="What `steward publish` fills.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8440,
) -> None:
    """Serve what is published in FOLDER; a new version is served from the moment it is published."""
    # No proxy header is read: nothing here depends on who asks or by which name.
    uvicorn.run(
        create_directory(folder),
        host=host,
        port=port,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
    )
