"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""

    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("inquiry", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signed_role", sa.String(), nullable=True),
        sa.Column("signed_officer", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("ix_alert_case_ref", ["case_ref"], unique=False)
        batch_op.create_index(
            "ix_alert_open",
            ["kind", "case_ref", "office", "inquiry"],
            unique=True,
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        )
        batch_op.create_index("ix_alert_signed_at_raised_at", ["signed_at", "raised_at"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "delivery",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("office", "case_ref", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_delivered_at",
            ["delivered_at"],
            unique=False,
            sqlite_where=sa.text("delivered_at IS NOT NULL"),
            postgresql_where=sa.text("delivered_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_delivery_office_due_at",
            ["office", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "denial",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_denial")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=True),
        sa.Column("peer", sa.String(), nullable=True),
        sa.Column("inquiry", sa.String(), nullable=True),
        sa.Column("actor_office", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attached_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entry_case_ref",
            ["case_ref"],
            unique=False,
            sqlite_where=sa.text("case_ref IS NOT NULL"),
            postgresql_where=sa.text("case_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_entry_keep_until",
            ["keep_until"],
            unique=False,
            sqlite_where=sa.text("body_sealed IS NOT NULL"),
            postgresql_where=sa.text("body_sealed IS NOT NULL"),
        )

    op.create_table(
        "log_leaf",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_leaf")),
    )
    with op.batch_alter_table("log_leaf", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_leaf_leaf"), ["leaf"], unique=False)

    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_range",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "first", name=op.f("pk_feed_range")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hit_given",
        sa.Column("answer_digest", sa.String(), nullable=False),
        sa.Column("inquiry", sa.String(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("cases", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("alert_due_at", sa.BigInteger(), nullable=True),
        sa.Column("revealed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("answer_digest", name=op.f("pk_hit_given")),
    )
    with op.batch_alter_table("hit_given", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hit_given_alert_due_at"), ["alert_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hit_given_answered_at"), ["answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hit_given_inquiry"), ["inquiry"], unique=False)

    op.create_table(
        "idempotency",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("screening", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "idem_key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_created_at"), ["created_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "nonce",
        sa.Column("keyid", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("keyid", "nonce", name=op.f("pk_nonce")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nonce_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("reason_group", sa.String(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lapses_at", sa.BigInteger(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("keyid", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("issuer", "case_ref", name=op.f("uq_notice_issuer_case_ref")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_issuer_number", ["issuer", "number"], unique=False)
        batch_op.create_index("ix_notice_until", ["until"], unique=False)
        batch_op.create_index(
            "ix_notice_cleared",
            ["arrived_at"],
            unique=False,
            sqlite_where=sa.text("standing = 'cleared'"),
            postgresql_where=sa.text("standing = 'cleared'"),
        )

    op.create_table(
        "office_case",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("reason_group", sa.String(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("lapses_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("condition_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("handed_to", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_office_case")),
    )
    with op.batch_alter_table("office_case", schema=None) as batch_op:
        batch_op.create_index("ix_office_case_state_due_at_ref", ["state", "due_at", "ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_case_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_case_keep_until"), ["keep_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_case_until"), ["until"], unique=False)

    op.create_table(
        "own_key",
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token", "case_ref", name=op.f("pk_own_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("own_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_key_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "peer",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("accounted_to", sa.BigInteger(), nullable=False),
        sa.Column("hello_at", sa.BigInteger(), nullable=True),
        sa.Column("hello_last_number", sa.BigInteger(), nullable=True),
        sa.Column("hello_generation", sa.Integer(), nullable=True),
        sa.Column("hello_payload", sa.LargeBinary(), nullable=True),
        sa.Column("hello_signature", sa.LargeBinary(), nullable=True),
        sa.Column("hello_keyid", sa.String(), nullable=True),
        sa.Column("last_heard_at", sa.BigInteger(), nullable=True),
        sa.Column("backoff_until", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("skew_errors", sa.Integer(), nullable=False),
        sa.Column("skew_s", sa.Integer(), nullable=True),
        sa.Column("skew_at", sa.BigInteger(), nullable=True),
        sa.Column("hits_revealed", sa.Integer(), nullable=True),
        sa.Column("hits_unfounded", sa.Integer(), nullable=True),
        sa.Column("speaks", sa.Integer(), nullable=True),
        sa.Column("greeted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_peer")),
    )
    op.create_table(
        "posting",
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token", "notice_id", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "roster_file",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_roster_file")),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("soft_until", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("ask_until", sa.BigInteger(), nullable=True),
        sa.Column("roster_version", sa.BigInteger(), nullable=False),
        sa.Column("keyid", sa.String(), nullable=False),
        sa.Column("inquiry_payload", sa.LargeBinary(), nullable=False),
        sa.Column("inquiry_signature", sa.LargeBinary(), nullable=False),
        sa.Column("notice_payload", sa.LargeBinary(), nullable=False),
        sa.Column("notice_signature", sa.LargeBinary(), nullable=False),
        sa.Column("notice_keyid", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_ask_until"), ["ask_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_screening_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "stranger",
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "source", "rule", name=op.f("pk_stranger")),
    )
    op.create_table(
        "suspension",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suspension")),
    )
    op.create_table(
        "verdict",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("other_case", sa.String(), nullable=False),
        sa.Column("vector", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_office", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "office", "other_case", name=op.f("pk_verdict")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_keep_until"), ["keep_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_verdict_other_case"), ["other_case"], unique=False)

    op.create_table(
        "asked",
        sa.Column("screening", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("answer_issued_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_payload", sa.LargeBinary(), nullable=True),
        sa.Column("answer_signature", sa.LargeBinary(), nullable=True),
        sa.Column("answer_keyid", sa.String(), nullable=True),
        sa.Column("history_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("history_at", sa.BigInteger(), nullable=True),
        sa.Column("history_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["screening"], ["screening.id"], name=op.f("fk_asked_screening_screening"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("screening", "office", name=op.f("pk_asked")),
    )
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.create_index(
            "ix_asked_history_until",
            ["history_until"],
            unique=False,
            sqlite_where=sa.text("history_until IS NOT NULL"),
            postgresql_where=sa.text("history_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_asked_office_due_at",
            ["office", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "screening_event",
        sa.Column("screening", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["screening"],
            ["screening.id"],
            name=op.f("fk_screening_event_screening_screening"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("screening", "seq", name=op.f("pk_screening_event")),
    )
    op.create_table(
        "witnessed",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("fork", sa.String(), nullable=True),
        sa.Column("unproven", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed")),
    )
    op.create_table(
        "log_seen",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("contested", sa.String(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("audited_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_log_seen")),
    )
    with op.batch_alter_table("log_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_seen_due_at"), ["due_at"], unique=False)

    op.create_table(
        "log_evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("accused", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_evidence")),
    )
    op.create_table(
        "officer_account",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_pending_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("password_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("keep_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("officer", name=op.f("pk_officer_account")),
    )
    with op.batch_alter_table("officer_account", schema=None) as batch_op:
        batch_op.create_index(
            "ix_officer_account_keep_until",
            ["keep_until"],
            unique=False,
            sqlite_where=sa.text("keep_until IS NOT NULL"),
            postgresql_where=sa.text("keep_until IS NOT NULL"),
        )
    op.create_table(
        "officer_recovery",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officer_account.officer"],
            name=op.f("fk_officer_recovery_officer_officer_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("officer", "hash", name=op.f("pk_officer_recovery")),
    )
    op.create_table(
        "officer_session",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officer_account.officer"],
            name=op.f("fk_officer_session_officer_officer_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_officer_session")),
    )
    with op.batch_alter_table("officer_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_session_officer"), ["officer"], unique=False)
        batch_op.create_index(batch_op.f("ix_officer_session_ends_at"), ["ends_at"], unique=False)
    op.create_table(
        "officer_proof",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officer_account.officer"],
            name=op.f("fk_officer_proof_officer_officer_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_officer_proof")),
    )
    with op.batch_alter_table("officer_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_proof_officer"), ["officer"], unique=False)
        batch_op.create_index(batch_op.f("ix_officer_proof_expires_at"), ["expires_at"], unique=False)
    op.create_table(
        "login_failure",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failure_last_at"), ["last_at"], unique=False)
    op.create_table(
        "case_answer",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", "code", name=op.f("pk_case_answer")),
    )
    op.create_table(
        "pattern_token",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "token", "case_ref", name=op.f("pk_pattern_token")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pattern_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pattern_token_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pattern_token_case_ref"), ["case_ref"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("pack_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_assessment")),
    )
    op.create_table(
        "guideline",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.String(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_guideline")),
    )
    op.create_table(
        "rate",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rate")),
    )
    op.create_table(
        "filed_near",
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "code", "value", name=op.f("pk_filed_near")),
    )
    with op.batch_alter_table("filed_near", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filed_near_at"), ["at"], unique=False)

    op.create_table(
        "peer_use",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("office", "hour", name=op.f("pk_peer_use")),
    )
    op.create_table(
        "case_step",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("transition", sa.String(), nullable=False),
        sa.Column("before_state", sa.String(), nullable=False),
        sa.Column("after_state", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("second_role", sa.String(), nullable=True),
        sa.Column("second_officer", sa.String(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", "step", name=op.f("pk_case_step")),
    )
    op.create_table(
        "case_flag",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome_role", sa.String(), nullable=True),
        sa.Column("outcome_officer", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_case_flag")),
    )
    with op.batch_alter_table("case_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_flag_outcome"), ["outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_flag_raised_at"), ["raised_at"], unique=False)
    op.create_table(
        "case_former",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("former_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_case_former")),
    )
    with op.batch_alter_table("case_former", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_former_case_ref"), ["case_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_former_until"), ["until"], unique=False)

    op.create_table(
        "case_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("asked_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_role", sa.String(), nullable=True),
        sa.Column("decided_officer", sa.String(), nullable=True),
        sa.Column("second_role", sa.String(), nullable=True),
        sa.Column("second_officer", sa.String(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("told_how", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_request")),
    )
    with op.batch_alter_table("case_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_request_case_ref"), ["case_ref"], unique=False)
        batch_op.create_index("ix_case_request_open", ["told_at", "due_at", "id"], unique=False)
    op.create_table(
        "office_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_event")),
    )
    with op.batch_alter_table("office_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_event_at"), ["at"], unique=False)
    op.create_table(
        "issued_list",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("unscreened", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_issued_list")),
    )
    with op.batch_alter_table("issued_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_list_received_at"), ["received_at"], unique=False)

    op.create_table(
        "unscreened_passport",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("passport_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("explained_at", sa.BigInteger(), nullable=True),
        sa.Column("explained_role", sa.String(), nullable=True),
        sa.Column("explained_officer", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unscreened_passport")),
    )
    with op.batch_alter_table("unscreened_passport", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unscreened_passport_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_unscreened_passport_keep_until"), ["keep_until"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "screening_list",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_list")),
    )
    with op.batch_alter_table("screening_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_list_created_at"), ["created_at"], unique=False)

    op.create_table(
        "screening_list_row",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("filing_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("case_ref", sa.String(), nullable=True),
        sa.Column("screening", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["screening_list.id"],
            name=op.f("fk_screening_list_row_list_id_screening_list"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "row", name=op.f("pk_screening_list_row")),
    )
    with op.batch_alter_table("screening_list_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_list_row_state"), ["state"], unique=False)
    op.create_table(
        "case_document",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", "kind", name=op.f("pk_case_document")),
    )
    op.create_table(
        "issued_for",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", name=op.f("pk_issued_for")),
    )
    with op.batch_alter_table("issued_for", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_for_day"), ["day"], unique=False)
    op.create_table(
        "mentored_village",
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("ended_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("village", name=op.f("pk_mentored_village")),
    )
    with op.batch_alter_table("mentored_village", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentored_village_officer"), ["officer"], unique=False)

    op.create_table(
        "outreach_follow_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.String(), nullable=False),
        sa.Column("what_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_role", sa.String(), nullable=True),
        sa.Column("done_officer", sa.String(), nullable=True),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_follow_up")),
    )
    with op.batch_alter_table("outreach_follow_up", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outreach_follow_up_open",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_outreach_follow_up_session_id"), ["session_id"], unique=False)

    op.create_table(
        "outreach_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("pre_takers", sa.Integer(), nullable=False),
        sa.Column("pre_right", sa.Integer(), nullable=False),
        sa.Column("post_takers", sa.Integer(), nullable=False),
        sa.Column("post_right", sa.Integer(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_session")),
    )
    with op.batch_alter_table("outreach_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_session_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_session_keep_until"), ["keep_until"], unique=False)
        batch_op.create_index("ix_outreach_session_village", ["village", "day"], unique=False)

    op.create_table(
        "outreach_visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("officers", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_visit")),
    )
    with op.batch_alter_table("outreach_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_visit_day"), ["day"], unique=False)

    op.create_table(
        "pimpasa_officer",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("appointed_on", sa.String(), nullable=False),
        sa.Column("ended_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("officer", name=op.f("pk_pimpasa_officer")),
    )
    op.create_table(
        "recruiter_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("actor_officer", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_role", sa.String(), nullable=True),
        sa.Column("settled_officer", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_report")),
    )
    with op.batch_alter_table("recruiter_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recruiter_report_keep_until"), ["keep_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_recruiter_report_received_at"), ["received_at"], unique=False)
    op.create_table(
        "stat_cell",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dims", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("rounded", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "name", "dims", name=op.f("pk_stat_cell")),
    )
    with op.batch_alter_table("stat_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stat_cell_change"), ["change"], unique=False)

    op.create_table(
        "stat_due",
        sa.Column("screening", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("screening", name=op.f("pk_stat_due")),
    )
    with op.batch_alter_table("stat_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stat_due_due_at"), ["due_at"], unique=False)

    op.create_table(
        "stat_joint",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("dims", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "family", "dims", name=op.f("pk_stat_joint")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stat_period",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_stat_period")),
    )
