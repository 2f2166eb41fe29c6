"""The one limit of requests in flight, which all clients of an account share."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from pulumi_functiongraph.core.errors import Unavailable
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT


class NoPlaceError(Unavailable):
    """A request was not sent, because others were under way for as long as there was time."""


class RequestsInFlight:
    """Places for requests under way, which all sessions of an account share.

    A place is held for one request, and for that of its token: neither between attempts, nor while
    another place is waited for. A request ends by its time limit, so every place becomes free. It
    goes to whoever has waited longest. A semaphore of the standard library would give it to the
    thread that had it last, and a few chains of requests would let all others wait.

    Args:
        most: requests under way at the same time.
    """

    def __init__(self, most: int = REQUESTS_IN_FLIGHT) -> None:
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Event] = deque()

    @contextmanager
    def place(self, operation: str, resource: str, *, seconds: float) -> Iterator[None]:
        """Hold a place.

        Args:
            operation: what the request is for, as of an error.
            resource: what about.
            seconds: how long a place is waited for.

        Raises:
            NoPlaceError: none became free.
        """
        if not self._take(seconds):
            raise NoPlaceError(
                operation=operation,
                resource=resource,
                detail="it was not asked: other requests took all the time that there was",
                hint="Run it again; what is there already is recognised",
            )
        try:
            yield
        finally:
            self._give_back()

    def _take(self, seconds: float) -> bool:
        """Wait for a place, behind all who wait already."""
        given = Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            self._waiting.append(given)
        try:
            return given.wait(seconds) or not self._stops_waiting(given)
        except BaseException:
            if not self._stops_waiting(given):
                self._give_back()
            raise

    def _stops_waiting(self, given: Event) -> bool:
        """Whether nobody has given a place to this one, and nobody will."""
        with self._lock:
            if given.is_set():
                return False
            with suppress(ValueError):  # an interrupt may come right after it
                self._waiting.remove(given)
            return True

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
