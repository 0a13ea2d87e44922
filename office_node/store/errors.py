"""What goes wrong with the database or with sealed data, told without any data; part of the one tree of errors."""

from office_node.errors import CommitUncertainError, StoreError, UnsealError

__all__ = ["CommitUncertainError", "StoreError", "UnsealError"]
