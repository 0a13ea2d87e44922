"""The receipt in the demonstration: written on Kotabumi's machine, verified with the fingerprint alone, then edited."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from services.simulator.processes import DemoError, Stand

Say = Callable[[str], None]


class Machine(Protocol):
    """What is needed of an office: its environment, and a folder."""

    @property
    def env(self) -> dict[str, str]:
        """The settings of its node."""
        ...

    @property
    def home(self) -> Path:
        """Its folder."""
        ...


def show_receipt(
    office: Machine, case: str, *, stand: Stand, fingerprint: str, say: Say
) -> Mapping[str, bool]:  # fmt: skip
    """Write it with the peers' proofs, verify it without any node, and verify a copy in which an answer is gone."""
    say("\n[bold]5. Kotabumi takes out a receipt[/]: who was asked about the first woman, and what each answered.")
    receipt, edited = office.home / "receipt.json", office.home / "edited.json"
    stand.run("receipt", case, "--ask-peers", "--out", str(receipt), env=office.env)
    say("   Anyone verifies it offline, with the fingerprint of the stewards' root and nothing else:")
    told = stand.run("verify", str(receipt), "--root-fingerprint", fingerprint, env={})
    for line in told.splitlines():
        say(f"     {line}")
    whole = json.loads(receipt.read_bytes())
    for one in whole["screenings"][0]["asked"]:
        one.update(outcome="no_hit" if one["outcome"] == "hit" else one["outcome"])
    edited.write_text(json.dumps(whole), encoding="utf-8")
    try:
        stand.run("verify", str(edited), "--root-fingerprint", fingerprint, env={})
        refused = False
    except DemoError as error:
        refused = "sentences do not hold" in str(error)
    say(f"   A copy in which the hit was made a no hit is refused: {refused}.")
    return {"receipt_verified": told.rstrip().endswith("All of this holds."), "edited_receipt_refused": refused}
