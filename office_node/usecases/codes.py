"""Every code of a case with its words, for the systems that file and decide."""

from functools import cache

from office_node.domain.case_states import STEPS
from office_node.domain.reasons import CHECKED, LEGAL_BASES, REASONS
from shared_schemas.cases import BasisTold, ReasonsTold, ReasonTold, TransitionTold, Words


@cache
def all_codes() -> ReasonsTold:
    """Reasons, legal bases and steps."""
    return ReasonsTold(
        reasons=tuple(
            ReasonTold(code=code, text=_words(one.text), transitions=one.steps, legal_basis=one.basis)
            for code, one in REASONS.items()
        ),
        legal_bases=tuple(
            BasisTold(code=code, title=title, checked=code in CHECKED) for code, title in LEGAL_BASES.items()
        ),
        transitions=tuple(
            TransitionTold(
                transition=step.name, text=_words(step.text), sources=step.sources, target=step.target,
                roles=step.roles, needs=step.needs, second=step.two,
            )
            for step in STEPS
        ),
    )  # fmt: skip


def _words(text: tuple[str, str]) -> Words:
    return Words(id=text[0], en=text[1])
