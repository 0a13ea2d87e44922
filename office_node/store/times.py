"""Time in the tables: Unix milliseconds in UTC, so that both databases order and compare it alike."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Unix milliseconds of an aware moment; what is finer is cut off."""
    return (moment - _EPOCH) // _MS


def from_ms(milliseconds: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + milliseconds * _MS


def to_ms_or_none(moment: datetime | None) -> int | None:
    """`to_ms`, where there may be no moment."""
    return None if moment is None else to_ms(moment)


def from_ms_or_none(milliseconds: int | None) -> datetime | None:
    """`from_ms`, where there may be no moment."""
    return None if milliseconds is None else from_ms(milliseconds)
