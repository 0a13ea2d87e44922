"""Tables of statistics: counts without anybody in them."""

from office_node.store.rows import CLUSTERED, Row, big, key, maybe


class StatCellRow(Row, table=True):
    """A cell of a table that is given out. `rounded`: what it is for the public, once its month has closed.

    `change`: rises with everything that is changed, so that a reader goes on where it was.
    """

    __tablename__ = "stat_cell"
    period: str = key()
    name: str = key()
    dims: str = key()
    value: int = big()
    rounded: int | None = maybe()
    change: int = big(index=True)


class StatJointRow(Row, table=True):
    """A cell of a family with all its dimensions, until its month closes and has been rounded."""

    __tablename__ = "stat_joint"
    period: str = key()
    family: str = key()
    dims: str = key()
    value: int = big()
    __table_args__ = CLUSTERED


class StatPeriodRow(Row, table=True):
    """A period that is frozen."""

    __tablename__ = "stat_period"
    period: str = key()
    closed_at: int = big()


class StatDueRow(Row, table=True):
    """A screening whose answers are counted at that time."""

    __tablename__ = "stat_due"
    screening: str = key()
    due_at: int = big(index=True)
