"""A proof that a log contradicts itself: kept, an alert here and one at the office that it speaks against.

The accused may be honest: its key is in other hands, or somebody has edited its database. So it is told.
"""

from functools import partial

from pydantic import ValidationError

from office_node.domain.log_evidence import Proven, prove
from office_node.errors import EvidenceUnprovenError, PeerError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.keys import VerifyKey, verify_key
from office_node.store import alerts, log_evidence
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.admit import admit
from office_node.usecases.record import Act, enter
from office_node.usecases.roll_back import note_evidence, stop
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from shared_schemas.log import EvidenceTaken, LogEvidence


def keys_of(node: Node, office: str) -> tuple[VerifyKey, ...]:
    """Every signing key that the roster lists for the office, be it an old one: what it signed it has signed."""
    member = node.roster.current().member(office)
    return () if member is None else tuple(verify_key(key.key) for key in member.signing_keys)


def accuse(connection: Connection, node: Node, evidence: LogEvidence) -> None:
    """Keep the proof, raise the alert, write the entry; nothing if it is known. EvidenceUnprovenError."""
    proven = prove(evidence, keys=keys_of(node, evidence.accused))
    if _keep(connection, node, evidence, proven, is_told=False):
        _alert(connection, node, kind="log_contradicted", office=evidence.accused, about=proven.digest)


async def tell_accused(node: Node, office: str) -> None:
    """Send an office what was found against its log and it has not been told yet; tried again with the next audit."""
    for one in await node.run.read(partial(log_evidence.untold, accused=office)):
        lines.error("log-contradicted", office=node.office, peer=office, reason=one.kind)
        body = node.sealer.unseal("log_evidence", one.id, one.body_sealed)
        try:
            raw = await node.peers.post(
                office, "/federation/v1/log/evidence", body=body, timeout_s=node.settings.peer_timeout_s
            )
            EvidenceTaken.model_validate_json(raw)
        except (PeerError, ValidationError) as error:
            cause = cause_of(error) if isinstance(error, PeerError) else "malformed"
            lines.warning("accused-not-told", office=node.office, peer=office, cause=cause)
            return
        await node.run.write(partial(log_evidence.told, evidence=one.id))


async def take_evidence(node: Node, evidence: LogEvidence, *, carried: Carried) -> dict[str, str]:
    """What another office has found against this one's log; EvidenceTaken as JSON. EvidenceUnprovenError."""
    if evidence.accused != node.office:
        raise EvidenceUnprovenError
    proven = prove(evidence, keys=keys_of(node, node.office))

    def take(connection: Connection) -> tuple[bytes, str | None]:
        admit(connection, node, carried)
        _keep(connection, node, evidence, proven, is_told=True)
        raise_own(connection, node, by=carried.office, about=proven.digest)
        members = {"evidence": proven.digest, "kind": proven.kind}
        act = Act("log-evidence-taken", carried.arrived_at, node.machine, members, peer=carried.office)
        lost = note_evidence(connection, node, evidence, by=carried.office)
        return enter(connection, node, act=act), lost

    leaf, lost = await write_trusting(node, take)
    stop(node, lost)
    lines.error("own-log-contradicted", office=node.office, peer=carried.office, reason=proven.kind)
    return {"leaf": leaf.hex()}


def raise_own(connection: Connection, node: Node, *, by: str, about: str) -> None:
    """The alert that somebody says that this office's own log was rewritten, or that its key is in other hands."""
    _alert(connection, node, kind="own_log_contradicted", office=by, about=about)


def raise_damaged(connection: Connection, node: Node, *, about: str) -> None:
    """The alert that this office's own log is not what it signed."""
    _alert(connection, node, kind="own_log_damaged", office=node.office, about=about)


def _keep(connection: Connection, node: Node, evidence: LogEvidence, proven: Proven, *, is_told: bool) -> bool:
    now, name = node.clock.now(), proven.digest
    body = node.sealer.seal("log_evidence", name, evidence.model_dump_json().encode())
    kept = log_evidence.Evidence(name, evidence.accused, proven.kind, now, body)
    if not log_evidence.add(connection, kept, is_told=is_told):
        return False
    members = {"of": evidence.accused, "evidence": name, "kind": proven.kind}
    enter(connection, node, act=Act("log-contradicted", now, node.machine, members, peer=evidence.accused))
    return True


def _alert(connection: Connection, node: Node, *, kind: str, office: str, about: str) -> None:
    alerts.raise_alert(
        connection,
        alerts.NewAlert(
            id=node.new_ref(), kind=kind, case_ref="", office=office, inquiry=about, zone=None,
            raised_at=node.clock.now(),
        ),
    )  # fmt: skip
