"""Turns: how many requests are under way, until when, and which service is not asked again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from pulumi_functiongraph.cloud.http.http_errors import GATEWAY
from pulumi_functiongraph.cloud.http.rate_limit import Pace
from pulumi_functiongraph.core.errors import CloudError, Throttled, Unauthorized, Unavailable

AT_ONCE = 16
"""Requests under way at the same time."""

_WHOLE_SERVICE = frozenset({None, 408, 502, 503, 504})
"""Statuses of an `Unavailable` that every other request would meet too; 500 may be about one
function only."""

_Value = TypeVar("_Value")


class Turns:
    """Lets a number of requests through at a time; safe to use from any number of threads.

    A service that did not answer after all retries, or that refuses the credentials at its gateway,
    is not asked again: of a thousand targets each would wait as long as the first.

    Args:
        operation: what the requests are for, as a person says it: it follows "could not".
        deadline: a time of the clock after which nothing more is asked.
        clock: seconds from any fixed point, never going back.
        sleep: waits that many seconds.
        at_once: requests under way at the same time.
    """

    def __init__(
        self,
        operation: str,
        *,
        deadline: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        at_once: int = AT_ONCE,
    ) -> None:
        self._operation = operation
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep
        self._permits = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._given_up: dict[str, CloudError] = {}

    def take(
        self, ask: Callable[[], _Value], *, resource: str, of: str = "", pace: Pace | None = None
    ) -> _Value:
        """Make one request, or read one page after the other, when its turn comes.

        Args:
            ask: makes the request.
            resource: what about.
            of: who is asked, such as ``smn in eu-de``; empty to ask again whatever happened.
            pace: how often such a request may start; nobody else's turn is held up by the wait.

        Raises:
            CloudError: of the request; or it was not made, because there was no time left or the
                service had failed before.
        """
        while True:
            with self._permits:
                self._refuse(of, resource)
                wait = pace.wait(self._clock()) if pace else 0.0
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

    def _refuse(self, of: str, resource: str) -> None:
        if self._clock() >= self._deadline:
            raise Unavailable(
                operation=self._operation,
                resource=resource,
                detail="there was no time left",
                hint="Give it more: pulumi config set functiongraph:precheckTimeout <seconds>",
            )
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
    if isinstance(error, Unavailable):
        return error.status in _WHOLE_SERVICE
    if isinstance(error, Unauthorized):
        return error.code.startswith(GATEWAY)
    return isinstance(error, Throttled)
