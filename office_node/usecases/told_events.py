"""Which acts the office's own systems are told of, and what of each: codes and references, never a word of a person."""

from collections.abc import Mapping
from typing import Any

from shared_schemas.events import EventKind

TOLD: Mapping[str, tuple[EventKind, tuple[str, ...]]] = {
    "step": ("case_moved", ("step", "transition", "state_before", "state", "standing", "due_at")),
    "decision": ("case_moved", ("step", "transition", "state_before", "state", "standing", "reason_code", "due_at")),
    "handed-over": ("case_handed_over", ("to",)),
    "handover-taken": ("case_taken_over", ("of",)),
    "person-corrected": ("person_corrected", ("request", "fields")),
    "inquiry": ("screening_opened", ("inquiry", "purpose")),
    "documents-saved": ("documents_saved", ("documents",)),
    "answers-saved": ("answers_saved", ("answers",)),
    "assessment": ("case_assessed", ("guideline", "level")),
    "flag-raised": ("flag_raised", ("level", "source")),
    "flag-outcome": ("flag_outcome", ("outcome",)),
    "request-made": ("request_made", ("request", "kind")),
    "request-answered": ("request_answered", ("request", "kind", "outcome")),
    "applicant-told": ("applicant_told", ("request", "how")),
}
_NAMES = {"inquiry": "screening"}
"""Members that office systems know under another name."""


def told_of(type: str, members: Mapping[str, Any]) -> tuple[EventKind, dict[str, Any]] | None:
    """The event that an act is for those who follow; None if it is none."""
    found = TOLD.get(type)
    if found is None:
        return None
    kind, names = found
    return kind, {_NAMES.get(name, name): members[name] for name in names if members.get(name) is not None}
