"""Times as they are kept: whole microseconds since 1970, which sort and compare exactly."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(time: datetime) -> int:
    """A time with a zone as microseconds since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Microseconds since 1970 as a time, with time zone UTC."""
    return _EPOCH + timedelta(microseconds=micros)


LATEST = to_micros(datetime.max.replace(tzinfo=UTC))
"""The last time that can be written."""
