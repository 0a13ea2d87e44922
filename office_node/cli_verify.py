"""`jejak verify FILE`: what a file proves, on any machine, without a node and without the network.

Each kind of file names itself in `format`. Another kind is one more module and one more line of `FORMATS`.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from office_node.domain.anchor import Anchor
from office_node.domain.facts import Fact, all_hold
from office_node.domain.verify_evidence import verify_evidence
from office_node.domain.verify_receipt import verify_receipt
from office_node.errors import JejakError

Verifier = Callable[[bytes, Anchor], list[Fact]]
FORMATS: Mapping[str, Verifier] = {
    "jejak-receipt/1": verify_receipt,
    "jejak-log-evidence/1": verify_evidence,
}
MAX_OCTETS = 64 * 1024 * 1024


class UnreadableError(Exception):
    """The file cannot be read as anything that is verified here; its text says why."""


def verify(
    file: Annotated[Path, typer.Argument(help="A receipt, or evidence against a log.")],
    root_fingerprint: Annotated[
        str | None, typer.Option(help="32 hex digits of the stewards' root, as one of them reads them out.")
    ] = None,
    roster_dir: Annotated[
        Path | None, typer.Option(help="A roster that you trust (metadata, targets, suspensions), for the file's own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a file proves, one sentence a fact, offline and with public keys alone.

    Exit 0 if all holds, 1 if anything does not, 2 if the file cannot be read.
    """
    try:
        kind, data = read_file(file)
        facts = FORMATS[kind](data, _anchor(root_fingerprint, roster_dir))
    except (UnreadableError, JejakError, OSError) as error:
        text = error.strerror if isinstance(error, OSError) else str(error)
        typer.echo(f"{file}: {text}", err=True)
        raise typer.Exit(2) from error
    holds = all_hold(facts)
    typer.echo(_as_json(kind, facts, holds=holds) if as_json else _as_text(facts, holds=holds))
    raise typer.Exit(0 if holds else 1)


def read_file(file: Path) -> tuple[str, bytes]:
    """The kind of the file and its bytes; UnreadableError, OSError."""
    with file.open("rb") as opened:
        data = opened.read(MAX_OCTETS + 1)
    if len(data) > MAX_OCTETS:
        raise UnreadableError(f"larger than {MAX_OCTETS // 2**20} MB")
    try:
        value = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no JSON, or not all of it") from error
    kind = value.get("format") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in FORMATS:
        raise UnreadableError(f"none of {', '.join(FORMATS)}")
    return kind, data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no member stands twice: two programs could read two things. ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _anchor(fingerprint: str | None, folder: Path | None) -> Anchor:
    """UnreadableError, OSError."""
    if folder is None:
        if fingerprint is None:
            raise UnreadableError("give --root-fingerprint (a steward reads it out) or --roster-dir")
        return Anchor(fingerprint)
    if not (folder / "metadata").is_dir():
        raise UnreadableError(f"{folder} holds no roster")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for top in ("metadata", "targets")
        for path in sorted((folder / top).rglob("*.json"))
    }
    try:
        suspensions = [json.loads(path.read_bytes()) for path in sorted((folder / "suspensions").glob("*.json"))]
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"a suspension in {folder} is no JSON") from error
    return Anchor(fingerprint, files, tuple(suspensions))


def _as_text(facts: list[Fact], *, holds: bool) -> str:
    lines = [f"{'ok   ' if one.holds else 'FALSE'}  {one.text}" for one in facts]
    wrong = sum(not one.holds for one in facts)
    last = "All of this holds." if holds else f"{wrong} of {len(facts)} sentences do not hold."
    return "\n".join([*lines, last])


def _as_json(kind: str, facts: list[Fact], *, holds: bool) -> str:
    told = [
        {"holds": one.holds, "text": one.text, "office": one.office, "outcome": one.outcome} for one in facts
    ]  # fmt: skip
    return json.dumps({"format": kind, "holds": holds, "facts": told}, indent=2)
