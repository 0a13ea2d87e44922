"""Tables of what comes to the office as lists: passports that were issued, compared with what was screened."""

from sqlmodel import Field

from office_node.store.rows import Row, big, key, maybe


class IssuedListRow(Row, table=True):
    """The list of one day as it came last: how many passports, and of how many nothing was screened."""

    __tablename__ = "issued_list"
    day: str = key()
    received_at: int = big(index=True)
    revision: int
    listed: int
    unscreened: int
    digest: bytes


class IssuedForRow(Row, table=True):
    """For which passport of which list a screened case stands: one case, one passport. The number is a token."""

    __tablename__ = "issued_for"
    case_ref: str = key()
    day: str = Field(index=True)
    token: int = big()


class UnscreenedRow(Row, table=True):
    """A passport that was issued without a screening; number and application are sealed.

    `removed_at`: a later list of the day has it no more; it is to be explained all the same.
    """

    __tablename__ = "unscreened_passport"
    id: str = key()
    day: str = Field(index=True)
    token: int = big()
    passport_sealed: bytes
    found_at: int = big()
    removed_at: int | None = maybe()
    explained_at: int | None = maybe()
    explained_role: str | None = None
    explained_officer: str | None = None
    note_sealed: bytes | None = None
    keep_until: int = big(index=True)


class ScreeningListRow(Row, table=True):
    """Applications that were handed in together, to be filed and screened one after the other."""

    __tablename__ = "screening_list"
    id: str = key()
    created_at: int = big(index=True)
    key_id: str
    actor_role: str
    actor_officer: str | None = None
    total: int
    cancelled_at: int | None = maybe()


class ListedRow(Row, table=True):
    """One of them; what is filed is sealed, and gone once it is."""

    __tablename__ = "screening_list_row"
    list_id: str = Field(primary_key=True, foreign_key="screening_list.id", ondelete="CASCADE")
    row: int = key()
    state: str = Field(index=True)
    filing_sealed: bytes | None = None
    case_ref: str | None = None
    screening: str | None = None
    problem: str | None = None
