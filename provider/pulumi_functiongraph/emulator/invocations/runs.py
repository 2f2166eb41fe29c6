"""Requests as the dispatcher carries them out: decide, run, decide again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.invocations import queue
from pulumi_functiongraph.emulator.invocations.decision import (
    Backoff,
    Finish,
    Run,
    WaitUntil,
    next_step,
)
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.state.store import Connection, Store

REQUESTS = "requests"
"""Name of this source."""

RunFunction = Callable[[Request], Awaitable[Outcome]]
"""Runs the function of a request once; what goes wrong is an outcome, too."""


@dataclass(frozen=True, slots=True)
class Requests:
    """The queue of requests as a source of the dispatcher."""

    store: Store
    clock: Clock
    run: RunFunction
    backoff: Callable[[], Backoff]
    """How long retries wait, as the options say now."""

    name = REQUESTS
    table = "inv_requests"
    recurs = False

    async def carry_out(self, number: int) -> None:
        """Take the step that is due for one request."""
        request = self.store.read(lambda connection: queue.find_due(connection, number))
        if request is None:
            return
        now = self.clock.now()
        if not isinstance(self._step(request, now), Run):
            await self.store.write_later(
                lambda connection: self._proceed(connection, queue.find(connection, number), now)
            )
            return
        try:
            outcome = await self.run(request)
        except asyncio.CancelledError:
            cut_off_at = self.clock.now()
            await self.store.write(lambda c: queue.note_cut_off(c, number, now=cut_off_at))
            raise
        ended_at = self.clock.now()

        def record(connection: Connection) -> None:
            # Who breaks a run off may come just when its end is being kept: it then ran twice.
            found = queue.find_due(connection, number)
            if found is None:
                return
            ran = queue.record_run(connection, found, outcome, started_at=now, ended_at=ended_at)
            self._proceed(connection, ran, ended_at)

        await self.store.write_later(record)

    def _step(self, request: Request, now: datetime) -> Run | WaitUntil | Finish:
        return next_step(request.policy, request.progress, now=now, backoff=self.backoff())

    def _proceed(self, connection: Connection, request: Request, now: datetime) -> None:
        if request.due is None:
            return
        match self._step(request, now):
            case Finish() as step:
                queue.finish(connection, request, step, now=now)
                if step.notifies is not None:
                    deliveries.enqueue(connection, request, step.notifies, now=now)
            case WaitUntil(time):
                queue.wait(connection, request, time, now=now)
            case Run():
                queue.wait(connection, request, now, now=now)
