"""What goes wrong with the database or with sealed data, told without any data."""

from typing import ClassVar

from office_node.errors import NodeError


class StoreError(NodeError):
    """The database did not take or give something; nothing of the transaction was kept.

    `reason` is a fixed word for operators: disk-full, locked, read-only, damaged, unreachable, closed,
    failed.
    """

    code: ClassVar[str] = "store-failed"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class CommitUncertainError(StoreError):
    """The connection broke during the commit: the transaction is whole or absent, and nobody knows which."""

    code: ClassVar[str] = "commit-uncertain"


class UnsealError(NodeError):
    """A sealed value does not open: damaged, or moved from another table or row."""

    code: ClassVar[str] = "unseal-failed"

    def __init__(self, table: str) -> None:
        super().__init__()
        self.table = table
