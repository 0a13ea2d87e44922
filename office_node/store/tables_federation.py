"""Tables of what an office learns from and owes to its peers: log entries, notices, feeds, peers, trust."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from office_node.store.rows import CLUSTERED, Row, big, counted, filled, key, maybe, only


class MetaRow(Row, table=True):
    """Facts on the database itself, e.g. whose it is."""

    __tablename__ = "meta"
    name: str = key()
    value: str


class CounterRow(Row, table=True):
    """Counters: `notice_number` (gapless) and `trust` (rises when roster, suspension or denial change)."""

    __tablename__ = "counter"
    name: str = key()
    value: int = big()


class EntryRow(Row, table=True):
    """One entry of the log: who did what, and the leaf hash that commits to it. The integrator numbers it."""

    __tablename__ = "entry"
    id: int | None = counted()
    at: int = big()
    type: str
    case_ref: str | None = None
    peer: str | None = None
    inquiry: str | None = None
    actor_office: str
    actor_role: str
    actor_officer: str | None = None
    purpose: str | None = None
    keep_until: int = big()
    salt: bytes | None = None
    body_sealed: bytes | None = None
    attached_sealed: bytes | None = None
    leaf: bytes
    __table_args__ = (
        filled("ix_entry_case_ref", "case_ref"),
        only("ix_entry_keep_until", "keep_until", where="body_sealed IS NOT NULL"),
    )


class LogLeafRow(Row, table=True):
    """A numbered entry of the log: its leaf in the tree, from 0 on. Never changed, never removed."""

    __tablename__ = "log_leaf"
    number: int = big(key=True)
    entry_id: int = big()
    leaf: bytes = Field(index=True)


class LogNodeRow(Row, table=True):
    """The hash of a complete subtree of the log's tree (level 1 and above)."""

    __tablename__ = "log_node"
    level: int = key()
    place: int = big(key=True)
    hash: bytes
    __table_args__ = CLUSTERED


class WitnessedRow(Row, table=True):
    """The last checkpoint of another office's log that this one cosigned; what speaks against that log."""

    __tablename__ = "witnessed"
    origin: str = key()
    size: int = big()
    note: str
    fork: str | None = None
    unproven: str | None = None


class LogSeenRow(Row, table=True):
    """The newest checkpoint of another office's log that was proved here, and when the log is looked at next."""

    __tablename__ = "log_seen"
    office: str = key()
    note: str | None = None
    contested: str | None = None
    entry_id: int = big()
    audited_at: int | None = maybe()
    due_at: int = big(index=True)


class LogEvidenceRow(Row, table=True):
    """A proof that an office's log contradicts itself."""

    __tablename__ = "log_evidence"
    id: str = key()
    accused: str
    kind: str
    seen_at: int = big()
    body_sealed: bytes
    is_told: bool


class NoticeRow(Row, table=True):
    """The latest notice on a case: the office's own (issuer = itself) and the traces of others."""

    __tablename__ = "notice"
    id: int | None = counted()
    issuer: str
    case_ref: str
    revision: int = big()
    number: int = big()
    generation: int
    standing: str
    reason_group: str | None = None
    until: int | None = maybe()
    lapses_at: int | None = maybe()
    arrived_at: int = big()
    keyid: str
    signature: bytes
    payload: bytes
    __table_args__ = (
        UniqueConstraint("issuer", "case_ref"),
        Index("ix_notice_issuer_number", "issuer", "number"),
        Index("ix_notice_until", "until"),
        only("ix_notice_cleared", "arrived_at", where="standing = 'cleared'"),
    )


class PostingRow(Row, table=True):
    """An index token of a notice; `until` only where it finds for a shorter time than the notice is in force."""

    __tablename__ = "posting"
    token: int = big(key=True)
    notice_id: int = big(key=True, index=True)
    until: int | None = maybe()
    __table_args__ = CLUSTERED


class FeedRangeRow(Row, table=True):
    """Numbers of a peer's feed accounted for above `peer.accounted_to`, as closed ranges that never touch."""

    __tablename__ = "feed_range"
    issuer: str = key()
    first: int = big(key=True)
    last: int = big()
    __table_args__ = CLUSTERED


class PeerRow(Row, table=True):
    """What is known of a peer: how far its feed is accounted for, its latest hello, back-off, clock, worth of hits."""

    __tablename__ = "peer"
    office: str = key()
    accounted_to: int = big()
    hello_at: int | None = maybe()
    hello_last_number: int | None = maybe()
    hello_generation: int | None = None
    hello_payload: bytes | None = None
    hello_signature: bytes | None = None
    hello_keyid: str | None = None
    last_heard_at: int | None = maybe()
    backoff_until: int | None = maybe()
    failures: int
    skew_errors: int
    skew_s: int | None = None
    skew_at: int | None = maybe()
    hits_revealed: int | None = None
    hits_unfounded: int | None = None
    speaks: int | None = None
    greeted_at: int | None = maybe()


class DeliveryRow(Row, table=True):
    """The outbox of notices: one row per office and case, for the newest revision."""

    __tablename__ = "delivery"
    office: str = key()
    case_ref: str = key()
    revision: int = big()
    due_at: int | None = maybe()
    claimed_until: int | None = maybe()
    attempts: int
    delivered_at: int | None = maybe()
    __table_args__ = (
        only("ix_delivery_office_due_at", "office", "due_at", where="due_at IS NOT NULL"),
        filled("ix_delivery_delivered_at", "delivered_at"),
        CLUSTERED,
    )


class NonceRow(Row, table=True):
    """Nonces of accepted messages, so that a restart opens no replay."""

    __tablename__ = "nonce"
    keyid: str = key()
    nonce: str = key()
    expires_at: int = big(index=True)
    __table_args__ = CLUSTERED


class StrangerRow(Row, table=True):
    """Unsigned and unknown-key traffic, counted per minute and source."""

    __tablename__ = "stranger"
    minute: int = big(key=True)
    source: str = key()
    rule: str = key()
    count: int = big()


class HitGivenRow(Row, table=True):
    """A hit that this office has answered: who asked, about which own cases, whether the reveal came."""

    __tablename__ = "hit_given"
    answer_digest: str = key()
    inquiry: str = Field(index=True)
    asker: str
    cases: str
    answered_at: int = big(index=True)
    alert_due_at: int | None = maybe(index=True)
    revealed_at: int | None = maybe()


class RosterFileRow(Row, table=True):
    """A file of the roster's TUF repository, verified."""

    __tablename__ = "roster_file"
    path: str = key()
    body: bytes


class SuspensionRow(Row, table=True):
    """A suspension statement in force."""

    __tablename__ = "suspension"
    digest: str = key()
    member: str
    envelope: bytes
    since: int = big()


class DenialRow(Row, table=True):
    """An office that this node alone refuses."""

    __tablename__ = "denial"
    office: str = key()
    since: int = big()
    reason: str


class LeaseRow(Row, table=True):
    """A duty that one process of the office holds for a while."""

    __tablename__ = "lease"
    name: str = key()
    holder: str
    until: int = big()


class RateRow(Row, table=True):
    """When all that one member, access key or officer has asked would be due at its steady rate."""

    __tablename__ = "rate"
    name: str = key()
    at: int = big()


class PeerUseRow(Row, table=True):
    """How many questions of another office were answered in an hour, and how many of them with a hit."""

    __tablename__ = "peer_use"
    office: str = key()
    hour: int = big(key=True)
    asked: int = big()
    found: int = big()
