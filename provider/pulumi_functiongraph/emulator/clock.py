"""Time and identifiers, passed in so that a test decides what "now" and "new" are."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

NewId = Callable[[], str]
"""Makes a fresh identifier: 32 lower-case hexadecimal digits."""


def random_id() -> str:
    """A fresh identifier in the form the clouds use: 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def utc_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Bounds of the time; what lasts 100 years from the last one can still be written."""


class Clock:
    """The local cloud's time: a source of time plus what has been advanced by hand."""

    def __init__(self, source: Callable[[], datetime] = utc_now) -> None:
        self._source = source
        self._advanced = timedelta()

    def now(self) -> datetime:
        """The current time, with time zone UTC."""
        return self._source() + self._advanced

    def advance(self, step: timedelta) -> None:
        """Move the time by `step`, which may be negative.

        Raises:
            OverflowError: the time would leave the years that can be written.
        """
        if not FIRST <= self.now() + step <= LAST:
            raise OverflowError(f"the time would leave the years {FIRST.year} to {LAST.year}")
        self._advanced += step

    def reset(self) -> None:
        """Forget every advance."""
        self._advanced = timedelta()
