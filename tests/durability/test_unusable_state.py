"""A full disk, a folder that cannot be written, a damaged file: each is told, none is hidden."""

import asyncio
import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from durability.kills import TARGETS, message, open_state, unfinished
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.running_cloud import EmulatorError
from pulumi_functiongraph.emulator.store import Connection, StateError, Store
from unit.emulator.process_client import Client

SEED = {
    "agencies": [{"name": "notifies", "grants": ["Tenant Guest", "SMN Administrator"]}],
    "topics": [{"name": "told"}],
    "functions": [
        {
            "name": name,
            "xrole": "notifies",
            "behaviour": behaviour,
            "async_configs": {
                "latest": {"on_success": {"destination": "SMN", "param": TARGETS["SMN"]}}
            },
        }
        for name, behaviour in {"quick": {"returns": 1}, "slow": {"sleep_seconds": 0.5}}.items()
    ],
}
WITHIN = 30.0
"""Seconds in which what is due is done on any machine."""


def invoke(cloud: Emulator, name: str, token: str) -> tuple[int, dict[str, str]]:
    address = urlsplit(cloud.url)
    head, _, body = message(name, 1, token).partition(b"\r\n\r\n")
    connection = HTTPConnection(address.hostname or "", address.port, timeout=30)
    with closing(connection):
        headers = {"X-Auth-Token": token, "Content-Type": "application/json"}
        connection.request("POST", head.split(b" ")[1].decode(), body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@contextmanager
def full_disk(cloud: Emulator) -> Iterator[None]:
    """No file of the process may grow meanwhile."""
    process = cloud.process.pid
    soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))


def messages(directory: Path) -> int:
    with closing(open_state(directory)) as connection:
        (found,) = connection.execute("SELECT count(*) FROM smn_messages").fetchone()
    return int(found)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_full_disk_is_told_and_what_was_acknowledged_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    with Emulator(data=tmp_path) as cloud:
        cloud.seed(SEED)
        token = Client(cloud)._token
        assert invoke(cloud, "slow", token)[0] == 202
        with full_disk(cloud):
            status, refusal = invoke(cloud, "quick", token)
            assert (status, refusal["error_code"]) == (500, "FSS.0500")
            assert "cannot use its state, nothing was changed" in refusal["error_msg"]
            wait_for(lambda: any("could not be carried out" in line for line in cloud._errors))
            assert messages(tmp_path) == 0
            assert cloud.state()["topics"]
        assert invoke(cloud, "quick", token)[0] == 202
        wait_for(lambda: unfinished(tmp_path) == 0)
        assert messages(tmp_path) == 2


def test_a_full_file_refuses_changes_and_takes_them_again(tmp_path: Path) -> None:
    store = Store(tmp_path, schemas=["CREATE TABLE rows (text TEXT)"])

    def small(connection: Connection) -> None:
        connection.execute("INSERT INTO rows VALUES ('a')")

    def large(connection: Connection) -> None:
        connection.execute("INSERT INTO rows VALUES (zeroblob(100000))")

    async def scenario() -> list[object]:
        await store.write(small)
        (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
        store._writer.execute(f"PRAGMA max_page_count = {pages}")
        outcomes = await asyncio.gather(store.write(large), return_exceptions=True)
        store._writer.execute("PRAGMA max_page_count = 1000000")
        return [*outcomes, await store.write(large)]

    refused, taken = asyncio.run(scenario())
    found = store.read(lambda c: c.execute("SELECT count(*) FROM rows").fetchone()[0])
    store.close()
    assert str(refused) == "database or disk is full"
    assert (taken, found) == (None, 2)


def test_a_folder_that_cannot_be_written_is_refused_at_the_start() -> None:
    with pytest.raises(EmulatorError, match="cannot be used"):
        Emulator(data=Path("/sys/functiongraph"))


@pytest.mark.parametrize("intact", [0, 4096], ids=["all of it", "all but the first page"])
def test_a_damaged_file_is_refused_at_the_start(tmp_path: Path, intact: int) -> None:
    LocalCloud(directory=tmp_path).close()
    file = tmp_path / "state.db"
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(intact)
        damaged.write(b"\xa5" * (size - intact))
    with pytest.raises(StateError, match="cannot be used"):
        LocalCloud(directory=tmp_path)
    with pytest.raises(EmulatorError, match="cannot be used") as refused:
        Emulator(data=tmp_path)
    assert "Traceback" not in str(refused.value)
