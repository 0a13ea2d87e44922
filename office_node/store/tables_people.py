"""Tables of the office's own officers: accounts, recovery codes, sessions, proofs, refused log-ins."""

from sqlmodel import Field

from office_node.store.rows import Row, big, filled, key, maybe


class OfficerAccountRow(Row, table=True):
    """One officer's account. `version` grows with every change of rights or secrets; a session names it."""

    __tablename__ = "officer_account"
    officer: str = key()
    name_sealed: bytes
    password_sealed: bytes
    totp_sealed: bytes | None = None
    totp_pending_sealed: bytes | None = None
    totp_step: int = big()
    roles: str
    state: str
    must_change: bool
    version: int = big()
    password_at: int = big()
    created_at: int = big()
    changed_at: int = big()
    keep_until: int | None = maybe()
    __table_args__ = (filled("ix_officer_account_keep_until", "keep_until"),)


class OfficerRecoveryRow(Row, table=True):
    """A recovery code that was not used yet; only its hash."""

    __tablename__ = "officer_recovery"
    officer: str = Field(primary_key=True, foreign_key="officer_account.officer", ondelete="CASCADE")
    hash: bytes = Field(primary_key=True)


class OfficerSessionRow(Row, table=True):
    """A session of a browser; only the hash of its id."""

    __tablename__ = "officer_session"
    hash: bytes = Field(primary_key=True)
    officer: str = Field(foreign_key="officer_account.officer", ondelete="CASCADE", index=True)
    version: int = big()
    method: str
    roles: str
    started_at: int = big()
    seen_at: int = big()
    ends_at: int = big(index=True)


class OfficerProofRow(Row, table=True):
    """A second officer's signature that waits to be used once; only the hash of its reference."""

    __tablename__ = "officer_proof"
    hash: bytes = Field(primary_key=True)
    officer: str = Field(foreign_key="officer_account.officer", ondelete="CASCADE", index=True)
    version: int = big()
    role: str
    case_ref: str
    act: str
    subject: str
    first: str
    expires_at: int = big(index=True)


class LoginFailureRow(Row, table=True):
    """Refused log-ins in a row of one name (a keyed hash: it need not be anybody's) or of one source address."""

    __tablename__ = "login_failure"
    kind: str = key()
    subject: str = key()
    failed: int = big()
    locked_until: int | None = maybe()
    last_at: int = big(index=True)
