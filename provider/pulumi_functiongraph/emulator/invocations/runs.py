"""Requests as the dispatcher carries them out: decide, run, decide again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.invocations import queue, steps
from pulumi_functiongraph.emulator.invocations.decision import (
    Backoff,
    Finish,
    Progress,
    Run,
    Step,
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
        if not isinstance(self._step(request, request.progress, now), Run):
            await self.store.write_later(
                lambda connection: self._proceed(connection, queue.find(connection, number), now)
            )
            return
        try:
            outcome = await self.run(request)
        except asyncio.CancelledError:
            cut_off_at = self.clock.now()
            await self.store.write(lambda c: steps.note_cut_off(c, number, now=cut_off_at))
            raise
        ended_at = self.clock.now()

        def record(connection: Connection) -> None:
            # Who breaks a run off may come just when its end is being kept: it then ran twice.
            found = queue.find_due(connection, number)
            if found is None:
                return
            step = self._kept_step(found, found.progress.after(outcome.result, ended_at), ended_at)
            steps.record_run(connection, found, outcome, step, started_at=now, ended_at=ended_at)
            _notify(connection, found, step, ended_at)

        await self.store.write_later(record)

    def _step(self, request: Request, progress: Progress, now: datetime) -> Step:
        return next_step(request.policy, progress, now=now, backoff=self.backoff())

    def _kept_step(self, request: Request, progress: Progress, now: datetime) -> Finish | WaitUntil:
        """The step that follows; a run that is due is begun when the queue is looked at."""
        step = self._step(request, progress, now)
        return WaitUntil(now) if isinstance(step, Run) else step

    def _proceed(self, connection: Connection, request: Request, now: datetime) -> None:
        if request.due is None:
            return
        step = self._kept_step(request, request.progress, now)
        if isinstance(step, Finish):
            steps.finish(connection, request, step, now=now)
        else:
            steps.wait(connection, request, step, now=now)
        _notify(connection, request, step, now)


def _notify(
    connection: Connection, request: Request, step: Finish | WaitUntil, now: datetime
) -> None:
    if isinstance(step, Finish) and step.notifies is not None:
        deliveries.enqueue(connection, request, step.notifies, now=now)
