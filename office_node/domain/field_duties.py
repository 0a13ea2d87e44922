"""Which role may call what of PIMPASA: every role only what it needs, and nobody by default.

The field sends reports of recruiters and cannot read them; who examines them does not keep the calendar. A supervisor
keeps officers and villages.
"""

from collections.abc import Mapping

from shared_schemas.statement import Role

PREFIX = "/office/v1/pimpasa/"
_PLAIN_READS = frozenset(
    {
        "GET calendar",
        "GET follow-ups",
        "GET officers",
        "GET places/{place}",
        "GET sessions",
        "GET sessions/{session}",
        "GET test",
        "GET villages",
    }
)
_FIELD_WORK = frozenset(
    {
        "PUT sessions/{session}",
        "PUT recruiter-reports/{report}",
        "PUT visits/{visit}",
        "POST visits/{visit}/cancellation",
        "POST follow-ups/{follow_up}/done",
    }
)
_KEEPING = frozenset({"PUT officers/{officer}", "PUT villages/{village}"})
_EXAMINING = frozenset(
    {
        "GET recruiter-reports",
        "GET recruiter-reports/{report}",
        "POST recruiter-reports/{report}/outcome",
    }
)
_AUDITED = frozenset({"GET calendar", "GET officers", "GET recruiter-reports", "GET sessions", "GET villages"})
"""What shows no word of anybody."""
_ALLOWED: Mapping[Role, frozenset[str]] = {
    "pimpasa": _PLAIN_READS | _FIELD_WORK,
    "supervisor": _PLAIN_READS | _FIELD_WORK | _KEEPING,
    "kakanim": _PLAIN_READS | _FIELD_WORK | _KEEPING | _EXAMINING,
    "inteldakim": _PLAIN_READS | _EXAMINING | {"PUT recruiter-reports/{report}"},
    "auditor": _AUDITED,
}


def may_in_field(role: Role, *, method: str, route: str) -> bool:
    """Whether an officer in that role may call the PIMPASA route with this path template."""
    return f"{method} {route.removeprefix(PREFIX)}" in _ALLOWED.get(role, frozenset())
