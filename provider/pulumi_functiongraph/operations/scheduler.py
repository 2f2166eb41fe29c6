"""Does tasks that wait for a cloud in threads, up to the limit of requests in flight."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Generic, Protocol, TypeAlias, TypeVar

from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT

Progress: TypeAlias = Callable[[int, int], object]
"""Called with how many questions are answered, and how many there are so far."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Waiting(Protocol[_Task]):
    """Tasks that wait for a free thread; never called by two threads at once."""

    def add(self, task: _Task, /) -> None:
        """Let one wait."""

    def take(self) -> _Task | None:
        """The next one, ``None`` when none may begin before another has ended."""

    def ended(self, task: _Task, /) -> None:
        """One that was taken has ended."""


class InOrder(Generic[_Task]):
    """Tasks that begin in the order in which they were added."""

    def __init__(self) -> None:
        self._tasks: deque[_Task] = deque()

    def add(self, task: _Task, /) -> None:
        """Let one wait."""
        self._tasks.append(task)

    def take(self) -> _Task | None:
        """The one that waits longest."""
        return self._tasks.popleft() if self._tasks else None

    def ended(self, task: _Task, /) -> None:
        """Nothing waits for that."""


class Scheduler(Generic[_Task, _Result]):
    """Does tasks in threads, and hands each out when it has ended.

    Used as a context; whatever has not begun at its end never does. Any thread may add, and one
    receives.
    What a result leads to is added before another task begins.

    Args:
        do: does a task.
        waiting: the tasks that have not begun.
        at_once: tasks under way at the same time.
    """

    def __init__(
        self,
        do: Callable[[_Task], _Result],
        *,
        waiting: Waiting[_Task] | None = None,
        at_once: int = REQUESTS_IN_FLIGHT,
    ) -> None:
        self._do = do
        self._waiting: Waiting[_Task] = InOrder() if waiting is None else waiting
        self._free = at_once
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="functiongraph")
        self._ended: SimpleQueue[tuple[_Task, Future[_Result]]] = SimpleQueue()
        self._received = self.added = 0

    def __enter__(self) -> Scheduler[_Task, _Result]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def add(self, tasks: Iterable[_Task]) -> None:
        """Add tasks, which begin when there is a free thread; the first of them when all wait."""
        with self._lock:
            for task in tasks:
                self._waiting.add(task)
                self.added += 1
            self._begin()

    def ended(
        self, *, deadline: float = math.inf, clock: Callable[[], float] = time.monotonic
    ) -> Iterator[tuple[_Task, _Result]]:
        """Each task with its result, also those that are added meanwhile, until none is left.

        Args:
            deadline: a time of the clock after which nothing more is waited for.
            clock: seconds from any fixed point, never going back.

        Raises:
            BaseException: whatever a task raised.
        """
        while self._received < self.added:
            left = None if deadline == math.inf else max(0.0, deadline - clock())
            try:
                task, future = self._ended.get(timeout=left)
            except Empty:
                return
            with self._lock:
                self._free += 1
                self._waiting.ended(task)
            self._received += 1
            yield task, future.result()
            with self._lock:
                self._begin()

    def _begin(self) -> None:
        """Begin what may; the lock is held."""
        while self._free and (task := self._waiting.take()) is not None:
            self._free -= 1
            future = self._pool.submit(self._do, task)
            future.add_done_callback(partial(self._put, task))

    def _put(self, task: _Task, future: Future[_Result]) -> None:
        self._ended.put((task, future))
