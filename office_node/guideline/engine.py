"""From a pack and facts to a level with its reasons. The output is questions to ask, never a decision.

Here and not in the pack, so that no edition can change it:
- MERAH needs two indicators of two groups and something verified; no single indicator gets there.
- An indicator counts only with an evidence note; what is not verified counts half.
- What speaks for the applicant only ever takes away.
- An earlier postponement halves with time; whose condition was met is no fact at all (`facts.prior_facts`).
- What is not known makes nothing true. Silence is never *no*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from office_node.guideline.facts import Fact, Facts
from shared_schemas.guideline import (
    AllOf,
    AnyOf,
    AtLeast,
    Check,
    Condition,
    Equals,
    Indicator,
    Level,
    Pack,
    ProtectiveFactor,
    Question,
    Said,
    checks_in,
)

DECAYING = frozenset({"own_postponed", "turned_away_elsewhere"})
"""Facts of which time takes half, again and again."""
MOST_HALVINGS = 4
_MONTH_DAYS = 30.4375

_CONFIRM = Said(
    id="Belum diverifikasi: dihitung separuh sampai buktinya diperiksa.",
    en="Not verified: counts half until its evidence has been checked.",
)
_NOTE = Said(
    id="Tanpa catatan bukti: tidak dihitung sampai catatan ditulis.",
    en="Without an evidence note: does not count until the note is written.",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """An indicator that stands: its points after halving and decay, its evidence, and what would change it."""

    code: str
    group: str
    text: Said
    points: float
    verified: bool
    counted: bool
    evidence: tuple[str, ...]
    changes: tuple[Said, ...]
    ask: Said


@dataclass(frozen=True, slots=True)
class Support:
    """A protective factor that stands: what it takes away, and which indicators it closed."""

    code: str
    text: Said
    points: float
    verified: bool
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What to ask next, and for the sake of which indicators; none: it is asked in every case."""

    code: str
    part: str
    text: Said
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the guideline says of a case on a day. `held_back`: why the points for MERAH did not make it so."""

    level: Level
    points: float
    version: int
    name: str
    reasons: tuple[Reason, ...]
    protective: tuple[Support, ...]
    questions: tuple[NextQuestion, ...]
    held_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A condition's truth (None: not known) and the facts that made it true."""

    holds: bool | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Desk:
    """What one evaluation works with."""

    pack: Pack
    values: Mapping[str, Fact]
    statements: frozenset[str]
    on: date

    def holds(self, condition: Condition) -> _Outcome:
        """Three-valued: false beats unknown in *all*, true beats unknown in *any*."""
        if isinstance(condition, AllOf):
            parts = [self.holds(part) for part in condition.all_of]
            if any(part.holds is False for part in parts):
                return _Outcome(False)
            names = tuple(name for part in parts for name in part.names)
            return _Outcome(None if any(part.holds is None for part in parts) else True, names)
        if isinstance(condition, AnyOf):
            parts = [self.holds(part) for part in condition.any_of]
            true = [part for part in parts if part.holds]
            if true:
                return _Outcome(True, self._surest([part.names for part in true]))
            return _Outcome(None if any(part.holds is None for part in parts) else False)
        fact = self.values.get(condition.fact)
        if fact is None:
            return _Outcome(None)
        return _Outcome(True, (condition.fact,)) if self._passes(condition, fact) else _Outcome(False)

    def _passes(self, test: Check, fact: Fact) -> bool:
        if isinstance(test, Equals):
            return fact.value is test.equals
        if isinstance(test, AtLeast):
            return isinstance(fact.value, int) and not isinstance(fact.value, bool) and fact.value >= test.at_least
        return fact.value in self.pack.countries(test.among, on=self.on)

    def _surest(self, found: list[tuple[str, ...]]) -> tuple[str, ...]:
        """Of several ways in which it is true, the one with a note, then the verified one."""
        return max(found, key=lambda names: (self.noted(names), self.verified(names)))

    def proving(self, names: tuple[str, ...]) -> tuple[Fact, ...]:
        """The facts that prove something; where nothing does, what the applicant said is all there is."""
        proving = tuple(self.values[name] for name in names if name not in self.statements)
        return proving or tuple(self.values[name] for name in names)

    def noted(self, names: tuple[str, ...]) -> bool:
        """Whether everything that proves it has its note; what was merely said needs none."""
        return all(self.values[name].note.strip() for name in names if name not in self.statements)

    def verified(self, names: tuple[str, ...]) -> bool:
        """Whether everything that proves it is verified."""
        return all(fact.verified for fact in self.proving(names))

    def evidence(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The notes; of what was merely said, what it was."""
        said = {name: f"{name}: {self.values[name].value}" for name in names if name in self.statements}
        notes = (self.values[name].note.strip() or said.get(name, "") for name in names)
        return tuple(note for note in notes if note)

    def left(self, names: tuple[str, ...]) -> float:
        """What time has left of it: that of its newest decaying fact, else all."""
        decaying = [self.values[name].since for name in names if name in DECAYING]
        ages = [(self.on - since).days for since in decaying if since is not None]
        if not ages:
            return 1.0
        halvings = int(max(0, min(ages)) / _MONTH_DAYS / self.pack.half_life_months)
        return 0.0 if halvings > MOST_HALVINGS else 0.5**halvings


def evaluate(pack: Pack, facts: Facts, *, on: date) -> Assessment:
    """What the pack says of these facts on that day."""
    asked = [question for question in pack.questions if facts.minor or not question.only_minors]
    known = {question.code for question in pack.questions} - {question.code for question in asked}
    desk = _Desk(
        pack=pack,
        values={name: fact for name, fact in facts.values.items() if name not in known},
        statements=frozenset(question.code for question in asked if question.statement),
        on=on,
    )
    supports = [support for factor in pack.protective if (support := _support(desk, factor)) is not None]
    closed = {code for support in supports for code in support.closed}
    standing = [
        reason
        for indicator in pack.indicators
        if indicator.code not in closed and (reason := _reason(desk, indicator)) is not None
    ]
    points = max(0.0, sum(reason.points for reason in standing) - sum(support.points for support in supports))
    level, held_back = _level(pack, points, standing)
    return Assessment(
        level=level,
        points=points,
        version=pack.version,
        name=pack.name,
        reasons=tuple(sorted(standing, key=lambda reason: (-reason.points, reason.code))),
        protective=tuple(supports),
        questions=_questions(desk, asked, closed=closed),
        held_back=held_back,
    )


def _level(pack: Pack, points: float, reasons: list[Reason]) -> tuple[Level, tuple[str, ...]]:
    """The level, and what held MERAH back where the points alone would have reached it."""
    counted = [reason for reason in reasons if reason.points > 0]
    if points >= pack.thresholds.red:
        missing = []
        if len(counted) < 2:
            missing.append("one-indicator")
        if len({reason.group for reason in counted}) < 2:
            missing.append("one-group")
        if not any(reason.verified for reason in counted):
            missing.append("nothing-verified")
        return ("KUNING", tuple(missing)) if missing else ("MERAH", ())
    return ("KUNING" if points >= pack.thresholds.yellow else "HIJAU"), ()


def _reason(desk: _Desk, indicator: Indicator) -> Reason | None:
    found = desk.holds(indicator.when)
    if not found.holds:
        return None
    if indicator.unless is not None:
        excuse = desk.holds(indicator.unless)
        if excuse.holds and desk.noted(excuse.names):
            return None
    counted, verified = desk.noted(found.names), desk.verified(found.names)
    points = indicator.weight * desk.left(found.names) * (1.0 if verified else 0.5) if counted else 0.0
    if counted and points == 0.0:
        return None
    changes = (indicator.mitigating, *((_NOTE,) if not counted else () if verified else (_CONFIRM,)))
    return Reason(
        code=indicator.code,
        group=indicator.group,
        text=indicator.text,
        points=points,
        verified=verified,
        counted=counted,
        evidence=desk.evidence(found.names),
        changes=changes,
        ask=indicator.ask,
    )


def _support(desk: _Desk, factor: ProtectiveFactor) -> Support | None:
    found = desk.holds(factor.when)
    if not found.holds or not desk.noted(found.names):
        return None
    verified = desk.verified(found.names)
    return Support(
        code=factor.code,
        text=factor.text,
        points=factor.weight * (1.0 if verified else 0.5),
        verified=verified,
        closed=factor.closes if verified else (),
    )


def _questions(desk: _Desk, asked: list[Question], *, closed: set[str]) -> tuple[NextQuestion, ...]:
    """In the order of the interview: what is asked in every case, and what would settle an indicator half known."""
    because: dict[str, list[str]] = {}
    for indicator in desk.pack.indicators:
        if indicator.code in closed:
            continue
        found = desk.holds(indicator.when)
        wanted: list[Condition] = []
        if found.holds is None and any(test.fact in desk.values for test in checks_in(indicator.when)):
            wanted.append(indicator.when)
        if found.holds and indicator.unless is not None:
            wanted.append(indicator.unless)
        for name in {test.fact for condition in wanted for test in checks_in(condition)}:
            because.setdefault(name, []).append(indicator.code)
    return tuple(
        NextQuestion(question.code, question.part, question.text, tuple(because.get(question.code, ())))
        for question in asked
        if question.code not in desk.values and (question.always or question.code in because)
    )
