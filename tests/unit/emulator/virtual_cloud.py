"""A local cloud on a virtual clock, worked on from within its process."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pulumi_functiongraph.emulator.clock import Clock, VirtualClock
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.deliveries.queue import Delivery
from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, find_version
from pulumi_functiongraph.emulator.iam.models import Project, first_project
from pulumi_functiongraph.emulator.invocations import acceptance, journal, queue, scripts
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.request import Arrival, Request
from pulumi_functiongraph.emulator.invocations.scripts import Script
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import buckets
from pulumi_functiongraph.emulator.obs.buckets import StoredObject
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state.store import Connection

Result = TypeVar("Result")

AGENCY = "functiongraph-notifications"
MAY_ALL = (
    "Tenant Guest",
    "SMN Administrator",
    "OBS Administrator",
    "DIS Administrator",
    "FunctionGraph FullAccess",
)


def target(kind: str, **param: Any) -> dict[str, Any]:
    """A target as a seed's config names it."""
    return {"destination": kind, "param": param}


@dataclass
class VirtualCloud:
    """What tests ask of it; times are in seconds since it began."""

    cloud: LocalCloud
    runner: asyncio.Runner

    @property
    def project(self) -> Project:
        return self.read(first_project)

    def read(self, query: Callable[[Connection], Result]) -> Result:
        return self.cloud.store.read(query)

    def run(self, work: Awaitable[Result]) -> Result:
        async def limited() -> Result:
            return await asyncio.wait_for(work, 60)

        return self.runner.run(limited())

    def write(self, change: Callable[[Connection], Result]) -> Result:
        return self.run(self.cloud.store.write(change))

    def version(self, name: str) -> StoredVersion:
        project = self.project.id
        return self.read(lambda c: find_version(c, project, "default", name, "latest"))

    def invoke(self, name: str, payload: Any = None) -> str:
        """Accept a request and return its id."""
        version, project = self.version(name), self.project
        arrival = Arrival(json.dumps(payload or {"order": 1}))
        return self.write(
            lambda c: acceptance.accept(c, version, arrival, self.cloud.intake(), project=project)
        )

    def script(self, name: str, *, loop_breaker: bool = True, **behaviour: Any) -> None:
        """Tell a function what to do."""
        script = Script(Behaviour(**behaviour), loop_breaker)
        function = self.version(name).function
        self.write(lambda c: scripts.set_script(c, function, script))

    def advance(self, seconds: float) -> None:
        self.run(self.cloud.dispatcher.advance(timedelta(seconds=seconds)))

    def run_until_idle(self) -> None:
        self.run(self.cloud.dispatcher.run_until_idle())

    def request(self, identifier: str) -> Request:
        return self.read(lambda c: queue.find_by_id(c, identifier))

    def requests(self) -> list[Request]:
        return self.read(queue.list_requests)

    def deliveries(self) -> list[Delivery]:
        return self.read(deliveries.list_deliveries)

    def steps(self) -> list[str]:
        return [str(line.step) for line in self.read(journal.list_lines)]

    def messages(self, topic: str) -> list[str]:
        urn = f"urn:smn:{self.project.region}:{self.project.id}:{topic}"
        return [each.message for each in self.read(lambda c: smn.list_messages(c, urn))]

    def records(self, stream: str) -> list[dis.Record]:
        project = self.project

        def query(connection: Connection) -> list[dis.Record]:
            found = dis.find_stream(connection, project, stream)
            assert found is not None
            return dis.list_records(connection, found)

        return self.read(query)

    def objects(self, bucket: str) -> list[StoredObject]:
        return [each for each in self.read(buckets.list_objects) if each.bucket == bucket]


@contextmanager
def virtual_cloud(
    seed: dict[str, Any] | None = None,
    *,
    directory: Path | None = None,
    clock: Clock | None = None,
) -> Iterator[VirtualCloud]:
    """A local cloud with an agency that may do everything, and what `seed` describes.

    Nothing happens on a clock that is not virtual either, but by a control.
    """
    described = {"agencies": [{"name": AGENCY, "grants": list(MAY_ALL)}], **(seed or {})}
    with asyncio.Runner() as runner:
        cloud = LocalCloud(
            seed=check_seed(described), clock=clock or VirtualClock(), directory=directory
        )
        if cloud.clock.is_virtual:
            cloud.start()
        try:
            yield VirtualCloud(cloud, runner)
        finally:
            runner.run(cloud.stop())
            cloud.close()
