"""Statistics of one node (`/stats/v1`): exact for the Kanwil's dashboard, rounded for everybody. Nobody is in them.

A cell belongs to a fixed table and has one value for each of its dimensions, in their order; `-`: not known or none.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.ids import OfficeId

StatsPurpose = Literal["oversight", "planning", "evaluation", "publication"]
"""Why exact figures are asked for; on every access."""
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Period = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2]|W[0-5][0-9])$")]
"""A month, or a week by ISO 8601, in the office's zone."""
TableName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
CellKey = Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(min_length=1, max_length=4)]


class ExactAsked(Ask):
    """Query of `GET /stats/v1/exact`: what was changed after that, as an earlier page said; 0 for everything."""

    purpose: StatsPurpose
    after: Annotated[int, Field(ge=0, le=2**53)] = 0


class ExactCell(Answer):
    """One cell as it stands now. A later page may have it again with another value, which replaces this one."""

    period: Period
    table: TableName
    key: CellKey
    value: Annotated[int, Field(ge=0)]


class ExactPage(Answer):
    """Some cells in the order of their last change; `next`: the `after` of the following page.

    `counted_at`: up to when the office's log was counted. `closed`: months that are frozen. Another `generation` than
    before: the node came back from a backup, and everything is to be asked anew.
    """

    office: OfficeId
    generation: int
    counted_at: Moment
    cells: tuple[ExactCell, ...]
    next: int
    more: bool
    closed: tuple[Month, ...] = ()


class RoundedCell(Answer):
    """One cell of a rounded table: a multiple of 3. Cells that round to 0 are left out, as those are that are 0."""

    key: CellKey
    value: Annotated[int, Field(ge=3)]


class RoundedTable(Answer):
    """One table of a month, with what is counted in it and its dimensions."""

    table: TableName
    dimensions: tuple[str, ...]
    text_id: str
    text_en: str
    cells: tuple[RoundedCell, ...] = ()


class RoundedMonth(Answer):
    """Every public table of a month that has closed. It never changes, and its sums are sums of rounded cells."""

    office: OfficeId
    month: Month
    closed_at: Moment
    base: Literal[3] = 3
    tables: tuple[RoundedTable, ...]


class MonthsTold(Answer):
    """The months of which rounded tables are given."""

    office: OfficeId
    months: tuple[Month, ...]


class TableTold(Answer):
    """What a table counts and by which dimensions; `public`: it is given out rounded too."""

    table: TableName
    dimensions: tuple[str, ...]
    text_id: str
    text_en: str
    public: bool


class DefinitionsTold(Answer):
    """Every table. A flag, a postponement, a suspension and a refusal are four different things."""

    tables: tuple[TableTold, ...]
