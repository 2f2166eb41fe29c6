"""The one limit of requests in flight, which all clients of an account share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pulumi_functiongraph.core.errors import Unavailable
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT


class NoPlaceError(Unavailable):
    """A request was not sent, because others were under way for as long as there was time."""


class RequestsInFlight:
    """Places for requests under way, which all sessions of an account share.

    A place is held for one request, and for that of its token: neither between attempts, nor while
    another place is waited for. A request ends by its time limit, so every place becomes free.

    Args:
        most: requests under way at the same time.
    """

    def __init__(self, most: int = REQUESTS_IN_FLIGHT) -> None:
        self._places = BoundedSemaphore(most)

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
        if not self._places.acquire(timeout=seconds):
            raise NoPlaceError(
                operation=operation,
                resource=resource,
                detail="it was not asked: other requests took all the time that there was",
                hint="Run it again; what is there already is recognised",
            )
        try:
            yield
        finally:
            self._places.release()
