"""Every table of a node's database; what migrations compare against."""

from sqlalchemy import MetaData

from office_node.store import (
    tables_cases,
    tables_events,
    tables_federation,
    tables_guideline,
    tables_lists,
    tables_office,
    tables_outreach,
    tables_people,
    tables_stats,
)
from office_node.store.rows import Row

METADATA: MetaData = Row.metadata
MODULES = (
    tables_cases, tables_events, tables_federation, tables_guideline, tables_lists, tables_office, tables_outreach,
    tables_people, tables_stats,
)  # fmt: skip
"""Importing them is what fills `METADATA`."""
