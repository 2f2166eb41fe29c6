"""The local cloud: its state, its time and its switches, in one object."""

import asyncio
import functools
import importlib
import logging
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pulumi_functiongraph.emulator import kept_time, options
from pulumi_functiongraph.emulator.clock import Clock, NewId, numbered_ids, random_id
from pulumi_functiongraph.emulator.clouds import FLAVOURS, CloudName
from pulumi_functiongraph.emulator.deliveries.attempts import Deliveries
from pulumi_functiongraph.emulator.deliveries.queue import Schedule
from pulumi_functiongraph.emulator.deliveries.sender import Sender
from pulumi_functiongraph.emulator.functiongraph import code
from pulumi_functiongraph.emulator.http.faults import Faults
from pulumi_functiongraph.emulator.http.request_log import RequestLog
from pulumi_functiongraph.emulator.http.throttle import Throttle
from pulumi_functiongraph.emulator.iam.roles import add_system_roles
from pulumi_functiongraph.emulator.iam.system_roles import system_roles_of
from pulumi_functiongraph.emulator.invocations.decision import Backoff
from pulumi_functiongraph.emulator.invocations.dispatcher import Dispatcher
from pulumi_functiongraph.emulator.invocations.request import Intake
from pulumi_functiongraph.emulator.invocations.runner import Runner
from pulumi_functiongraph.emulator.invocations.runs import Requests, WaitingRequests
from pulumi_functiongraph.emulator.obs import changes
from pulumi_functiongraph.emulator.obs.changes import Then
from pulumi_functiongraph.emulator.obs.exchange import S3Answer, S3Request
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.remedies import with_remedy
from pulumi_functiongraph.emulator.seeds import kept_seed
from pulumi_functiongraph.emulator.seeds.default import default_seed
from pulumi_functiongraph.emulator.seeds.filling import add_seed
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.smn.subscribers import Subscribers
from pulumi_functiongraph.emulator.state import damaged_rows, tables
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError
from pulumi_functiongraph.emulator.state.folder import StateError
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.state.write_ahead_log import DamagedLogError
from pulumi_functiongraph.emulator.triggers.timers import Timers, schedule_others

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.obs.object_store import ObjectStore


Result = TypeVar("Result")

LARGE_BODIES = 2
"""Bodies of more than SMALL_BODY that are in memory at a time; others wait to be read."""


IDS_A_START = 1 << 40
"""Identifiers on a virtual clock that one process may use; the next one takes others."""

_log = logging.getLogger("functiongraph.emulator")


def die() -> None:
    """End the process at once, as `kill -9` does: nothing is flushed, nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)


class LocalCloud:
    """Everything that the handlers work on; `clock`, `new_id` and `die` can be replaced.

    Of functions' code only that in the `seed` is run, unless `runs_code`: who may reach this cloud
    may then run code as its user.

    A `directory` that holds a state already is taken as it is: the seed fills only a new one.

    Raises:
        SeedError: the seed contradicts itself or a service's rules.
    """

    def __init__(
        self,
        *,
        name: CloudName = "huawei",
        seed: Seed | None = None,
        directory: Path | None = None,
        clock: Clock | None = None,
        new_id: NewId | None = None,
        runs_code: bool = False,
        die: Callable[[], None] = die,
    ) -> None:
        self.flavour = FLAVOURS[name]
        self._given_seed = seed
        self._given_code = [
            (function.code.encode(), function.handler, function.initializer_handler)
            for _, account in (seed.each_account() if seed else ())
            for function in account.functions
        ]
        """Code that is trusted: of the seed of this start, not of one before."""
        self.clock = clock or Clock()
        self._ids_count_up = new_id is None and self.clock.is_virtual
        self.die = die
        self.options = Options()
        self.faults = Faults()
        self.request_log = RequestLog()
        self.grants_asked = Throttle()
        self.large_bodies = asyncio.Semaphore(LARGE_BODIES)
        damaged_rows.forget()
        self.store = Store(directory, schemas=tables.SCHEMAS, cloud=name)
        self._runs_code = runs_code
        self.runner = Runner(
            self.store,
            self.clock,
            runs_code=runs_code,
            freed=lambda: self.dispatcher.wake(),  # noqa: PLW0108 # it is made below
        )
        self.requests = Requests(self.store, self.clock, self.runner, self._retries)
        self._objects: ObjectStore | None = None
        self._loading = asyncio.Lock()
        self.sender = self._sender()
        self.dispatcher = self._dispatcher()
        starts = self._begin()
        self.new_id = new_id or random_id
        """Of what is kept; called in the change that keeps it, so that no reset comes between."""
        self.new_request_id = self.new_id
        """Of requests over HTTP and of credentials, however many are asked for."""
        if self._ids_count_up:
            self._count_ids(starts=starts)

    def _count_ids(self, *, starts: int) -> None:
        """What is kept has numbers of its own, whoever else asks for anything."""
        first = starts * IDS_A_START
        self.new_request_id = numbered_ids(first=first)
        self.new_id = numbered_ids(first=first + IDS_A_START // 2)

    @functools.cached_property
    def seed(self) -> Seed:
        """What a new state and a reset begin with; one that goes on needs none."""
        built_in = default_seed(self.flavour)
        return self._given_seed.with_identity_of(built_in) if self._given_seed else built_in

    def intake(self) -> Intake:
        """What accepting an asynchronous request needs now."""
        return Intake(self.clock.now(), self.new_id, self.options.max_hops)

    async def objects(self) -> "ObjectStore":
        """The S3 behind OBS; loaded on first use, since that takes a second."""
        if self._objects is None:
            models = "pulumi_functiongraph.emulator.obs.object_store"
            await asyncio.to_thread(importlib.import_module, models)
        async with self._loading:
            if self._objects is None:
                from pulumi_functiongraph.emulator.obs.object_store import ObjectStore

                self._objects = await ObjectStore.load(self.store, self.clock.now)
            return self._objects

    async def put_object(
        self, request: S3Request, *, region: str, now: datetime, then: Then
    ) -> S3Answer:
        """Put an object as `ObjectStore.change` does, without waiting until the S3 is loaded.

        It is filled from what is kept, and has nothing yet that a PUT would have to heed.
        """
        async with self._loading:
            if self._objects is None:
                return await self.store.write(lambda c: changes.put(c, request, then))
        return await self._objects.change(request, region=region, now=now, then=then)

    async def reset(self) -> None:
        """Go back to the seed, and to defaults everywhere."""
        try:
            async with self.dispatcher.halted():
                # What can fail comes first: a reset that is refused has changed nothing.
                await self._put_back()
                self._objects = None
                self.options = Options()
                self.faults.clear()
                self.request_log.clear()
                self.grants_asked.clear()
                damaged_rows.forget()
                self.dispatcher.forget()
                self.clock.reset()
                await self.runner.reset()
        finally:
            self.store.changes.tell()  # Who waits for something looks whether it is gone.

    async def _put_back(self) -> None:
        restore, former = self._restore(self.clock.unmoved()), (self.new_id, self.new_request_id)

        def change(connection: Connection) -> None:
            restore(connection)
            # In this very change: what is kept after it must have none of the former identifiers,
            # which come once more.
            if self._ids_count_up:
                self._count_ids(starts=0)

        try:
            await self.store.write(change)
        except BaseException:
            self.new_id, self.new_request_id = former
            raise

    async def add(self, seed: Seed, *, then: Callable[[Connection], Result]) -> Result:
        """Add what `seed` describes to what is there; what has the same name is replaced.

        A large seed takes seconds, so other requests are answered meanwhile, from what was there
        before. `then` is asked for the result, on what is there afterwards.

        Raises:
            SeedError: naming every problem by its path; nothing of the seed is kept.
        """
        now = self.clock.now()

        def change(connection: Connection) -> Result:
            add_seed(connection, seed, now=now, trusted=False)
            return then(connection)

        result = await self.store.write_apart(change)
        self._objects = None
        return result

    def start(self) -> None:
        """Begin to carry out what is due; within the event loop."""
        self.dispatcher.start()

    async def stop(self) -> None:
        """End what runs; what is due stays in its queue."""
        await self.dispatcher.stop()
        await self.runner.close()

    def close(self) -> None:
        """Close the state; where that would spoil it, the process dies instead."""
        try:
            self.store.close()
        except DamagedLogError as error:
            _log.critical("%s, and this process ends without a clean stop", error)
            self.die()

    def _sender(self) -> Sender:
        return Sender(
            self.store,
            self.clock,
            self.faults,
            self.put_object,
            self.intake,
            lambda: self.options,
            lambda: self.die(),  # noqa: PLW0108 # it may be replaced
        )

    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store,
            self.clock,
            (
                self.requests,
                WaitingRequests(self.requests),
                Deliveries(self.store, self.clock, self.sender.send, self._schedule),
                Subscribers(self.store, self.clock, self._schedule),
                Timers(self.store, self.clock, self.intake),
            ),
        )

    def _retries(self) -> Backoff:
        return Backoff(timedelta(seconds=self.options.retry_seconds), self.options.retry_factor)

    def _schedule(self) -> Schedule:
        first = timedelta(seconds=self.options.delivery_retry_seconds)
        return Schedule(self.options.delivery_attempts, Backoff(first))

    def _restore(self, now: datetime) -> Callable[[Connection], None]:
        system_roles = system_roles_of(self.flavour.name)

        def restore(connection: Connection) -> None:
            tables.restore(connection, self.seed, now=now, system_roles=system_roles)
            kept_seed.keep(connection, self._given_seed)
            kept_time.keep(connection, now)

        return restore

    def _notes_on_seed(self, connection: Connection) -> Iterator[str]:
        """Trust code in a kept state that this start names, and say what of its seed is unused."""
        not_run = ", ".join(code.trust_only(connection, self._given_code))
        seed = self._given_seed
        if seed is not None and kept_seed.is_another(connection, seed):
            yield (
                "the folder of --data was filled from another seed than that of --seed, and goes "
                "on with what it holds; POST /_emulator/reset or an empty folder takes the seed "
                "as it is now"
            )
        if not_run and not self._runs_code:
            yield (
                f"code that the folder keeps is not in the seed of this start, so it is not run: "
                f"{not_run}"
            )

    def _begin(self) -> int:
        """Fill a new state, or go on with one; says how often that was done before."""
        now = self.clock.now()
        system_roles = system_roles_of(self.flavour.name)

        def begin(connection: Connection) -> int:
            if tables.is_seeded(connection):
                self.store.notes += self._notes_on_seed(connection)
                add_system_roles(connection, system_roles, now=now)
                schedule_others(connection, now=now)
                tables.tell_damaged(connection)
            else:
                tables.restore(connection, self.seed, now=now, system_roles=system_roles)
                kept_seed.keep(connection, self._given_seed)
            starts = kept_time.count_start(connection)
            kept_time.resume(connection, self.clock)
            self.options = options.load(connection)
            return starts

        try:
            starts = self.store.write_now(begin)
            self.store.mark_as_kept()
        except (OSError, sqlite3.Error) as error:
            self.store.close()
            raise StateError(f"the state cannot be used: {with_remedy(error)}") from None
        except DamagedRowError as error:
            self.store.close()
            raise StateError(str(error)) from None
        except BaseException:
            self.store.close()
            raise
        return starts
