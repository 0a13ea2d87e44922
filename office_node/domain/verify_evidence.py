"""What a file of evidence against a log proves: that an office has signed what contradicts itself."""

from pydantic import ValidationError

from office_node.domain.anchor import Anchor, listed_keys, roster_from
from office_node.domain.facts import Fact, Facts
from office_node.domain.log_evidence import prove
from office_node.errors import JejakError, MalformedStatementError
from shared_schemas.receipt import EvidenceFile

_SENTENCES = {
    "fork": "{0} has signed two different logs of one size ({1}): it has shown different histories.",
    "rewritten": "{0} has signed that its log is no growth of what it had signed before ({1}): it was rewritten.",
    "unlogged": "{0} has signed a statement, and that its leaf {1} is in no log: its key is or was in other hands.",
}


def verify_evidence(data: bytes, anchor: Anchor) -> list[Fact]:
    """Every fact, true or not. MalformedStatementError if this is no evidence."""
    try:
        evidence = EvidenceFile.model_validate_json(data)
    except ValidationError as error:
        raise MalformedStatementError("the file is no evidence") from error
    facts, accused = Facts(), evidence.accused
    try:
        roster = roster_from(anchor, evidence.roster)
    except JejakError as error:
        facts.false(f"The roster is not one of the stewards whose fingerprint was given: {error}.")
        return facts.told
    root = roster.proved.fingerprint
    facts.true(f"The roster version {roster.version} is signed by the stewards (root {root}).")
    try:
        proven = prove(evidence, keys=listed_keys(roster, accused).values())
    except JejakError:
        facts.false(f"The file proves nothing against the log of {accused}.", office=accused)
        return facts.told
    facts.true(_SENTENCES[proven.kind].format(accused, proven.subject), office=accused)
    return facts.told
