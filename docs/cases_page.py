"""Writes `docs/cases.md` from the state machine, the codes and the rules, and from nothing else.

`make docs` runs it; `tests/docs/test_pages.py` compares.
"""

import sys
from collections.abc import Iterator

from office_node.domain.case_states import FINAL, NAMES, STEPS, Step, standing_of
from office_node.domain.reasons import CHECKED, LEGAL_BASES, REASONS
from office_node.domain.standings import ADVERSE
from shared_schemas.cases import STATES

_HEAD = """# A case and its steps

Generated from `office_node/domain/case_states.py` and its neighbours by `make docs`; do not edit.

One passport application is one case. It goes from state to state by steps that officers take
(`POST /office/v1/cases/{case}/transitions`); the system takes none. `GET /office/v1/cases/{case}` says where a case is,
when something is due, and in `next` what the caller's role may do now; `GET /office/v1/reasons` gives everything below
as JSON. Every step is an entry of the log with officer, role, reason, code and law; where peers see another standing
than before, it is a notice too. What was refused (wrong role, wrong state, one officer where two sign) is an entry as
well (`step-refused`).

Four things that are never the same: a **flag** is a sign that more is to be asked; a **postponement** waits for a
condition; a **suspension** has an end; a **refusal** is a decision. A flagged person is a possible victim.

- *Two officers* (rule 5): every step marked so, and every step away from an adverse standing (postponed, suspended,
  refused, withdrawn). The second is another person, as supervisor, inteldakim or kakanim.
- *An approval* is a supervisor's, with a reason, while not every office is accounted for or while the guideline says
  MERAH. A level forbids nothing.
- *A refusal* of a case that never came to examination or adjudication may rest on papers or a list only (groups A
  and C).
- *Two at once*: `after` names the newest step that the officer has seen; after another one the step is refused
  (`case-changed`). With an `Idempotency-Key` the same request again changes nothing.
- *After* `resume` and `reopen` all offices are asked anew.
- *Peers hear* of a case that is still examined again when less than 60 days are left before it lapses.

**Due times.** Missing documents and a condition: 30 days, ending on a working day. In-depth examination: 10 working
days. From adjudication to the passport: 4 working days (an approval puts nothing off). Collecting a passport: 30 days.
The numbers are settings; those of the examination and of collecting are this project's own. Working days leave out
Saturday, Sunday, public holidays and joint leave (`holidays`, Indonesia) and the office's own
(`JEJAK_EXTRA_HOLIDAYS`), and end at 23:59:59 in the office's zone. Dates that the moon decides are estimates until they
are announced.

**Flags.** The guideline raises one when a case reaches KUNING or MERAH, an officer when she examines in depth. It ends
with what
proved true (`POST …/flag/outcome`): `confirmed`, `possible_victim`, `lawful_route`, `unfounded`, `other_person`; after
365 days without a word it ends as `not_known`. `minutes` of the steps say what a case has cost.

**What applicants ask** (`POST …/cases/{case}/requests`): a `correction` or `access` is due 72 hours after it came, an
`objection` (within 21 working days of the decision) or an `appeal` 10 working days after; one that comes later is
marked `late` and recorded all the same. `GET /office/v1/requests` lists what waits; a request is closed when the
applicant has been told (`POST …/told`), and one that is overdue is an alert. What is granted happens at once:

- *A correction* puts the person right, goes to every office as the notice's next revision, and the case is screened
  again. For 90 days the case is found by each that she was as well, so nobody walks away from a trace by
  corrections. NIK, name or birth date of a case that others know of take two officers.
- *An objection* or appeal names in `lift` the step that ends the decision (`annul`, `reopen`, `resume`); neither of the
  two who sign it may have signed the decision.
"""
_TAIL = """
No citation has been read at its source by this project yet: before a letter or a screen shows one as certain, somebody
has to (`CHECKED` in `domain/reasons.py`).
"""


def cases_page() -> str:
    """The whole page."""
    return _HEAD + "\n".join([*_states(), *_steps(), *_reasons(), *_laws()]) + "\n" + _TAIL


def _states() -> Iterator[str]:
    yield from ("\n## States\n", "| state | Indonesian | English | peers see |", "|---|---|---|---|")
    for state in STATES:
        seen = list(dict.fromkeys(f"`{standing_of(state, has_end=ends)}`" for ends in (False, True)))
        end = " (final)" if state in FINAL else ""
        yield f"| `{state}` | {NAMES[state][0]} | {NAMES[state][1]} | {', with an end '.join(seen)}{end} |"


def _steps() -> Iterator[str]:
    yield from (
        "\n## Steps\n",
        "| step | from | to | who | must say | two | Indonesian | English |",
        "|---|" + "---|" * 7,
    )
    for step in STEPS:
        sources, roles = " ".join(f"`{one}`" for one in step.sources), ", ".join(step.roles)
        needs, two = ", ".join(f"`{one}`" for one in step.needs), "yes" if step.two else _two_from(step)
        words = " | ".join(step.text)
        yield f"| `{step.name}` | {sources} | `{step.target}` | {roles} | {needs} | {two} | {words} |"


def _two_from(step: Step) -> str:
    """Where a step that one officer may take elsewhere leaves an adverse standing, which takes two."""
    adverse = [one for one in step.sources if {standing_of(one, has_end=ends) for ends in (False, True)} & ADVERSE]
    if adverse and len(adverse) == len(step.sources):
        return "yes"
    return f"from {' '.join(f'`{one}`' for one in adverse)}" if adverse else ""


def _reasons() -> Iterator[str]:
    yield from ("\n## Reasons\n", "Peers are told the letter only.\n")
    yield from ("| code | Indonesian | English | for | rests on |", "|---|---|---|---|---|")
    for code, one in REASONS.items():
        steps = " ".join(f"`{name}`" for name in one.steps)
        yield f"| `{code}` | {one.text[0]} | {one.text[1]} | {steps} | `{one.basis}` |"


def _laws() -> Iterator[str]:
    yield from ("\n## Legal bases\n", "| code | title | read at the source |", "|---|---|---|")
    for code, title in LEGAL_BASES.items():
        yield f"| `{code}` | {title} | {'yes' if code in CHECKED else 'not yet'} |"


if __name__ == "__main__":
    sys.stdout.write(cases_page())
