"""The workers of a local cloud: which process runs what, how many there are, and when they end."""

import asyncio
import contextlib
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from pulumi_functiongraph.emulator.clock import utc_now
from pulumi_functiongraph.emulator.invocations.outcome import STOPPING, CutOffError, Outcome, Result
from pulumi_functiongraph.emulator.remedies import with_remedy
from pulumi_functiongraph.emulator.workers import guard
from pulumi_functiongraph.emulator.workers.guard import Guard
from pulumi_functiongraph.emulator.workers.job import Job
from pulumi_functiongraph.emulator.workers.unpacking import BadCodeError
from pulumi_functiongraph.emulator.workers.worker import BrokenWorkerError, Started, Worker

IDLE_SECONDS = 300.0
"""How long a process waits for the next event of its code; ours."""
MOST = 2 * (os.cpu_count() or 1)
"""Processes at a time, busy and idle; ours."""

T = TypeVar("T")


class Workers:
    """A pool of processes; `close` ends every one of them.

    Args:
        most: processes at a time.
        folder: where the temporary folder is made; the system's place without one.
        now: for the times in logs.
        freed: called whenever a place is free again.
    """

    def __init__(
        self,
        *,
        most: int = MOST,
        folder: Path | None = None,
        now: Callable[[], datetime] = utc_now,
        freed: Callable[[], object] = lambda: None,
    ) -> None:
        self._most = self._free = most
        self._parent = folder
        self._now = now
        self._freed = freed
        self._places = asyncio.Semaphore(most)
        self._busy: set[Worker] = set()
        self._idle: list[tuple[Worker, asyncio.TimerHandle]] = []
        self._background: set[asyncio.Task[Any]] = set()
        self._opened: tuple[Path, Guard] | None = None
        self._running = 0
        self._closed = False

    @property
    def free(self) -> int:
        """Places that nobody has or waits for."""
        return 0 if self._places.locked() else self._free

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """The right to run one job at a time; whoever asks first has it first."""
        try:
            async with self._places:
                self._free -= 1
                try:
                    yield
                finally:
                    self._free += 1
        finally:
            self._freed()

    async def run(self, job: Job) -> Outcome:
        """Run a function once, by who has a place; every end of it is an outcome."""
        if not job.code.runtime.lower().startswith("python"):
            return Outcome.system_error(
                f"the local cloud runs Python only, not {job.code.runtime!a}"
            )
        if self._closed:
            return Outcome.system_error(STOPPING)
        self._running += 1
        begun, started = self._now(), time.monotonic()
        try:
            outcome, printed = await self._run(job)
        except CutOffError as cut_off:
            cut_off.log = _begin(job, cut_off.log, begun)
            raise
        except BadCodeError as error:
            outcome, printed = Outcome.function_error(str(error), "BadCode"), ""
        except OSError as error:
            why = with_remedy(error) or type(error).__name__
            return Outcome.system_error(f"no process for the function could be started: {why}")
        finally:
            self._running -= 1
        if outcome.result is Result.SYSTEM_ERROR:
            return replace(outcome, log=_begin(job, printed, begun))
        if not outcome.milliseconds:
            outcome = replace(outcome, milliseconds=_milliseconds(started))
        return replace(outcome, log=self._log(job, outcome, printed, begun))

    async def _run(self, job: Job) -> tuple[Outcome, str]:
        worker = self._take(job)
        fresh = worker is None
        if worker is None:
            worker = await self._start(job)
        self._busy.add(worker)
        again = False
        try:
            outcome, again = await _ran(worker, job, load=fresh)
            return outcome, worker.printed()
        except BrokenWorkerError as error:
            if self._closed:
                return Outcome.system_error(STOPPING), worker.printed()
            return Outcome.function_error(str(error), "ProcessEnded"), worker.printed()
        except asyncio.CancelledError:
            raise CutOffError(worker.printed()) from None
        finally:
            self._busy.discard(worker)
            if again and not self._closed:
                self._keep(worker)
            else:
                self._end(worker)

    def _take(self, job: Job) -> Worker | None:
        """An idle process for the job, if there is one; else room for a new one."""
        for worker, timer in reversed(self._idle):
            if worker.key == job.key:
                self._idle.remove((worker, timer))
                timer.cancel()
                if not worker.reader.at_eof():
                    worker.listen()
                    return worker
                self._end(worker)
        while self._idle and self._running + len(self._idle) > self._most:
            self._retire(self._idle[0][0])
        return None

    async def _start(self, job: Job) -> Worker:
        folder, watch = self._open()
        making = self._in_background(asyncio.to_thread(Started.start, job, folder))
        try:
            started = await asyncio.shield(making)
        except asyncio.CancelledError:
            making.add_done_callback(self._throw_away)
            raise
        watch.add(started.process.pid)
        try:
            return await Worker.adopt(started, job)
        except BaseException:
            self._throw_away(making)
            raise

    def _throw_away(self, making: asyncio.Task[Started]) -> None:
        if not making.cancelled() and making.exception() is None:
            started = making.result()
            started.close()
            self._reap(started)

    def _open(self) -> tuple[Path, Guard]:
        if self._opened is None:
            folder = Path(tempfile.mkdtemp(prefix="functiongraph-workers-", dir=self._parent))
            try:
                self._opened = folder, Guard(folder)
            except OSError:
                guard.remove(folder)
                raise
        if not self._opened[0].exists():  # Who clears temporary files has removed it.
            self._opened[0].mkdir(mode=0o700)
        return self._opened

    def _keep(self, worker: Worker) -> None:
        timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._retire, worker)
        worker.rest()
        self._idle.append((worker, timer))

    def _retire(self, worker: Worker) -> None:
        for each in self._idle:
            if each[0] is worker:
                self._idle.remove(each)
                each[1].cancel()
                self._end(worker)
                return

    def _end(self, worker: Worker) -> None:
        worker.kill()
        self._reap(worker.started)

    def _reap(self, started: Started) -> None:
        if self._opened is not None:
            self._opened[1].discard(started.process.pid)
        self._in_background(asyncio.to_thread(started.end))

    def _in_background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def close(self) -> None:
        """End every process and remove the temporary folder; what still runs is a system error."""
        self._closed = True
        for worker, _ in list(self._idle):
            self._retire(worker)
        for worker in self._busy:
            guard.kill(worker.started.process.pid)
        for _ in range(self._most):
            await self._places.acquire()
        for _ in range(self._most):
            self._places.release()
        while self._background:
            await asyncio.wait(self._background)
        if self._opened is not None:
            (_, watch), self._opened = self._opened, None
            await asyncio.to_thread(watch.close)

    def _log(self, job: Job, outcome: Outcome, printed: str, begun: datetime) -> str:
        """Output between the lines that FunctionGraph's runtimes add; their form was seen."""
        failed = "" if outcome.result is Result.SUCCESS else "(invoke Failed)"
        duration = f"{outcome.milliseconds}ms"
        return (
            f"{_begin(job, printed, begun)}"
            f"{_stamp(self._now())} Finish invoke request '{job.request_id}'{failed}, "
            f"duration: {duration}, billing duration: {duration}, "
            f"memory used: {outcome.memory_mib}MB, billing memory: {job.memory_mib}MB"
        )


def _begin(job: Job, printed: str, begun: datetime) -> str:
    """What is known of a log before the run has ended."""
    if printed and not printed.endswith("\n"):
        printed += "\n"
    start = f"Start invoke request '{job.request_id}', version: {job.version}"
    return f"{_stamp(begun)} {start}\n{printed}"


async def _ran(worker: Worker, job: Job, *, load: bool) -> tuple[Outcome, bool]:
    if load and (failed := await worker.load(job)) is not None:
        return failed, False
    started = time.monotonic()
    outcome, memory, again = await worker.run(job)
    return replace(outcome, milliseconds=_milliseconds(started), memory_mib=memory), again


def _milliseconds(started: float) -> int:
    return math.ceil((time.monotonic() - started) * 1000)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
