"""Tables of what office systems follow: events in the order of the commits, and where they are sent to."""

from office_node.store.rows import Row, big, counted, key, maybe


class OfficeEventRow(Row, table=True):
    """One event; `detail` is JSON of codes and references."""

    __tablename__ = "office_event"
    id: int | None = counted()
    at: int = big(index=True)
    kind: str
    case_ref: str | None = None
    detail: str


class WebhookRow(Row, table=True):
    """Where events are sent to, how far that has come, and the secret that signs them (sealed)."""

    __tablename__ = "webhook"
    id: str = key()
    url: str
    kinds: str
    secret_sealed: bytes
    cursor: int = big()
    created_at: int = big()
    state: str
    failures: int
    failing_since: int | None = maybe()
    due_at: int = big()
