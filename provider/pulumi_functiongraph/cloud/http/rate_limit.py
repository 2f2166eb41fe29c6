"""Pace: no more than so many starts in any one second, for a service that counts them."""

from __future__ import annotations

from collections import deque
from threading import Lock

_SHORTEST = 0.001
"""Seconds, so that rounding never makes a wait of nothing."""


class Pace:
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
