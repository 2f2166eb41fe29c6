"""A full disk, a folder that cannot be written, a damaged file: each is told, none is hidden."""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
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
from pulumi_functiongraph.emulator.state.folder import StateError
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount has a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_really_full_is_told_and_loses_nothing(small_disk: Path) -> None:
    data, ballast = small_disk / "data", small_disk / "ballast"
    with Emulator(data=data) as cloud:
        cloud.seed(SEED)
        token = Client(cloud)._token
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        statuses: list[int] = []
        while statuses[-1:] != [500]:
            status, refusal = invoke(cloud, "quick", token)
            statuses.append(status)
        assert "disk is full; make room on the disk" in refusal["error_msg"]
        ballast.unlink()
        assert invoke(cloud, "quick", token)[0] == 202
        wait_for(lambda: unfinished(data) == 0)
        cloud.kill()
    with Emulator(data=data) as again:
        assert len(again.invocations()) == statuses.count(202) + 1
        assert len(again.notifications(status="DELIVERED")) == statuses.count(202) + 1


def test_a_start_on_a_full_disk_is_told_as_that(small_disk: Path) -> None:
    data, ballast = small_disk / "data", small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)

    with pytest.raises(EmulatorError, match="disk is full; make room on the disk"):
        Emulator(data=data)

    ballast.unlink()
    Emulator(data=data).stop()


@pytest.fixture
def held_to_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Local clouds that are started meanwhile are held to the modes of files, also by root."""
    if os.geteuid() != 0:
        return
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root is held to no permissions")
    python = tmp_path / "python"
    drop = f"{setpriv} --bounding-set=-all --inh-caps=-all"
    python.write_text(f'#!/bin/sh\nexec {drop} {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))


def set_modes(folder: Path, *, of_files: int, of_folder: int) -> None:
    folder.chmod(0o700)
    for file in folder.iterdir():
        file.chmod(of_files)
    folder.chmod(of_folder)


@pytest.mark.usefixtures("held_to_permissions")
def test_what_is_acknowledged_in_a_folder_that_is_made_read_only_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "data"
    cloud = Emulator(data=data)
    cloud.seed(SEED)
    token = Client(cloud)._token
    set_modes(data, of_files=0o400, of_folder=0o500)
    statuses = [invoke(cloud, "quick", token)[0] for _ in range(20)]
    cloud.kill()

    with pytest.raises(EmulatorError, match="let the folder and the files in it be written"):
        Emulator(data=data)

    set_modes(data, of_files=0o600, of_folder=0o700)
    with Emulator(data=data) as again:
        wait_for(lambda: unfinished(data) == 0)
        assert len(again.notifications(status="DELIVERED")) == statuses.count(202)
    assert set(statuses) <= {202, 500}


@pytest.mark.parametrize("intact", [0, 4096], ids=["all of it", "all but the first page"])
def test_a_file_that_is_damaged_while_it_is_used_is_told(tmp_path: Path, intact: int) -> None:
    cloud = Emulator(data=tmp_path)
    cloud.seed(SEED)
    token = Client(cloud)._token
    assert invoke(cloud, "quick", token)[0] == 202
    wait_for(lambda: unfinished(tmp_path) == 0)
    for name in ("state.db", "state.db-wal"):
        damage(tmp_path / name, intact)

    status, refusal = invoke(cloud, "quick", token)
    said = "".join(cloud._errors)
    cloud.kill()

    assert status == 500
    assert "cannot use its state, nothing was changed" in refusal["error_msg"]
    assert "put a copy back, or name another folder" in refusal["error_msg"]
    assert "Traceback" not in said
    with pytest.raises(EmulatorError, match="put a copy back, or name another folder"):
        Emulator(data=tmp_path)


def damage(file: Path, intact: int) -> None:
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(intact)
        damaged.write(b"\xa5" * (size - intact))


@pytest.mark.parametrize("intact", [0, 4096], ids=["all of it", "all but the first page"])
def test_a_damaged_file_is_refused_at_the_start(tmp_path: Path, intact: int) -> None:
    LocalCloud(directory=tmp_path).close()
    damage(tmp_path / "state.db", intact)
    with pytest.raises(StateError, match="cannot be used"):
        LocalCloud(directory=tmp_path)
    with pytest.raises(EmulatorError, match="cannot be used") as refused:
        Emulator(data=tmp_path)
    assert "Traceback" not in str(refused.value)


def test_a_folder_that_is_removed_while_it_is_used_is_told_and_made_anew_by_a_start(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    with Emulator(data=data) as cloud:
        cloud.seed(SEED)
        token = Client(cloud)._token
        assert invoke(cloud, "slow", token)[0] == 202
        shutil.rmtree(data)

        status, refusal = invoke(cloud, "quick", token)
        wait_for(lambda: any("tried again" in line for line in cloud._errors))

    said = "".join(cloud._errors)
    assert (status, refusal["error_code"]) == (500, "FSS.0500")
    assert f"{data} was removed, moved or replaced while it was used; put it back" in said
    assert "Traceback" not in said
    assert said.count("tried again") <= 2  # for what is due, and for what was under way
    assert not data.exists()
    with Emulator(data=data) as again:
        again.seed(SEED)
        assert invoke(again, "quick", Client(again)._token)[0] == 202
