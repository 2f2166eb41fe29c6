"""The limits on requests: how many a second, and until when.

A service that is down is not asked again.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from pulumi_functiongraph.cloud.http.http_errors import GATEWAY
from pulumi_functiongraph.cloud.http.in_flight import NoPlaceError
from pulumi_functiongraph.core.errors import CloudError, Throttled, Unauthorized, Unavailable

_WHOLE_SERVICE = frozenset({None, 408, 502, 503, 504})
"""Statuses of an `Unavailable` that every other request would meet too; 500 may be about one
function only."""

_SHORTEST = 0.001
"""Seconds, so that rounding never makes a wait of nothing."""

_Value = TypeVar("_Value")


class RateLimit:
    """Hands out starts, never more than ``most`` of them within any ``period``.

    Args:
        most: starts in a period.
        period: seconds.
    """

    def __init__(self, most: int, *, period: float = 1.0) -> None:
        self._most = most
        self._period = period
        self._lock = Lock()
        self._starts: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Take a start at this moment, or learn how long to wait before asking again.

        Args:
            now: seconds from any fixed point, never going back.

        Returns:
            0 when the start was taken, else seconds; nothing was taken then.
        """
        with self._lock:
            while self._starts and now - self._starts[0] >= self._period:
                self._starts.popleft()
            if len(self._starts) < self._most:
                self._starts.append(now)
                return 0.0
            return max(_SHORTEST, self._starts[0] + self._period - now)


class Limiter:
    """Lets calls through until a deadline; safe to use from any number of threads.

    A service that did not answer after all retries, or that refuses the credentials at its gateway,
    is not asked again: of a thousand targets each would wait as long as the first.

    Args:
        operation: what the requests are for, as a person says it: it follows "could not".
        deadline: a time of the clock after which nothing more is asked.
        clock: seconds from any fixed point, never going back.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        operation: str,
        *,
        deadline: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._operation = operation
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._given_up: dict[str, CloudError] = {}

    def run(
        self,
        ask: Callable[[], _Value],
        *,
        resource: str,
        of: str = "",
        rate: RateLimit | None = None,
    ) -> _Value:
        """Make one request, or read one page after the other, as soon as the limits allow it.

        Args:
            ask: makes the request.
            resource: what about.
            of: who is asked, such as ``smn in eu-de``; empty to ask again whatever happened.
            rate: how often such a request may start.

        Raises:
            CloudError: of the request; or it was not made, because there was no time left or the
                service had failed before.
        """
        while True:
            self._refuse(of, resource)
            wait = rate.wait(self._clock()) if rate else 0.0
            if not wait:
                return self._asked(ask, of)
            self._sleep(min(wait, max(0.0, self._deadline - self._clock())))

    def _asked(self, ask: Callable[[], _Value], of: str) -> _Value:
        try:
            return ask()
        except CloudError as error:
            if of and _is_of_the_whole_service(error):
                with self._lock:
                    self._given_up.setdefault(of, error)
            raise

    def refuse_late(self, resource: str) -> None:
        """Refuse a further request of a list once there is no time left.

        Args:
            resource: what the list is about.

        Raises:
            Unavailable: the deadline is over.
        """
        if self._clock() >= self._deadline:
            raise Unavailable(
                operation=self._operation,
                resource=resource,
                detail="there was no time left",
                hint="Give it more: pulumi config set functiongraph:precheckTimeout <seconds>",
            )

    def _refuse(self, of: str, resource: str) -> None:
        self.refuse_late(resource)
        with self._lock:
            before = self._given_up.get(of)
        if before is not None:
            raise type(before)(
                operation=self._operation,
                resource=resource,
                status=before.status,
                code=before.code,
                detail=f"not asked, because {of} failed before: {before.detail or 'no answer'}",
                request_id=before.request_id,
                hint=before.hint,
            )


def _is_of_the_whole_service(error: CloudError) -> bool:
    """Whether any other request to the service would fare the same."""
    if isinstance(error, NoPlaceError):
        return False
    if isinstance(error, Unavailable):
        return error.status in _WHOLE_SERVICE
    if isinstance(error, Unauthorized):
        return error.code.startswith(GATEWAY)
    return isinstance(error, Throttled)
