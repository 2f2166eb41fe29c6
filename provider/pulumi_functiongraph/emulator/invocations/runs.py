"""Requests as the dispatcher carries them out: decide, run, decide again."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.invocations import queue, steps, waiting
from pulumi_functiongraph.emulator.invocations.decision import (
    Backoff,
    Finish,
    Progress,
    Run,
    Step,
    WaitUntil,
    next_step,
)
from pulumi_functiongraph.emulator.invocations.outcome import CutOffError, Outcome
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.invocations.runner import PlannedRun, Runner
from pulumi_functiongraph.emulator.state.store import Connection, Store

REQUESTS = "requests"
"""Name of this source."""


class Requests(msgspec.Struct, frozen=True):
    """The queue of requests as a source of the dispatcher."""

    store: Store
    clock: Clock
    runner: Runner
    backoff: Callable[[], Backoff]
    """How long retries wait, as the options say now."""
    running: set[int] = msgspec.field(default_factory=set)
    """Numbers of the requests whose function runs now."""

    name = REQUESTS
    table = "inv_requests"
    recurs = False
    room = None

    async def carry_out(self, number: int) -> None:
        """Take the step that is due for one request; one that needs a process may have to wait."""
        now = self.clock.now()
        found = self.store.read(lambda connection: self._look(connection, number, now))
        if found is None:
            return
        request, run = found
        if run is None:
            await self.store.write_later(
                lambda connection: self._proceed(connection, queue.find(connection, number), now)
            )
        elif isinstance(run, PlannedRun) and run.behaviour is None and self._must_wait(number):
            await self._wait(number)
        else:
            await self._run(request, run, now)

    def _look(
        self, connection: Connection, number: int, now: datetime
    ) -> tuple[Request, PlannedRun | Outcome | None] | None:
        """A request that is not over, and its run if that is due."""
        request = queue.find_due(connection, number)
        if request is None:
            return None
        if not isinstance(self._step(request, request.progress, now), Run):
            return request, None
        return request, self.runner.next_run(connection, request)

    def _must_wait(self, number: int) -> bool:
        """Whether no process is free for a request, or others have waited for one before it."""
        if self.clock.is_virtual or not self.runner.free:
            return not self.runner.free
        return not self.store.read(lambda c: waiting.is_in_turn(c, number, running=self.running))

    async def _wait(self, number: int) -> None:
        if self.clock.is_virtual:  # The time stands meanwhile, and then it is begun anew.
            await self.runner.until_free()
            return

        def wait(connection: Connection) -> None:
            request, now = queue.find_due(connection, number), self.clock.now()
            if request is None or waiting.since(connection, number) is not None:
                return
            if isinstance(self._step(request, request.progress, now), Run):
                waiting.add(connection, request.id, due=request.due or now)

        await self.store.write_later(wait)

    async def _run(self, request: Request, run: PlannedRun | Outcome, started_at: datetime) -> None:
        number = request.number
        self.running.add(number)
        try:
            outcome = await self._outcome(number, run, started_at)
            ended_at = self.clock.now()
            await self.store.write_later(
                lambda connection: self._record(
                    connection, number, outcome, started_at=started_at, ended_at=ended_at
                )
            )
        finally:
            self.running.discard(number)

    async def _outcome(
        self, number: int, run: PlannedRun | Outcome, started_at: datetime
    ) -> Outcome:
        if isinstance(run, Outcome):
            return run
        try:
            return await self.runner.carry_out(run)
        except asyncio.CancelledError as error:
            log, now = error.log if isinstance(error, CutOffError) else "", self.clock.now()
            await self.store.write(
                lambda c: steps.note_cut_off(c, number, log, started_at=started_at, now=now)
            )
            raise

    def _record(
        self,
        connection: Connection,
        number: int,
        outcome: Outcome,
        *,
        started_at: datetime,
        ended_at: datetime,
    ) -> None:
        # Who breaks a run off may come just when its end is being kept: it then ran twice.
        found = queue.find_due(connection, number)
        if found is None:
            return
        step = self._kept_step(found, found.progress.after(outcome.result, ended_at), ended_at)
        steps.record_run(connection, found, outcome, step, started_at=started_at, ended_at=ended_at)
        _notify(connection, found, step, ended_at)

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


class WaitingRequests(msgspec.Struct, frozen=True):
    """Requests that wait for a process, as a source of the dispatcher: as many as are free."""

    requests: Requests

    name = REQUESTS
    table = waiting.TABLE
    recurs = False

    @property
    def room(self) -> int:
        """Processes that are free."""
        return self.requests.runner.free

    async def carry_out(self, number: int) -> None:
        """Run the function of one of them."""
        await self.requests.carry_out(number)


def _notify(
    connection: Connection, request: Request, step: Finish | WaitUntil, now: datetime
) -> None:
    if isinstance(step, Finish) and step.notifies is not None:
        deliveries.enqueue(connection, request, step.notifies, now=now)
