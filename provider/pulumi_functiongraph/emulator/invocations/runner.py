"""One run of a function: by its script, by its own code, or by neither."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.functiongraph.code import StoredCode, find_code, origin_of
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, find_version, urn_of
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations import behaviours, journal, readiness
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.credentials import AgencyCredentials
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.outcome import (
    RESET,
    STOPPING,
    CutOffError,
    Outcome,
    Result,
)
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.invocations.scripts import Script, script_of
from pulumi_functiongraph.emulator.remedies import with_remedy
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.workers import pool
from pulumi_functiongraph.emulator.workers.job import Code, Credentials, Job
from pulumi_functiongraph.emulator.workers.pool import Workers

DEFAULT_TIMEOUT = 3
"""Seconds; of a function whose model has none, as those of images may."""

DEFAULT_MEMORY = 128
"""MiB; the same."""

_log = logging.getLogger("functiongraph.emulator")

_ZIP = b"PK\x03\x04"
"""How a zip begins; inline code may be one, as in the sample of "Modifying the Code of a Function".
"""
_ARCHIVES = frozenset({"zip", "jar"})


class Invocation(msgspec.Struct, frozen=True):
    """What a run is of, besides the function."""

    request_id: str
    payload: str
    """JSON text."""
    attempt: int = 1
    memory_mib: int | None = None
    """None is what the function is configured with."""


class PlannedRun(msgspec.Struct, frozen=True):
    """A run of a version that is about to begin."""

    version: StoredVersion
    invocation: Invocation
    behaviour: Behaviour | None
    """None: a process runs its code, as soon as one is free."""


class Runner:
    """Runs functions; what goes wrong is an outcome, too.

    Of the code of functions only that in the seed is run, unless `runs_code`. `freed` is called
    whenever one more process could run some.
    """

    def __init__(
        self, store: Store, clock: Clock, *, runs_code: bool, freed: Callable[[], object]
    ) -> None:
        self._store = store
        self._clock = clock
        self._runs_code = runs_code
        self._freed = freed
        self._credentials = AgencyCredentials(store, clock)
        self._opened: Workers | None = None
        self.resets = 0
        """How often everything began anew."""
        self._callers: set[asyncio.Task[Any]] = set()
        """Who waits for the end of a run."""

    def next_run(self, connection: Connection, request: Request) -> PlannedRun | Outcome:
        """The next run of an asynchronous request, or what has come of it already."""
        try:
            version = find_version(
                connection, request.project_id, request.package, request.name, request.version
            )
        except ServiceError as error:
            return Outcome.system_error(f"{request.function_urn}: {error}")
        script = script_of(connection, version.function)
        attempt = request.progress.attempts + 1
        invocation = Invocation(request.id, request.payload, attempt)
        return self._run_of(connection, version, script, invocation)

    def obstacle(
        self, connection: Connection, version: StoredVersion, script: Script
    ) -> str | None:
        """Why a version cannot be run here, and what to do then; None when it can."""
        return readiness.obstacle(connection, version, script, runs_code=self._runs_code)

    async def run_version(
        self, version: StoredVersion, script: Script, invocation: Invocation, *, project: Project
    ) -> Outcome:
        """Run a version once for who waits for it, as soon as a process is free where it needs one.

        The journal has a line of it, also where nobody waits any more.
        """
        began = self.resets
        run = self._store.read(lambda c: self._run_of(c, version, script, invocation))
        outcome = run if isinstance(run, Outcome) else await self._run_for_caller(run)
        now, urn = self._clock.now(), urn_of(version, project, qualifier=version.version)

        def note(connection: Connection) -> None:
            if began == self.resets:  # A state that came after it has nothing of it.
                facts = {**journal.told_of(outcome), "milliseconds": outcome.milliseconds}
                journal.note(connection, now, Step.ANSWERED, invocation.request_id, urn, **facts)

        try:
            await self._store.write(note)
        except sqlite3.Error as error:  # Who waits hears of the run: it was made.
            _log.error(
                "%s was run for request %s, and the journal has no line of it: %s",
                urn,
                invocation.request_id,
                with_remedy(error),
            )
        return outcome

    async def _run_for_caller(self, run: PlannedRun) -> Outcome:
        caller, began = cast("asyncio.Task[Any]", asyncio.current_task()), self.resets
        self._callers.add(caller)
        try:
            outcome = await self.carry_out(run)
        except asyncio.CancelledError as error:
            # By a reset, or by the server at the end of the grace of a stop.
            log = error.log if isinstance(error, CutOffError) else ""
            outcome = replace(Outcome.system_error(STOPPING), log=log)
            if began != self.resets:
                caller.uncancel()
        finally:
            self._callers.discard(caller)
        if began != self.resets and outcome.result is Result.SYSTEM_ERROR:
            return replace(outcome, error=RESET)
        return outcome

    @property
    def free(self) -> int:
        """How many more processes could run code now."""
        return self._workers.free

    async def until_free(self) -> None:
        """Wait until one more process could run code."""
        async with self._workers.place():
            pass

    async def carry_out(self, run: PlannedRun) -> Outcome:
        """Make a run, at once unless it needs a process and none is free."""
        version, invocation = run.version, run.invocation
        if run.behaviour is not None:
            return await self._follow(run.behaviour, version, invocation)
        workers = self._workers
        async with workers.place():
            code = self._store.read(lambda connection: find_code(connection, version))
            if code is None:
                return Outcome.system_error(f"{version.name} lost its code before it could run")
            credentials = await self._credentials.of(version)
            return await workers.run(job_of(version, code, invocation, credentials))

    def _run_of(
        self,
        connection: Connection,
        version: StoredVersion,
        script: Script,
        invocation: Invocation,
    ) -> PlannedRun | Outcome:
        behaviour = script.behaviour
        if behaviour is not None and not behaviour.leaves(invocation.attempt):
            return PlannedRun(version, invocation, behaviour)
        obstacle = self.obstacle(connection, version, Script())
        has_code = origin_of(connection, version) is not None
        if behaviour is not None and (not has_code or obstacle is not None):
            return PlannedRun(version, invocation, behaviour)
        if obstacle is not None:
            return Outcome.system_error(obstacle)
        return PlannedRun(version, invocation, None if has_code else Behaviour())

    @property
    def _workers(self) -> Workers:
        if self._opened is None:
            self._opened = Workers(most=pool.MOST, now=self._clock.now, freed=self._freed)
        return self._opened

    async def _follow(
        self, behaviour: Behaviour, version: StoredVersion, invocation: Invocation
    ) -> Outcome:
        timeout = timeout_of(version.document)
        if behaviour.url is not None:
            return await behaviours.call_url(
                behaviour.url, event=invocation.payload, timeout_seconds=timeout
            )
        planned = behaviours.plan(
            behaviour,
            attempt=invocation.attempt,
            event=invocation.payload,
            timeout_seconds=timeout,
        )
        if planned.seconds:
            await self._clock.sleep(planned.seconds)
        return planned.outcome

    async def reset(self) -> None:
        """End what runs code, and take no credentials as issued any more."""
        self.resets += 1
        for caller in self._callers:
            caller.cancel()
        self._credentials.forget()
        await self.close()

    async def close(self) -> None:
        """End what runs code."""
        workers, self._opened = self._opened, None
        if workers is not None:
            await workers.close()


def job_of(
    version: StoredVersion,
    code: StoredCode,
    invocation: Invocation,
    credentials: Credentials | None,
) -> Job:
    """A run of code, in the words of the workers."""
    model, content = version.document, code.content
    timeout = timeout_of(model)
    is_archive = content.startswith(_ZIP) or model.get("code_type") in _ARCHIVES
    return Job(
        code=Code(
            digest=code.digest,
            handler=_text(model, "handler"),
            archive=content if is_archive else b"",
            source="" if is_archive else content.decode("utf-8", "replace"),
            initializer=_text(model, "initializer_handler"),
            runtime=_text(model, "runtime"),
        ),
        event=invocation.payload.encode(errors="replace"),
        timeout=timeout,
        initializer_timeout=_number(model, "initializer_timeout", timeout),
        memory_mib=invocation.memory_mib or _number(model, "memory_size", DEFAULT_MEMORY),
        user_data=user_data_of(model),
        request_id=invocation.request_id,
        function_name=version.name,
        version=version.version,
        package=version.package,
        project_id=version.project_id,
        credentials=credentials,
        attempt=invocation.attempt,
    )


def timeout_of(model: Mapping[str, object]) -> int:
    """Seconds that a run may take."""
    return _number(model, "timeout", DEFAULT_TIMEOUT)


def _number(model: Mapping[str, object], name: str, default: int) -> int:
    value = model.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _text(model: Mapping[str, object], name: str) -> str:
    value = model.get(name)
    return value if isinstance(value, str) else ""


def user_data_of(model: Mapping[str, object]) -> dict[str, str]:
    """The environment variables that a function's settings name; both parts are JSON texts."""
    found: dict[str, str] = {}
    for name in ("user_data", "encrypted_user_data"):
        try:
            document = json.loads(str(model.get(name) or "{}"))
        except ValueError:
            continue
        if isinstance(document, dict):
            found.update({key: str(value) for key, value in document.items()})
    return found
