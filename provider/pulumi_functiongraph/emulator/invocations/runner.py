"""One run of a function: by its script, by its own code, or by neither."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.functiongraph.code import StoredCode, find_code
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, find_version
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.invocations import behaviours, readiness
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.credentials import AgencyCredentials
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.invocations.scripts import Script, script_of
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.workers.job import Code, Credentials, Job
from pulumi_functiongraph.emulator.workers.pool import Workers

DEFAULT_TIMEOUT = 3
"""Seconds; of a function whose model has none, as those of images may."""

DEFAULT_MEMORY = 128
"""MiB; the same."""

_ZIP = b"PK\x03\x04"
"""How a zip begins; inline code may be one, as in the sample of "Modifying the Code of a Function".
"""
_ARCHIVES = frozenset({"zip", "jar"})


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a run is of, besides the function."""

    request_id: str
    payload: str
    """JSON text."""
    attempt: int = 1
    memory_mib: int | None = None
    """None is what the function is configured with."""


class Runner:
    """Runs functions; what goes wrong is an outcome, too.

    Of the code of functions only that in the seed is run, unless `runs_code`.
    """

    def __init__(self, store: Store, clock: Clock, *, runs_code: bool) -> None:
        self._store = store
        self._clock = clock
        self._runs_code = runs_code
        self._credentials = AgencyCredentials(store, clock)
        self._workers: Workers | None = None

    async def run(self, request: Request) -> Outcome:
        """Make the next run of an asynchronous request."""
        attempt = request.progress.attempts + 1

        def look(connection: Connection) -> tuple[StoredVersion, Script]:
            version = find_version(
                connection, request.project_id, request.package, request.name, request.version
            )
            return version, script_of(connection, version.function)

        try:
            version, script = self._store.read(look)
        except ServiceError as error:
            return Outcome.system_error(f"{request.function_urn}: {error}")
        invocation = Invocation(request.id, request.payload, attempt)
        return await self.run_version(version, script, invocation)

    def obstacle(
        self, connection: Connection, version: StoredVersion, script: Script
    ) -> str | None:
        """Why a version cannot be run here, and what to do then; None when it can."""
        return readiness.obstacle(connection, version, script, runs_code=self._runs_code)

    async def run_version(
        self, version: StoredVersion, script: Script, invocation: Invocation
    ) -> Outcome:
        """Run a version once."""

        def look(connection: Connection) -> tuple[str | None, StoredCode | None]:
            return self.obstacle(connection, version, Script()), find_code(connection, version)

        behaviour = script.behaviour
        if behaviour is not None and not behaviour.leaves(invocation.attempt):
            return await self._follow(behaviour, version, invocation)
        obstacle, code = self._store.read(look)
        if behaviour is not None and (code is None or obstacle is not None):
            return await self._follow(behaviour, version, invocation)
        if obstacle is not None:
            return Outcome.system_error(obstacle)
        if code is None:
            return await self._follow(Behaviour(), version, invocation)
        credentials = await self._credentials.of(version)
        if self._workers is None:
            self._workers = Workers(now=self._clock.now)
        return await self._workers.run(job_of(version, code, invocation, credentials))

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
        self._credentials.forget()
        await self.close()

    async def close(self) -> None:
        """End what runs code."""
        workers, self._workers = self._workers, None
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
