"""Tables of PIMPASA: officers, desa binaan, visits, sessions, follow-ups, and reports of recruiters.

People of a village are counted, never named. What is written in words is sealed, and so is all of a recruiter's report.
"""

from sqlalchemy import Index
from sqlmodel import Field

from office_node.store.rows import Row, big, key, maybe, only


class MentorRow(Row, table=True):
    """A PIMPASA officer: a staff pseudonym and days."""

    __tablename__ = "pimpasa_officer"
    officer: str = key()
    appointed_on: str
    ended_on: str | None = None


class MentoredVillageRow(Row, table=True):
    """A desa binaan and its officer."""

    __tablename__ = "mentored_village"
    village: str = key()
    officer: str = Field(index=True)
    since: str
    ended_on: str | None = None


class VisitRow(Row, table=True):
    """A planned session. `session_id`: the one that was held."""

    __tablename__ = "outreach_visit"
    id: str = key()
    village: str
    day: str = Field(index=True)
    officers: str
    audience: str
    topics: str
    note_sealed: bytes | None = None
    state: str
    session_id: str | None = None
    changed_at: int = big()


class SessionRow(Row, table=True):
    """A session that was held; the counts are what statistics are made from, `told_sealed` is all of it."""

    __tablename__ = "outreach_session"
    id: str = key()
    village: str
    day: str = Field(index=True)
    audience: str
    attended: int
    questions: int
    pre_takers: int
    pre_right: int
    post_takers: int
    post_right: int
    told_sealed: bytes
    recorded_at: int = big()
    actor_role: str
    actor_officer: str | None = None
    keep_until: int = big(index=True)
    __table_args__ = (Index("ix_outreach_session_village", "village", "day"),)


class FollowUpRow(Row, table=True):
    """What is to be done after a session; the words are sealed."""

    __tablename__ = "outreach_follow_up"
    id: str = key()
    session_id: str = Field(index=True)
    village: str
    owner: str
    due_on: str
    what_sealed: bytes
    done_at: int | None = maybe()
    done_role: str | None = None
    done_officer: str | None = None
    outcome_sealed: bytes | None = None
    __table_args__ = (only("ix_outreach_follow_up_open", "due_on", "id", where="done_at IS NULL"),)


class RecruiterReportRow(Row, table=True):
    """What was heard of a recruiter, all of it sealed."""

    __tablename__ = "recruiter_report"
    id: str = key()
    village: str
    day: str
    received_at: int = big(index=True)
    told_sealed: bytes
    actor_role: str
    actor_officer: str | None = None
    outcome: str | None = None
    settled_at: int | None = maybe()
    settled_role: str | None = None
    settled_officer: str | None = None
    note_sealed: bytes | None = None
    keep_until: int = big(index=True)
