"""The table of what office systems follow: what happened to cases, in the order of the commits. No personal data."""

from office_node.store.rows import Row, big, counted


class OfficeEventRow(Row, table=True):
    """One event; `detail` is JSON of codes and references."""

    __tablename__ = "office_event"
    id: int | None = counted()
    at: int = big(index=True)
    kind: str
    case_ref: str | None = None
    detail: str
