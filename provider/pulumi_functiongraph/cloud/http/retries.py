"""Which failed attempts are made again, when, and for how long.

Waits grow at random (full jitter), ``Retry-After`` is obeyed, and one deadline covers all attempts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from pulumi_functiongraph.cloud.http.http_errors import changed
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import CloudError

_Result = TypeVar("_Result")

MOST_ATTEMPTS = 8
MOST_ATTEMPTS_AFTER_500 = 3
"""Few, because FSS.0500 may be passing, and may also mean that a function is gone."""

FIRST_WAIT = 0.5
"""Seconds; the longest first wait, doubled each time."""

_LONGEST_RETRY_AFTER = 64
"""Characters that are looked at; a date has about thirty."""

LONGEST_WAIT = 20.0
"""Seconds; longer only when ``Retry-After`` says so."""


class Clocks(msgspec.Struct, frozen=True):
    """Time and chance, so that a test needs neither.

    Attributes:
        now: local time with its zone, for signatures and clock skew.
        monotonic: seconds that never go back, for deadlines.
        sleep: waits that many seconds.
        chance: a random number from 0 to 1.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Again(Exception):
    """An attempt failed in a way that another one may fix.

    Attributes:
        error: what is raised when no other attempt is made.
        after: seconds that the service asks to wait.
        most: attempts in all, of which this was one.
    """

    def __init__(self, error: CloudError, *, after: float = 0.0, most: int = MOST_ATTEMPTS) -> None:
        super().__init__()
        self.error = error
        self.after = after
        self.most = most


def repeated(attempt: Callable[[], _Result], *, end: float, clocks: Clocks) -> _Result:
    """Make an attempt until it does not raise `Again`, or it is enough.

    Args:
        attempt: what to do.
        end: when to stop, on the monotonic clock; no wait goes beyond it.
        clocks: time and chance.

    Raises:
        CloudError: of the last attempt, with how often and how long it was tried.
    """
    started = clocks.monotonic()

    def wait(state: RetryCallState) -> float:
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
        return max(_of(state).after, longest * clocks.chance())

    def is_enough(state: RetryCallState) -> bool:
        too_late = clocks.monotonic() + state.upcoming_sleep >= end
        return too_late or state.attempt_number >= _of(state).most

    retrying = Retrying(
        sleep=clocks.sleep,
        retry=retry_if_exception_type(Again),
        wait=wait,
        stop=is_enough,
        reraise=True,
    )
    try:
        return retrying(attempt)
    except Again as last:
        attempts = retrying.statistics.get("attempt_number", 1)
        took = counted(round(clocks.monotonic() - started), "second")
        tried = f"Tried {attempts} times in {took}. " if attempts > 1 else ""
        raise changed(last.error, hint=tried + last.error.hint) from last.__cause__


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float:
    """Seconds that the service asks to wait, given as seconds or as a date; 0 when it does not."""
    given = headers.get("retry-after", "").strip()[:_LONGEST_RETRY_AFTER]
    if given.isascii() and given.isdecimal():
        return float(given)
    try:
        date = parsedate_to_datetime(given)
        return max(0.0, (date - now).total_seconds()) if date.tzinfo else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _of(state: RetryCallState) -> Again:
    error = state.outcome.exception() if state.outcome is not None else None
    if not isinstance(error, Again):
        raise TypeError("tenacity asked about an attempt that did not fail")
    return error
