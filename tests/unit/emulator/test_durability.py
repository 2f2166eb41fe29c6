"""What was acknowledged is there after a kill, however the kill falls."""

import asyncio
import json
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.process import Emulator
from unit.emulator.client import PROJECT
from unit.emulator.process_client import Client

WRITERS = 8
ENOUGH = 120
"""Acknowledged functions before the kill."""


async def write_until_killed(emulator: Emulator, token: str) -> set[str]:
    """Create functions from several connections, kill the server amid them; who was answered?"""
    acknowledged: set[str] = set()
    enough = asyncio.Event()
    host, port = emulator.url.removeprefix("http://").split(":")

    async def writer(number: int) -> None:
        reader, sender = await asyncio.open_connection(host, int(port))
        try:
            for count in range(10_000):
                name = f"f{number}-{count}"
                sender.write(create_request(name, token))
                head = await reader.readuntil(b"\r\n\r\n")
                assert b" 200 " in head.partition(b"\r\n")[0]
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length))
                acknowledged.add(name)
                if len(acknowledged) >= ENOUGH:
                    enough.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            sender.close()

    async def killer() -> None:
        await enough.wait()
        emulator.process.kill()

    await asyncio.gather(killer(), *(writer(number) for number in range(WRITERS)))
    return acknowledged


def create_request(name: str, token: str) -> bytes:
    body = json.dumps(
        {
            "func_name": name,
            "package": "default",
            "runtime": "Python3.9",
            "handler": "index.handler",
            "memory_size": 128,
            "timeout": 3,
            "code_type": "inline",
        }
    )
    return (
        f"POST /v2/{PROJECT}/fgs/functions HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@pytest.mark.parametrize("run", range(2))
def test_every_acknowledged_write_is_there_after_kill_9(tmp_path: Path, run: int) -> None:
    with Emulator(data=tmp_path) as emulator:
        token = Client(emulator)._token
        acknowledged = asyncio.run(write_until_killed(emulator, token))

    with Emulator(data=tmp_path) as restarted:
        found = {function["func_name"] for function in restarted.state()["functions"]}

    assert len(acknowledged) >= ENOUGH
    assert acknowledged <= found
    assert len(found - {"orders", "audit"} - acknowledged) <= WRITERS
