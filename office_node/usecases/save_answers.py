"""Answers of an interview with their evidence notes, sealed; the same once more changes nothing and is logged once."""

import json
from datetime import datetime

from office_node.guideline.facts import Fact
from office_node.node import Node
from office_node.store import answers, cases
from office_node.store.transactions import Connection
from office_node.usecases.guideline_in_force import pack_in_force
from office_node.usecases.pattern_tokens import keep_links
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AnswerInvalidError, CaseMovedError, CaseUnknownError
from office_node.usecases.visible import open_case
from shared_schemas.assessment import AnswersSaved, GivenAnswer, SaveAnswers
from shared_schemas.guideline import FactKind, Pack
from shared_schemas.statement import Actor

_SEALED = "case_answer"
_TYPES: dict[FactKind, type] = {"yes_no": bool, "number": int, "country": str}


async def save_answers(node: Node, case_ref: str, saved: SaveAnswers, *, officer: Actor) -> AnswersSaved:
    """Commit them with one entry. CaseUnknownError, CaseMovedError, AnswerInvalidError."""
    now = node.clock.now()
    return await node.run.write(lambda connection: _save(connection, node, case_ref, saved, officer=officer, now=now))


async def read_answers(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> dict[str, Fact]:
    """What was answered so far, by question; the reading is in the log. CaseUnknownError."""

    def read(connection: Connection) -> dict[str, Fact]:
        if cases.get(connection, case_ref) is None:
            raise CaseUnknownError
        members = {"case": case_ref, "purpose": purpose}
        act = Act("answers-read", node.clock.now(), officer, members, case_ref=case_ref, purpose=purpose)
        enter(connection, node, act=act)
        return answer_facts(connection, node, case_ref)

    return await node.run.write(read)


def _save(
    connection: Connection, node: Node, case_ref: str, saved: SaveAnswers, *, officer: Actor, now: datetime
) -> AnswersSaved:
    row = cases.get(connection, case_ref)
    if row is None:
        raise CaseUnknownError
    if row.handed_to is not None:
        raise CaseMovedError
    _check(pack_in_force(connection, on=now.date()), saved)
    held = answer_facts(connection, node, case_ref)
    new = [answer for answer in saved.answers if held.get(answer.code) != _fact(answer)]
    for answer in new:
        answers.put(
            connection,
            answers.StoredAnswer(
                case_ref, answer.code, _seal(node, case_ref, answer), now, officer.role, officer.officer
            ),
        )
    linked = saved.links is not None and keep_links(connection, node, open_case(node, row), links=saved.links)
    if new or linked:
        members = {"case": case_ref, "answers": sorted(answer.code for answer in new), "links": linked}
        act = Act(type="answers-saved", at=now, actor=officer, case_ref=case_ref, members=members)
        enter(connection, node, act=act)
    return AnswersSaved(case=case_ref, answered=tuple(sorted({*held, *(answer.code for answer in new)})))


def answer_facts(connection: Connection, node: Node, case_ref: str) -> dict[str, Fact]:
    """The answers of a case as facts, unsealed."""
    found = {}
    for row in answers.of_case(connection, case_ref):
        plain = json.loads(node.sealer.unseal(_SEALED, f"{case_ref}/{row.code}", row.sealed))
        found[row.code] = Fact(plain["value"], note=plain["note"], verified=plain["verified"])
    return found


def _check(pack: Pack, saved: SaveAnswers) -> None:
    """AnswerInvalidError unless each answers a question of the pack in its kind."""
    kinds = {question.code: question.answer for question in pack.questions}
    for answer in saved.answers:
        if answer.code not in kinds:
            raise AnswerInvalidError("unknown-question")
        if type(answer.value) is not _TYPES[kinds[answer.code]]:
            raise AnswerInvalidError("wrong-kind")


def _fact(answer: GivenAnswer) -> Fact:
    return Fact(answer.value, note=answer.note, verified=answer.verified)


def _seal(node: Node, case_ref: str, answer: GivenAnswer) -> bytes:
    plain = answer.model_dump(mode="json", include={"value", "note", "verified"})
    return node.sealer.seal(_SEALED, f"{case_ref}/{answer.code}", json.dumps(plain).encode())
