"""Log lines with fixed event names and an allow-list: a field that is not named here does not reach a line.

So no name, number or free text of a person can be logged by mistake (`tests/office_node/test_logs.py`).
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "office", "peer", "code", "cause", "count", "version", "keyid", "elapsed_ms",
        "status", "method", "route", "error", "task", "attempt", "epoch", "host", "port", "reason", "where", "skew_s",
    }
)  # fmt: skip
_MAX_VALUE = 120


def keep_allowed(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Structlog processor: drops every field that is not allowed, and cuts the rest to a short text or number."""
    return {
        name: value if isinstance(value, int | float | bool) else str(value)[:_MAX_VALUE]
        for name, value in event.items()
        if name in ALLOWED_FIELDS
    }


def configure(stream: TextIO | None = None) -> None:
    """Write JSON lines to `stream` (standard error)."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


class LibraryHandler(logging.Handler):
    """What a library logs becomes a line of ours: who, how bad, which exception. Its text may quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[0] if record.exc_info else None
        fields = {"where": record.name, "error": error.__name__ if error else None}
        log.log(record.levelno, "library", **{name: value for name, value in fields.items() if value})


def capture_libraries() -> None:
    """Hand every warning of the web server and other libraries to `LibraryHandler`, whatever they had set up."""
    root = logging.getLogger()
    for name in list(root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    root.handlers = [LibraryHandler()]
    root.setLevel(logging.WARNING)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
