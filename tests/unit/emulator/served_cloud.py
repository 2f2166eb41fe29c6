"""A local cloud on a virtual clock that is served on loopback and worked on from within, too."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import uvicorn

from pulumi_functiongraph.emulator import environment, server
from pulumi_functiongraph.emulator.clock import VirtualClock
from pulumi_functiongraph.emulator.functiongraph.models import find_version
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.connections import Connection
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.iam.models import first_project
from pulumi_functiongraph.emulator.invocations import acceptance, journal, scripts
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.request import Arrival
from pulumi_functiongraph.emulator.invocations.scripts import Script
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.state.store import Connection as DatabaseConnection
from unit.emulator.virtual_cloud import AGENCY, MAY_ALL

Result = TypeVar("Result")


@dataclass
class ServedCloud:
    """What tests ask of it."""

    cloud: LocalCloud
    url: str
    loop: asyncio.AbstractEventLoop

    @property
    def environment(self) -> dict[str, str]:
        """With which clients reach it."""
        name = self.cloud.flavour.name
        return self.cloud.store.read(lambda c: environment.variables(c, cloud=name, url=self.url))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    def begin(self, described: dict[str, Any], **options: Any) -> None:
        """Hold what a seed describes, beside an agency that may do everything, and only that."""
        agencies = [{"name": AGENCY, "grants": list(MAY_ALL)}]
        seed = check_seed({"agencies": agencies, **described})

        async def begin() -> None:
            self.cloud.seed = seed.with_identity_of(self.cloud.seed)
            await self.cloud.reset()
            self.cloud.options = self.cloud.options.model_copy(update=options)

        self.run(begin())

    def script(self, name: str, **behaviour: Any) -> None:
        async def script() -> None:
            def change(connection: DatabaseConnection) -> None:
                project = first_project(connection)
                found = find_version(connection, project.id, "default", name, "latest")
                told = Script(Behaviour(**behaviour))
                scripts.set_script(connection, found.function, told)

            await self.cloud.store.write(change)

        self.run(script())

    def invoke(self, urn: str) -> None:
        """Accept a request of a function version, and let all happen that follows."""

        async def invoke() -> None:
            def change(connection: DatabaseConnection) -> None:
                named, project = parse_urn(urn), first_project(connection)
                found = find_version(
                    connection, project.id, named.package, named.name, named.qualifier
                )
                arrival = Arrival('{"n":1}')
                acceptance.accept(connection, found, arrival, self.cloud.intake(), project=project)

            await self.cloud.store.write(change)
            await self.cloud.dispatcher.run_until_idle()

        self.run(invoke())

    def advance(self, hours: float) -> None:
        """Move the cloud's clock."""
        self.run(self.cloud.dispatcher.advance(timedelta(hours=hours)))

    def broken_loops(self) -> list[str]:
        """The chain of each loop that was broken."""
        lines = self.cloud.store.read(journal.list_lines)
        return [str(line.detail["chain"]) for line in lines if line.step == "loop_broken"]


@contextmanager
def served_cloud() -> Iterator[ServedCloud]:
    """A local cloud with the built-in seed, until the end of the block."""
    listener = server.listen(host="127.0.0.1", port=0)
    ready: list[ServedCloud] = []
    is_ready = threading.Event()
    ended: list[uvicorn.Server] = []

    async def serve() -> None:
        cloud = LocalCloud(clock=VirtualClock())
        config = uvicorn.Config(
            Application(cloud, hosts=Hosts(())),
            http=Connection,
            log_config=None,
            ws="none",
            date_header=False,
        )
        ended.append(uvicorn.Server(config))
        ready.append(ServedCloud(cloud, server.url_of(listener), asyncio.get_running_loop()))
        is_ready.set()
        await ended[0].serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert is_ready.wait(20)
        yield ready[0]
    finally:
        ended[0].should_exit = True
        thread.join()
