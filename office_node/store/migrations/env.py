"""Alembic's entry: runs on the connection that `office_node.store.migrate` hands in."""

from alembic import context

from office_node.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
