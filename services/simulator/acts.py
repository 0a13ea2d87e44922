"""What an office system does at its own simulated office, as typed calls, and what a test or a story then looks at."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from office_node.store import entries, events, feeds, notices
from services.simulator.federation import Office, Simulation
from services.simulator.moves import body_of, role_for, way_to
from shared_schemas.alerts import AlertView
from shared_schemas.cases import CaseView
from shared_schemas.office import (
    CaseFiled,
    CoverageRow,
    HistoryView,
    PeerView,
    ScreeningStarted,
    ScreeningView,
    Verdict,
    VerdictView,
)
from shared_schemas.statement import Role
from shared_schemas.trace import NoticeStanding, ReasonGroup

Fields = dict[str, Any]
"""A person as the office API takes it."""


class ActRefusedError(Exception):
    """The office API refused; its status and code, nothing of the request."""

    def __init__(self, status: int, code: str | None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Held:
    """What an office holds of one case: the newest notice, and in how many postings it is found."""

    revision: int
    number: int
    standing: str
    postings: int
    payload: bytes


async def file(office: Office, person: Fields, *, key: str = "request-0001") -> CaseFiled:
    """File an application; the same `key` again is the same request."""
    body = {"application_no": "A-1", "person": person}
    return CaseFiled.model_validate_json(
        await _call(office, "POST", "/cases", json=body, headers={"Idempotency-Key": key})
    )


async def decide(
    office: Office, case: str, standing: NoticeStanding, *, reason_group: ReasonGroup | None = None,
    condition: str | None = None, second: str | None = "o-2", role: Role = "interview",
) -> CaseView:  # fmt: skip
    """Take the case to that standing by the shortest way; `second=None`: one officer alone. ActRefusedError."""
    seen = await view(office, case, role=role)
    steps = way_to(seen.state, standing, group=reason_group)
    if steps is None:
        raise ActRefusedError(409, "step-impossible")
    signs = None if second is None else {"role": "supervisor", "officer": second}
    for step in steps:
        body = body_of(step, group=reason_group, condition=condition, second=signs, two=step is steps[0])
        seen = await move(office, case, body, role=role_for(step, wished=role))
    return seen


async def view(office: Office, case: str, *, role: Role = "counter") -> CaseView:
    """Where a case is."""
    return CaseView.model_validate_json(await _call(office, "GET", f"/cases/{case}", role=role))


async def move(office: Office, case: str, body: Fields, *, role: Role = "interview") -> CaseView:
    """One step of a case."""
    raw = await _call(office, "POST", f"/cases/{case}/transitions", json=body, role=role)
    return CaseView.model_validate_json(raw)


async def postpone(office: Office, case: str) -> None:
    """Postpone on a condition, for the purpose of the journey."""
    await decide(office, case, "postponed", reason_group="B", condition="Surat rekomendasi Disnaker")


async def clear(office: Office, case: str) -> None:
    """The case is over without a decision, or what was decided is annulled; its trace is to go everywhere."""
    if (await view(office, case)).standing == "under_examination":
        await move(office, case, {"transition": "cancel", "reason_code": "X1", "reason": "Tidak hadir"}, role="counter")
    else:
        await decide(office, case, "cleared")


async def withdraw(office: Office, case: str) -> None:
    """The applicant withdrew after the counter."""
    await decide(office, case, "withdrawn")


async def ask_again(office: Office, case: str) -> str:
    """A new screening of the case; its reference."""
    raw = await _call(office, "POST", f"/cases/{case}/screenings", json={})
    return ScreeningStarted.model_validate_json(raw).screening


async def screening(office: Office, reference: str) -> ScreeningView:
    """The screening as it stands now."""
    return ScreeningView.model_validate_json(await _call(office, "GET", f"/screenings/{reference}"))


async def judge(
    office: Office,
    reference: str,
    row: HistoryView,
    verdict: Verdict,
    *,
    reason: str = "Wajah di foto",
    officer: str = "o-1",
) -> VerdictView:
    """An officer says of a row that a screening shows whether it is the same person."""
    body = {"office": row.office, "case": row.case, "verdict": verdict, "reason": reason}
    raw = await _call(office, "POST", f"/screenings/{reference}/verdicts", json=body, officer=officer)
    return VerdictView.model_validate_json(raw)


async def coverage(office: Office, reference: str) -> dict[str, CoverageRow]:
    """How each asked office stands in a screening."""
    return {row.office: row for row in (await screening(office, reference)).coverage}


async def alerts(office: Office) -> list[AlertView]:
    """Open alerts, the oldest first."""
    response = await office.call("GET", "/office/v1/alerts")
    return [AlertView.model_validate(one) for one in response.json()]


async def peers(office: Office) -> dict[str, PeerView]:
    """How an office sees each other member."""
    response = await office.call("GET", "/office/v1/peers")
    return {one.office: one for one in (PeerView.model_validate(row) for row in response.json())}


async def settle(simulation: Simulation, seconds: float = 3.0) -> None:
    """Let virtual time pass."""
    await next(iter(simulation.offices.values())).clock.sleep(seconds)


def held(office: Office, issuer: str) -> dict[str, Held]:
    """Every notice of an issuer that an office holds, by case."""
    with office.engine.begin() as connection:
        found = notices.after(connection, issuer, number=0, limit=10_000)
        return {
            one.case_ref: Held(
                one.revision, one.number, one.standing, _postings(connection, one), one.statement.payload
            )
            for one in found
        }


def _postings(connection: Connection, one: notices.StoredNotice) -> int:
    query = "SELECT count(*) FROM posting p JOIN notice n ON n.id = p.notice_id WHERE n.issuer = %s AND n.case_ref = %s"
    bound = query.replace("%s", "?") if connection.dialect.name == "sqlite" else query
    return int(connection.exec_driver_sql(bound, (one.issuer, one.case_ref)).scalar_one())


def acted(office: Office, *, type: str | None = None, peer: str | None = None) -> list[entries.Entry]:
    """The entries of an office's log, of one type or about one peer."""
    with office.engine.begin() as connection:
        found = entries.listed(connection, limit=100_000)
    return [one for one in found if type in (None, one.type) and peer in (None, one.peer)]


def counted(office: Office, source: str) -> Counter[str]:
    """How often each rule refused messages under this name, before and after they became entries of the log."""
    with office.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT source, rule, count FROM stranger").all()
    seen = [(str(name), str(rule), int(count)) for name, rule, count in rows]
    for entry in acted(office, type="strangers"):
        told = said(office, entry)
        seen.append((told["source"], told["rule"], told["count"]))
    found: Counter[str] = Counter()
    for name, rule, count in seen:
        if name == source:
            found[rule] += count
    return found


def said(office: Office, entry: entries.Entry) -> Fields:
    """What an entry of the log says; the office's node must be running."""
    assert entry.body_sealed is not None
    body: Fields = json.loads(office.node.sealer.unseal("entry", entry.leaf.hex(), entry.body_sealed))
    return body


def causes(office: Office, reference: str, *, of: str) -> list[str]:
    """Why an asked office was unknown, each time that it was, in a screening."""
    with office.engine.begin() as connection:
        happened = events.after(connection, reference, seq=0)
    return [str(one.detail["cause"]) for one in happened if one.kind == "unknown" and one.office == of]


def gaps(office: Office, issuers: Iterable[str]) -> dict[str, int | None]:
    """The first number that an office lacks of each other's feed, or None; an office never heard of lacks all."""
    with office.engine.begin() as connection:
        return {
            issuer: feeds.first_missing(connection, issuer) if feeds.covered_to(connection, issuer) is None else None
            for issuer in issuers
        }


async def _call(office: Office, method: str, path: str, **options: Any) -> bytes:
    response = await office.call(method, f"/office/v1{path}", **options)
    if response.status_code >= 400:
        raise ActRefusedError(response.status_code, response.json().get("code"))
    return response.content
