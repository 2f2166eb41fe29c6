"""Time and identifiers, passed in so that a test decides what "now" and "new" are."""

import asyncio
import hashlib
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NewId = Callable[[], str]
"""Makes a fresh identifier: 32 lower-case hexadecimal digits."""


def random_id() -> str:
    """A fresh identifier in the form the clouds use: 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def numbered_ids(*, first: int = 0) -> NewId:
    """Identifiers of the same form that are the same in every run."""
    numbers = itertools.count(first)
    return lambda: hashlib.sha256(str(next(numbers)).encode()).hexdigest()[:32]


def utc_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


def steady() -> Callable[[], datetime]:
    """The time of the machine as it is now, and from then on what has passed since.

    Who sets the machine's clock moves nothing here: no retry is early, late or made twice.
    """
    began, mark = utc_now(), time.monotonic_ns()
    return lambda: began + timedelta(microseconds=(time.monotonic_ns() - mark) // 1000)


FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Bounds of the time; what lasts 100 years from the last one can still be written."""

VIRTUAL_START = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a virtual clock begins, so that two runs see the same times."""


class Clock:
    """The local cloud's time: a source of time plus what has been advanced by hand."""

    is_virtual = False
    """Whether time stands still until it is moved."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._machine = source or utc_now
        self._source = source or steady()
        self._advanced = self.skew = timedelta()
        self._sleepers: dict[int, Sleeper] = {}
        self.fell_asleep: Callable[[], object] = lambda: None
        """Called when one more task waits."""
        self._order = itertools.count()

    def now(self) -> datetime:
        """The current time, with time zone UTC."""
        return self._source() + self._advanced

    def unmoved(self) -> datetime:
        """What the time would be after a reset."""
        return self._source()

    def signing_time(self) -> datetime:
        """What dates of signatures are held against: clients date by the machine's clock.

        A test sets it wrong by `skew`.
        """
        return self._machine() + self.skew

    def advance(self, step: timedelta) -> None:
        """Move the time by `step`, which may be negative.

        Raises:
            OverflowError: the time would leave the years that can be written.
        """
        self.check(step)
        self._advanced += step

    def check(self, step: timedelta) -> None:
        """See whether the time can be moved by `step`.

        Raises:
            OverflowError: the time would leave the years that can be written.
        """
        if not FIRST <= self.now() + step <= LAST:
            raise OverflowError(f"the time would leave the years {FIRST.year} to {LAST.year}")

    def reset(self) -> None:
        """Forget every advance, and the skew."""
        self._advanced = self.skew = timedelta()

    async def sleep(self, seconds: float) -> None:
        """Let a task wait until so much time has passed on this clock."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        until = self.now() + timedelta(seconds=seconds)
        sleeper = Sleeper(until, next(self._order), task, loop.create_future())
        self._sleepers[sleeper.order] = sleeper
        self.fell_asleep()
        try:
            await self._sleep(sleeper)
        finally:
            del self._sleepers[sleeper.order]

    def asleep(self) -> set[asyncio.Task[Any] | None]:
        """The tasks that wait for this clock."""
        return {each.task for each in self._sleepers.values() if not each.woken.done()}

    def next_waking(self) -> datetime | None:
        """When the first sleeper is to wake, if that is before the clock ends."""
        awake = [each.until for each in self._sleepers.values() if not each.woken.done()]
        return min((until for until in awake if until <= LAST), default=None)

    def wake(self) -> bool:
        """Wake the first sleeper whose time has come, and say whether there was one."""
        awake = [each for each in self._sleepers.values() if not each.woken.done()]
        first = min(awake, default=None)
        if first is None or first.until > self.now():
            return False
        first.woken.set_result(None)
        return True

    async def _sleep(self, sleeper: "Sleeper") -> None:
        while (left := (sleeper.until - self.now()).total_seconds()) > 0:
            done, _ = await asyncio.wait([sleeper.woken], timeout=left)
            if done:
                return


class VirtualClock(Clock):
    """Time that stands still until it is moved."""

    is_virtual = True

    def __init__(self) -> None:
        super().__init__(lambda: VIRTUAL_START)
        self._machine = utc_now

    async def _sleep(self, sleeper: "Sleeper") -> None:
        await sleeper.woken


@dataclass(order=True, slots=True)
class Sleeper:
    """A task that waits for the clock."""

    until: datetime
    order: int
    task: asyncio.Task[None] | None = field(compare=False)
    woken: asyncio.Future[None] = field(compare=False)
