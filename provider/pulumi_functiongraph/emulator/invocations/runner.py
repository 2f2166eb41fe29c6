"""One run of a function: by its script, by its own code, or by neither."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, find_version
from pulumi_functiongraph.emulator.invocations import behaviours, ends, readiness
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.queue import Request
from pulumi_functiongraph.emulator.invocations.scripts import Script, script_of
from pulumi_functiongraph.emulator.store import Connection, Store

DEFAULT_TIMEOUT = 3
"""Seconds; of a function whose model has none, as those of images may."""


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
    """Runs functions; what goes wrong is an outcome, too."""

    def __init__(self, store: Store, clock: Clock, *, runs_code: bool) -> None:
        self._store = store
        self._clock = clock
        self._runs_code = runs_code

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
            return ends.system_error(f"{request.function_urn}: {error}")
        invocation = Invocation(request.id, request.payload, attempt)
        return await self.run_version(version, script, invocation)

    def obstacle(self, version: StoredVersion, script: Script) -> str | None:
        """Why a version cannot be run here, and what to do then; None when it can."""
        return readiness.obstacle(version, script)

    async def run_version(
        self, version: StoredVersion, script: Script, invocation: Invocation
    ) -> Outcome:
        """Run a version once."""
        obstacle = self.obstacle(version, script)
        if obstacle is not None:
            return ends.system_error(obstacle)
        timeout = timeout_of(version.document)
        behaviour = script.behaviour or Behaviour()
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

    async def close(self) -> None:
        """End what runs code."""


def timeout_of(model: Mapping[str, object]) -> int:
    """Seconds that a run may take."""
    timeout = model.get("timeout")
    return timeout if isinstance(timeout, int) else DEFAULT_TIMEOUT


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
