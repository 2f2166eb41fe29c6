"""Waiting for what is committed next, so that nobody has to ask again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Changes:
    """Who waits for a change; told after each commit."""

    def __init__(self) -> None:
        self.count = 0
        """How often something was committed since the start of the process."""
        self._waiting: set[asyncio.Future[None]] = set()
        self._ended = False

    def tell(self) -> None:
        """Wake everybody: something was committed."""
        self.count += 1
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    def end(self) -> None:
        """Wake everybody, and let nobody wait any more: the process is about to stop."""
        self._ended = True
        self.tell()

    async def wait_for(self, look: Callable[[], Result], *, seconds: float) -> Result:
        """What `look` finds, as soon as that is true; what it finds at last, otherwise."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not (found := look()) and not self._ended and (left := end - loop.time()) > 0:
            change = loop.create_future()
            self._waiting.add(change)
            try:
                await asyncio.wait([change], timeout=left)
            finally:
                self._waiting.remove(change)
        return found
