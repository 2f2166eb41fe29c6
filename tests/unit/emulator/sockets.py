"""Bytes over real sockets to a server with short limits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.connections import Connection, Limits
from pulumi_functiongraph.emulator.local_cloud import LocalCloud

QUICK = Limits(
    connections=3,
    head_bytes=4096,
    headers=20,
    head_seconds=0.4,
    body_seconds=0.4,
    answer_seconds=0.4,
)
GENEROUS = 5.0
"""Seconds in which a connection must have ended that has 0.4 s."""

Scenario = Callable[[int], Awaitable[Any]]


def on_a_server(scenario: Scenario, *, limits: Limits = QUICK, app: Any = None) -> Any:
    """What a scenario returns that is given the port of a server with these limits."""

    class Limited(Connection):
        pass

    Limited.limits = limits
    cloud = LocalCloud()

    async def run() -> Any:
        config = uvicorn.Config(app or Application(cloud), http=Limited, log_config=None)
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Limited(config, state, {}), "127.0.0.1", 0
        )
        async with server:
            found = await asyncio.wait_for(scenario(server.sockets[0].getsockname()[1]), 30)
            for connection in list(state.connections):
                connection.transport.abort()
        return found

    try:
        return asyncio.run(run())
    finally:
        cloud.close()


async def exchange(port: int, *parts: bytes, pause: float = 0) -> bytes:
    """Everything that is answered, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.ensure_future(reader.read())
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(answer, GENEROUS)
    except ConnectionError:
        return b"reset"
    finally:
        answer.cancel()
        writer.close()


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
