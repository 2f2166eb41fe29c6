"""How many calls a second there may be."""

from collections import deque
from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)


class Throttle:
    """The calls of the last second."""

    def __init__(self) -> None:
        self._admitted: deque[datetime] = deque()

    def admit(self, now: datetime, limit: int) -> bool:
        """Whether one more call is within `limit` calls a second; 0 is without limit."""
        if limit == 0:
            return True
        while self._admitted and not now - _SECOND < self._admitted[0] <= now:
            self._admitted.popleft()
        if len(self._admitted) >= limit:
            return False
        self._admitted.append(now)
        return True

    def clear(self) -> None:
        """Forget all calls."""
        self._admitted.clear()
