"""How steward commands talk: a passphrase from a prompt or a file, one plain line for what went wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from office_node.errors import JejakError
from services.stewards.drafts import Random, StewardError

Folder = Annotated[Path, typer.Option("--folder", help="The stewards' working folder.")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="First line: passphrase of the key. Asked for if absent.")
]
EpochPassphraseFile = Annotated[
    Path | None,
    typer.Option("--epoch-passphrase-file", help="First line: passphrase of the epoch keys. Asked for if absent."),
]
KeyFile = Annotated[Path, typer.Option("--key", help="The steward's key file.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="The stewards' signatures count for so many days.")]
To = Annotated[list[Path] | None, typer.Option("--to", help="A directory's folder to publish to; may be repeated.")]


@dataclass(frozen=True)
class Outside:
    """What the commands take from outside: the clock's now, and randomness."""

    now: Callable[[], datetime]
    random: Random


@contextmanager
def plainly() -> Iterator[None]:
    """A refusal is one line on standard error and exit status 1, never a traceback."""
    try:
        yield
    except StewardError as error:
        stop(str(error))
    except JejakError as error:
        stop(f"refused: {error}")
    except ValidationError:
        stop("a file does not have its form")
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")


def stop(text: str) -> None:
    """Say why, and end with status 1."""
    typer.echo(text, err=True)
    raise typer.Exit(1)


def passphrase(file: Path | None, *, of: str, new: bool = False) -> bytes:
    """The passphrase from the file's first line, or asked for; twice if it is a new one."""
    if file is None:
        text: str = typer.prompt(f"Passphrase of {of}", hide_input=True, confirmation_prompt=new)
        return text.encode()
    lines = file.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0]:
        raise StewardError(f"{file} holds no passphrase")
    return lines[0].encode()


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in this file; StewardError."""
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise StewardError(f"{path} is not JSON") from error
    if not isinstance(value, dict):
        raise StewardError(f"{path} holds no JSON object")
    return value
