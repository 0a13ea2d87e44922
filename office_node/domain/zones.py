"""How sure it is the same person: the wire's word, used by every comparison."""

from shared_schemas.history import Zone

__all__ = ["Zone"]
