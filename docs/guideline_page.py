"""Writes `docs/guideline.md` from the pack that comes with the program, and from nothing else.

`make docs` runs it; `tests/docs/test_guideline_page.py` compares.
"""

import sys
from collections.abc import Iterator

from office_node.guideline.pack import shipped_pack
from shared_schemas.guideline import AllOf, AnyOf, AtLeast, Check, Condition, Equals, Pack

_HEAD = """# The guideline (Pedoman)

Generated from `office_node/guideline/packs/2026-11.yaml` by `make docs`; do not edit.

The guideline notices signs, says what to ask and what speaks for the applicant, and leaves the decision to people. Its
level is HIJAU (serve), KUNING (ask more) or MERAH (supervisor and Inteldakim); it never refuses, and HIJAU says nothing
about a person. A flagged applicant is a possible victim.

**What no edition can change** (`office_node/guideline/engine.py`, `shared_schemas/guideline.py`):

- MERAH needs two indicators of two groups and something verified; no single indicator gets there.
- An indicator counts with an evidence note only; what is not verified counts half. What is not known counts nothing.
- What speaks for the applicant only takes away; a verified protective factor closes the indicators that it names.
- An earlier postponement halves every {half_life} months, and is nothing once its condition was met.
- Sex, marital status, a husband's permission, age band, pregnancy, health, religion, ethnicity, poverty, schooling,
  a first passport, the village, the domicile, gestures and *just to have one* are refused by the schema: as a fact,
  as a word in a fact's name, and in the text of a question or an indicator.

**In the office API**: `PUT /office/v1/cases/{{case}}/answers` saves answers with their evidence notes, `GET
/office/v1/cases/{{case}}/assessment` gives level, reasons (each with its evidence and what would change it) and the
next questions, `GET /office/v1/guideline` the edition in force. An interviewer is shown other offices' answers only
after she has saved the answer to `applied_elsewhere` (`question-first` until then). What cases share (phone, e-mail,
address, payer, guarantor, letter) is kept as tokens under the office's own key and counted by persons over {days}
days; of other offices only a phone is counted, by its index token in their traces, where nothing else agrees.

**A new edition**: `jejak guideline check FILE.yaml`; `jejak guideline simulate FILE.yaml` on an office's machine
shows who among its cases would change level, by sex, age band and regency, as counts with 95 % intervals; `jejak
guideline sign FILE.yaml --key KANWIL.pem` signs it. Stewards list the Kanwil's key once (`jejak guideline new-key`,
`jejak steward set-guideline-key`) and publish the signed pack with the roster (`jejak steward set-guideline`). Every
node takes it by that key only, never an older version, and uses it from its first day on; until then, and without
one, the shipped one.

Edition **{name}**, version {version}, in force from {start}. KUNING from {yellow} points, MERAH from {red}.

"""
_GROUPS = (
    "Groups: a identity and documents, b purpose, c dependence on a third party, d behaviour, e pattern,\n"
    "f information. Kinds: D document, I interview, P pattern, H history, X external.\n"
)


def guideline_page() -> str:
    """The whole page, in the order of the pack."""
    pack = shipped_pack()
    head = _HEAD.format(
        half_life=pack.half_life_months, days=pack.pattern_days, name=pack.name, version=pack.version,
        start=pack.effective_from, yellow=pack.thresholds.yellow, red=pack.thresholds.red,
    )  # fmt: skip
    return head + "\n".join([*_indicators(pack), *_protective(pack), *_lists(pack), *_questions(pack), *_bases(pack)])


def _indicators(pack: Pack) -> Iterator[str]:
    yield f"## {len(pack.indicators)} indicators\n\n{_GROUPS}"
    columns = ("code", "Indonesian", "English", "kind", "group", "points", "counts when", "unless", "asks")
    yield f"| {' | '.join((*columns, 'speaks for the applicant', 'basis'))} |"
    yield "|---|---|---|---|---|---:|---|---|---|---|---|"
    for one in pack.indicators:
        unless = "" if one.unless is None else _said(one.unless)
        yield (
            f"| {one.code} | {one.text.id} | {one.text.en} | {','.join(one.kinds)} | {one.group} | {one.weight} |"
            f" {_said(one.when)} | {unless} | {one.ask.en} | {one.mitigating.en} | {', '.join(one.basis)} |"
        )


def _protective(pack: Pack) -> Iterator[str]:
    yield f"\n## {len(pack.protective)} protective factors\n"
    yield "| code | Indonesian | English | takes away | when | closes, once verified |"
    yield "|---|---|---|---:|---|---|"
    for one in pack.protective:
        closes = ", ".join(one.closes)
        yield f"| {one.code} | {one.text.id} | {one.text.en} | {one.weight} | {_said(one.when)} | {closes} |"


def _lists(pack: Pack) -> Iterator[str]:
    yield "\n## Lists of countries\n"
    yield "| list | countries | from | until | basis |"
    yield "|---|---|---|---|---|"
    for one in pack.lists:
        until = "" if one.valid_until is None else one.valid_until.isoformat()
        yield (f"| `{one.name}` | {' '.join(one.countries)} | {one.valid_from} | {until} | {', '.join(one.basis)} |")


def _questions(pack: Pack) -> Iterator[str]:
    yield "\n## Questions, in the order of the interview\n"
    yield "| part | code | answer | Indonesian | English |"
    yield "|---|---|---|---|---|"
    for one in pack.questions:
        marks = (one.always, "always"), (one.statement, "statement"), (one.only_minors, "minors only")
        said = ", ".join([one.answer.replace("_", " or "), *(word for is_so, word in marks if is_so)])
        yield f"| {one.part} | `{one.code}` | {said} | {one.text.id} | {one.text.en} |"


def _bases(pack: Pack) -> Iterator[str]:
    yield "\n## Where it comes from\n"
    yield "A basis that is not checked was taken from a report: read the text itself first.\n"
    yield "| basis | is | checked |"
    yield "|---|---|---|"
    for one in pack.bases:
        yield f"| {one.code} | {one.title.replace('|', ' ')} | {'yes' if one.checked else 'no'} |"
    yield ""


def _said(condition: Condition) -> str:
    """A condition in words."""
    if isinstance(condition, AllOf):
        return " and ".join(f"({_said(one)})" if isinstance(one, AnyOf) else _said(one) for one in condition.all_of)
    if isinstance(condition, AnyOf):
        return " or ".join(_said(one) for one in condition.any_of)
    return _check(condition)


def _check(check: Check) -> str:
    if isinstance(check, Equals):
        return f"{'' if check.equals else 'not '}`{check.fact}`"
    if isinstance(check, AtLeast):
        return f"`{check.fact}` ≥ {check.at_least}"
    return f"`{check.fact}` in `{check.among}`"


if __name__ == "__main__":
    sys.stdout.write(guideline_page())
