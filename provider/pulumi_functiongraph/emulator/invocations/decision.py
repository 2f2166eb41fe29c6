"""What happens next to an asynchronous request; no clock, no store, no network.

Documented (product document "Configuring Asynchronous Execution Notification", Table 1): 0 to 3
retries, and a validity of 1 to 86,400 seconds, after which a request is discarded. A function
without a config is not retried. Not documented, so ours: how long a retry waits, and that a request
which may still be retried is discarded at the end of its validity, not before.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.invocations.outcome import Result


class Status(StrEnum):
    """States of a request; API reference, "Querying Asynchronous Invocation Requests"."""

    WAIT = "WAIT"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    DISCARD = "DISCARD"


class Condition(StrEnum):
    """Why a request ended; how an event words it is an option."""

    SUCCESS = "success"
    RETRIES_EXHAUSTED = "retries_exhausted"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LOOP = "loop"


class Policy(msgspec.Struct, frozen=True):
    """The config of the version that was invoked, as it was when the request was accepted."""

    max_retries: int = 0
    max_age: timedelta | None = None
    """None, without a config: the request waits for as long as it takes."""


LONGEST_DELAY = timedelta(days=1)
"""Of a retry, however many came before; ours. A request is valid for no longer."""


class Backoff(msgspec.Struct, frozen=True):
    """How long a retry waits after the run before it, LONGEST_DELAY at most."""

    first: timedelta
    factor: float = 2

    def delay(self, attempts: int) -> timedelta:
        """The wait after so many attempts, at least one."""
        seconds = self.first.total_seconds() * self.factor ** (attempts - 1)
        return timedelta(seconds=min(seconds, LONGEST_DELAY.total_seconds()))


class Progress(msgspec.Struct, frozen=True):
    """What has happened to a request."""

    accepted_at: datetime
    attempts: int = 0
    """Runs that have ended."""
    last_result: Result | None = None
    last_ended_at: datetime | None = None
    cancelled: bool = False

    def after(self, result: Result, ended_at: datetime) -> Self:
        """With one more run, which ended so."""
        return replace(self, attempts=self.attempts + 1, last_result=result, last_ended_at=ended_at)


class Run(msgspec.Struct, frozen=True):
    """Run the function now."""


class WaitUntil(msgspec.Struct, frozen=True):
    """Decide again at that time."""

    time: datetime


class Finish(msgspec.Struct, frozen=True):
    """The request is over."""

    status: Status
    condition: Condition

    @property
    def notifies(self) -> str | None:
        """Which target is told: "success", "failure", or None.

        A cancelled request tells nobody: who cancels a loop must not feed it. Ours.
        """
        match self.condition:
            case Condition.SUCCESS:
                return "success"
            case Condition.RETRIES_EXHAUSTED | Condition.EXPIRED:
                return "failure"
        return None


Step = Run | WaitUntil | Finish


def next_step(policy: Policy, progress: Progress, *, now: datetime, backoff: Backoff) -> Step:
    """The step that is due for a request that is neither running nor over."""
    if progress.last_result is Result.SUCCESS:
        return Finish(Status.SUCCESS, Condition.SUCCESS)
    if progress.cancelled:
        return Finish(Status.FAIL, Condition.CANCELLED)
    if progress.attempts > policy.max_retries:
        return Finish(Status.FAIL, Condition.RETRIES_EXHAUSTED)
    due = progress.accepted_at
    if progress.last_ended_at is not None:
        due = progress.last_ended_at + backoff.delay(progress.attempts)
    if policy.max_age is not None:
        expiry = progress.accepted_at + policy.max_age
        if now >= expiry:
            return Finish(Status.DISCARD, Condition.EXPIRED)
        due = min(due, expiry)
    return Run() if due <= now else WaitUntil(due)
