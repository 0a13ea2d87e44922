"""Alerts stay open until a person has looked and signed."""

from office_node.node import Node
from office_node.store import alerts, hits_given
from office_node.store.transactions import Connection
from office_node.usecases.asked_first import may_see_others
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError
from shared_schemas.alerts import AlertView, SignAlert
from shared_schemas.statement import Actor


async def list_alerts(node: Node, *, officer: Actor, everything: bool = False) -> list[AlertView]:
    """Open alerts, oldest first; with `everything` also the signed ones.

    An interviewer is not shown those of a case in which she has not asked about other offices yet.
    """

    def read(connection: Connection) -> list[alerts.Alert]:
        found = alerts.listed(connection, everything=everything)
        return [one for one in found if not one.case_ref or may_see_others(connection, one.case_ref, officer=officer)]

    rows = await node.run.read(read)
    return [
        AlertView(
            alert=row.id,
            kind=row.kind,
            case=row.case_ref or None,
            office=row.office,
            zone=row.zone,
            count=row.count,
            raised_at=row.raised_at,
            signed_at=row.signed_at,
            signed_by=row.signed_officer,
        )
        for row in rows
    ]


async def sign_alert(node: Node, alert: str, signature: SignAlert, *, officer: Actor) -> None:
    """Close an alert with a note. CaseUnknownError, AlreadyDecidedError."""

    def sign(connection: Connection) -> None:
        row = alerts.get(connection, alert)
        if row is None:
            raise CaseUnknownError
        if row.signed_at is not None:
            raise AlreadyDecidedError
        now = node.clock.now()
        alerts.sign(
            connection,
            alert,
            now=now,
            role=officer.role,
            officer=officer.officer or "",
            note_sealed=node.sealer.seal("alert.note", alert, signature.note.encode()),
        )
        act = Act(
            type="alert-signed", at=now, actor=officer, case_ref=row.case_ref or None, peer=row.office,
            members={"alert": alert},
        )  # fmt: skip
        enter(connection, node, act=act)

    await node.run.write(sign)


async def alert_unrevealed(node: Node) -> int:
    """Hits whose reveal never came within the hour alert the owner by token score alone; how many."""

    def sweep(connection: Connection) -> int:
        now = node.clock.now()
        due = hits_given.claim_unrevealed(connection, now=now)
        for given in due:
            for case_ref in given.cases:
                alerts.raise_alert(
                    connection,
                    alerts.NewAlert(
                        id=node.new_ref(),
                        kind="asked_about",
                        case_ref=case_ref,
                        office=given.asker,
                        inquiry=given.inquiry,
                        zone=None,
                        raised_at=now,
                    ),
                )
        return len(due)

    return await node.run.write(sweep)
