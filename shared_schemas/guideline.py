"""The guideline (Pedoman) as data: a dated, versioned pack of indicators, protective factors, lists and questions.

A condition is a test of named facts in a closed vocabulary; nothing in a pack is ever run. The facts are those of
`SYSTEM_FACTS` and the answers to the pack's own questions, so what is not among them (sex, religion, village, age band)
cannot be scored. What a pack may not even ask about is refused by `guideline_forbidden`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Ask, Counting, Flag, One, StrictInt, WireDate
from shared_schemas.guideline_forbidden import asks_forbidden, speaks_forbidden

MAX_PACK_OCTETS = 256 * 1024
"""A pack is never longer, as YAML or as JSON."""
GUIDELINE_TARGET = "guideline.json"
"""TUF path of the signed pack."""
APPLIED_ELSEWHERE = "applied_elsewhere"
"""The question *pernah mengajukan di kantor lain?*: no pack is without it, it opens other offices' answers."""

Level = Literal["HIJAU", "KUNING", "MERAH"]
"""How worrying a case is: HIJAU serve, KUNING ask more, MERAH supervisor and Inteldakim. Never a decision."""
Group = Literal["a", "b", "c", "d", "e", "f"]
"""Identity, purpose, third party, behaviour, pattern, information."""
Part = Literal["story", "funding", "host", "helper", "documents", "past", "partners", "rights"]
"""The parts of an interview in their order; `partners` is looked up, not asked."""
PARTS: tuple[str, ...] = get_args(Part)
FactKind = Literal["yes_no", "number", "country"]

SYSTEM_FACTS: dict[str, FactKind] = {
    "own_postponed": "yes_no",
    "turned_away_elsewhere": "yes_no",
    "open_elsewhere": "number",
    "identity_changed": "yes_no",
    "phone_cases": "number",
    "phone_offices": "number",
    "email_cases": "number",
    "address_cases": "number",
    "payer_cases": "number",
    "guarantor_cases": "number",
    "letter_cases": "number",
}
"""What the node finds itself. Nothing of the person is among them, only what happened and what is shared."""

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+){0,5}$", max_length=40)]
IndicatorCode = Annotated[str, StringConstraints(pattern=r"^(TJ|PK|DK|RW|PL|NG|EK)-[0-9]{2}$")]
FactorCode = Annotated[str, StringConstraints(pattern=r"^PF-[0-9]{2}$")]
BasisCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9 ./]{0,30}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]


class Said(Ask):
    """A text in both languages."""

    id: Sentence
    en: Sentence


class Equals(Ask):
    """A yes-or-no fact is this."""

    fact: FactName
    equals: Flag


class AtLeast(Ask):
    """A number is this or more."""

    fact: FactName
    at_least: Annotated[StrictInt, Field(ge=1, le=1000)]


class Among(Ask):
    """A country is on a list of the pack, as it stands on that day."""

    fact: FactName
    among: FactName


Check = Equals | AtLeast | Among


class AnyOf(Ask):
    """At least one of these."""

    any_of: Annotated[tuple[Check, ...], Field(min_length=2, max_length=8)]


class AllOf(Ask):
    """All of these."""

    all_of: Annotated[tuple[Check | AnyOf, ...], Field(min_length=2, max_length=8)]


Condition = Check | AnyOf | AllOf


def checks_in(condition: Condition) -> Iterator[Check]:
    """Every single check of a condition."""
    if isinstance(condition, AllOf):
        for part in condition.all_of:
            yield from checks_in(part)
    elif isinstance(condition, AnyOf):
        yield from condition.any_of
    else:
        yield condition


class Basis(Ask):
    """Where something comes from; `checked` once somebody has read the text itself."""

    code: BasisCode
    title: Sentence
    checked: Flag


class CountryList(Ask):
    """Countries that a rule names, from a day on and until another."""

    name: FactName
    countries: Annotated[tuple[Country, ...], Field(min_length=1, max_length=250)]
    valid_from: WireDate
    valid_until: WireDate | None = None
    basis: Annotated[tuple[BasisCode, ...], Field(min_length=1, max_length=8)]


class Question(Ask):
    """One thing to ask or to look up; the answer is the fact of the same name.

    `statement`: what counts is that the applicant said so, there is nothing to verify. `always`: asked in every case.
    """

    code: FactName
    part: Part
    answer: FactKind
    text: Said
    always: Flag = False
    statement: Flag = False
    only_minors: Flag = False


class Indicator(Ask):
    """A sign to look at, with what to ask and what speaks for the applicant."""

    code: IndicatorCode
    kinds: Annotated[tuple[Literal["D", "I", "P", "H", "X"], ...], Field(min_length=1, max_length=3)]
    group: Group
    severity: Literal["L", "M", "H"]
    weight: Annotated[StrictInt, Field(ge=1, le=12)]
    text: Said
    ask: Said
    mitigating: Said
    basis: Annotated[tuple[BasisCode, ...], Field(min_length=1, max_length=8)]
    when: Condition
    unless: Condition | None = None


class ProtectiveFactor(Ask):
    """What speaks for the applicant: takes points away, and closes these indicators once it is verified."""

    code: FactorCode
    weight: Annotated[StrictInt, Field(ge=1, le=12)]
    text: Said
    closes: Annotated[tuple[IndicatorCode, ...], Field(max_length=40)] = ()
    when: Condition


class Thresholds(Ask):
    """Points from which a level is reached; MERAH needs more than points (`office_node/guideline/engine.py`)."""

    yellow: Annotated[StrictInt, Field(ge=1, le=100)]
    red: Annotated[StrictInt, Field(ge=2, le=200)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.red <= self.yellow:
            raise ValueError("MERAH begins above KUNING")
        return self


class Pack(Ask):
    """One edition of the guideline, in force from a day on. A higher version follows a lower one, never the reverse."""

    type: Literal["guideline"] = "guideline"
    format: One = 1
    version: Counting
    name: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}[a-z]?$")]
    effective_from: WireDate
    effective_until: WireDate | None = None
    thresholds: Thresholds
    half_life_months: Annotated[StrictInt, Field(ge=1, le=12)] = 12
    pattern_days: Annotated[StrictInt, Field(ge=7, le=366)] = 180
    bases: Annotated[tuple[Basis, ...], Field(min_length=1, max_length=200)]
    lists: Annotated[tuple[CountryList, ...], Field(max_length=40)] = ()
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=120)]
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1, max_length=120)]
    protective: Annotated[tuple[ProtectiveFactor, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Every name is known, stands once and means what it is used for; nothing forbidden is asked."""
        _once("a question", (question.code for question in self.questions))
        _once("an indicator", (indicator.code for indicator in self.indicators))
        _once("a protective factor", (factor.code for factor in self.protective))
        _once("a basis", (basis.code for basis in self.bases))
        if self.effective_until is not None and self.effective_until <= self.effective_from:
            raise ValueError("the pack ends before it begins")
        parts = [PARTS.index(question.part) for question in self.questions]
        if parts != sorted(parts):
            raise ValueError("the questions are not in the order of the interview")
        self._check_words()
        self._check_conditions()
        return self

    def facts(self) -> dict[str, FactKind]:
        """Every fact that a condition may name."""
        return {**SYSTEM_FACTS, **{question.code: question.answer for question in self.questions}}

    def countries(self, name: str, *, on: date) -> frozenset[str]:
        """A list as it stands on that day: all its entries in force."""
        found: set[str] = set()
        for one in self.lists:
            if one.name == name and one.valid_from <= on and (one.valid_until is None or on < one.valid_until):
                found.update(one.countries)
        return frozenset(found)

    def in_force(self, on: date) -> bool:
        """Whether this edition counts on that day."""
        return self.effective_from <= on and (self.effective_until is None or on < self.effective_until)

    def _check_words(self) -> None:
        for question in self.questions:
            if question.code in SYSTEM_FACTS:
                raise ValueError("a question has the name of what the node finds itself")
            if asks_forbidden(question.code):
                raise ValueError("a question asks for what is never scored")
        if any(asks_forbidden(one.name) for one in self.lists):
            raise ValueError("a list sorts by what is never scored")
        spoken = [question.text for question in self.questions]
        spoken += [text for indicator in self.indicators for text in (indicator.text, indicator.ask)]
        spoken += [factor.text for factor in self.protective]
        if any(speaks_forbidden(one) for text in spoken for one in (text.id, text.en)):
            raise ValueError("a text speaks of what is never scored")

    def _check_conditions(self) -> None:
        facts = self.facts()
        if facts.get(APPLIED_ELSEWHERE) != "yes_no":
            raise ValueError("the question about other offices is missing")
        codes = {indicator.code for indicator in self.indicators}
        bases = {basis.code for basis in self.bases}
        named = {one.name for one in self.lists}
        if any(code not in codes for factor in self.protective for code in factor.closes):
            raise ValueError("a protective factor closes an indicator that is not there")
        used = [code for indicator in self.indicators for code in indicator.basis]
        used += [code for one in self.lists for code in one.basis]
        if not bases.issuperset(used):
            raise ValueError("a basis is not listed")
        conditions: list[Condition] = [indicator.when for indicator in self.indicators]
        conditions += [factor.when for factor in self.protective]
        conditions += [indicator.unless for indicator in self.indicators if indicator.unless is not None]
        for test in (test for condition in conditions for test in checks_in(condition)):
            _check_test(test, facts=facts, lists=named)


def _check_test(test: Check, *, facts: dict[str, FactKind], lists: set[str]) -> None:
    """ValueError unless the fact is known and of the kind that is tested."""
    kind = facts.get(test.fact)
    if kind is None:
        raise ValueError("a condition names an unknown fact")
    wanted: FactKind = "yes_no" if isinstance(test, Equals) else "number" if isinstance(test, AtLeast) else "country"
    if kind != wanted:
        raise ValueError("a condition tests a fact of another kind")
    if isinstance(test, Among) and test.among not in lists:
        raise ValueError("a condition names an unknown list")


def _once(what: str, values: Iterable[str]) -> None:
    """ValueError if a value stands twice."""
    if any(count > 1 for count in Counter(values).values()):
        raise ValueError(f"{what} twice")
