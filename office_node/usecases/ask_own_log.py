"""What another office has seen of this office's own log: after a restore, and when a witness knows more of it."""

from pydantic import ValidationError

from office_node.errors import PeerAnswerInvalidError
from office_node.node import Node
from office_node.signing.notes import SignedCheckpoint
from office_node.store.transactions import Connection
from office_node.usecases.roll_back import note_lost, stop
from office_node.usecases.trusting import write_trusting
from office_node.usecases.watch_log import shown
from shared_schemas.log import CheckpointGiven


async def last_seen(node: Node, office: str) -> SignedCheckpoint | None:
    """The newest checkpoint of this office's own log that another office has seen. PeerError."""
    raw = await node.peers.get(office, "/federation/v1/log/seen", timeout_s=node.settings.peer_timeout_s)
    try:
        given = CheckpointGiven.model_validate_json(raw)
    except ValidationError as error:
        raise PeerAnswerInvalidError("malformed") from error
    return shown(node, node.office, given.checkpoint)


async def ask_if_rolled_back(node: Node, office: str) -> None:
    """Have an office that knows more of this log than there is show what it knows. PeerError."""
    seen = await last_seen(node, office)
    if seen is None:
        return

    def take(connection: Connection) -> str | None:
        node.roster.check(connection)
        return note_lost(connection, node, [seen.note()], by=office)

    stop(node, await write_trusting(node, take))
