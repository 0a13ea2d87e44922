"""Statistics given out: exact to the dashboard member of the roster, which says why, and rounded to anybody.

The reading of exact figures is evidence as any other question of a member is. There are no free queries.
"""

from office_node.domain.statistics import FAMILIES, TABLES
from office_node.errors import NotADashboardError, ReplayedError
from office_node.node import Node
from office_node.store import nonces, stats
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.count_statistics import count_statistics
from office_node.usecases.limits import spend_of_peer
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.trusting import write_trusting
from shared_schemas.stats import (
    DefinitionsTold,
    ExactAsked,
    ExactCell,
    ExactPage,
    MonthsTold,
    RoundedCell,
    RoundedMonth,
    RoundedTable,
    TableTold,
)

PAGE = 1000
"""Cells a page: at most 200 KB."""
CLOSED_SHOWN = 120


async def give_exact(node: Node, asked: ExactAsked, *, carried: Carried) -> ExactPage:
    """Count what has happened, then what was changed after `asked.after`. NotADashboardError, ReplayedError."""
    await write_trusting(node, lambda connection: _admit_dashboard(connection, node, carried))
    await count_statistics(node)

    def give(connection: Connection) -> ExactPage:
        cells = stats.changed_after(connection, asked.after, limit=PAGE + 1)
        page, more = cells[:PAGE], len(cells) > PAGE
        members = {"purpose": asked.purpose, "after": asked.after, "cells": len(page)}
        act = Act("statistics-given", carried.arrived_at, node.machine, members, peer=carried.office,
                  purpose=asked.purpose)  # fmt: skip
        enter(connection, node, act=act)
        return ExactPage(
            office=node.office,
            generation=node.generation,
            counted_at=carried.arrived_at,
            cells=tuple(ExactCell(period=one.period, table=one.name, key=one.key, value=one.value) for one in page),
            next=page[-1].change if page else asked.after,
            more=more,
            closed=tuple(_months(connection)[-CLOSED_SHOWN:]),
        )

    return await node.run.write(give)


def _admit_dashboard(connection: Connection, node: Node, carried: Carried) -> None:
    """Use up the nonce; only a dashboard is told exact figures."""
    if not nonces.remember(connection, carried.keyid, nonce=carried.nonce, expires_at=carried.nonce_until):
        raise ReplayedError(carried.keyid)
    node.roster.check(connection)
    if node.roster.current().key(carried.keyid, carried.arrived_at).member.role != "dashboard":
        raise NotADashboardError(carried.keyid)
    spend_of_peer(connection, node, carried)


async def list_months(node: Node) -> MonthsTold:
    """The months of which rounded tables are given."""
    return MonthsTold(office=node.office, months=tuple(await node.run.read(_months)))


async def give_rounded(node: Node, month: str) -> RoundedMonth:
    """Every public table of a closed month. CaseUnknownError while it is open, or if there is none."""

    def read(connection: Connection) -> RoundedMonth:
        closed_at = stats.closed(connection).get(month)
        if closed_at is None:
            raise CaseUnknownError
        cells: dict[str, list[RoundedCell]] = {}
        for name, key, value in stats.rounded(connection, month):
            cells.setdefault(name, []).append(RoundedCell(key=key, value=value))
        tables = tuple(
            RoundedTable(
                table=table.name, dimensions=table.dimensions, text_id=family.text_id, text_en=family.text_en,
                cells=tuple(cells.get(table.name, ())),
            )
            for family, table in TABLES.values()
            if family.public
        )  # fmt: skip
        return RoundedMonth(office=node.office, month=month, closed_at=closed_at, tables=tables)

    return await node.run.read(read)


def definitions() -> DefinitionsTold:
    """Every table with what it counts."""
    return DefinitionsTold(
        tables=tuple(
            TableTold(
                table=table.name, dimensions=table.dimensions, text_id=family.text_id, text_en=family.text_en,
                public=family.public,
            )
            for family in FAMILIES.values()
            for table in family.tables
        )
    )  # fmt: skip


def _months(connection: Connection) -> list[str]:
    return [period for period in sorted(stats.closed(connection)) if "W" not in period]
