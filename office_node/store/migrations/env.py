"""Alembic's entry: runs on the connection that `office_node.store.migrate` hands in."""

from typing import Any, Literal

import sqlmodel
from alembic import context

from office_node.store.tables import METADATA


def _plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """SQLModel's own string type is written as SQLAlchemy's."""
    return "sa.String()" if kind == "type" and isinstance(item, sqlmodel.AutoString) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True, render_item=_plain
)
with context.begin_transaction():
    context.run_migrations()
