"""The folder of a state is removed, moved or replaced while it is used: nothing is acknowledged."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from pulumi_functiongraph.emulator import kept_time
from pulumi_functiongraph.emulator.clock import utc_now
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.state.folder import StateError
from unit.emulator.client import PROJECT, CloudClient, local_cloud

FILES = ("state.db", "state.db-wal", "state.db-shm", "state.db-running", "lock.db")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def cloud(data: Path) -> Iterator[CloudClient]:
    with local_cloud(directory=data) as client:
        assert client.invoke_async("orders").status_code == 202
        yield client


def remove(data: Path) -> None:
    shutil.rmtree(data)


def move(data: Path) -> None:
    data.rename(data.with_name("moved"))


def move_and_make_anew(data: Path) -> None:
    move(data)
    data.mkdir()


def replace_by_a_copy(data: Path) -> None:
    move(data)
    shutil.copytree(data.with_name("moved"), data)


def replace_by_another(data: Path) -> None:
    move(data)
    LocalCloud(directory=data).close()


def replace_by_a_file(data: Path) -> None:
    move(data)
    data.write_text("")


def remove_file(name: str) -> Callable[[Path], None]:
    return lambda data: (data / name).unlink()


def replace_file(name: str) -> Callable[[Path], None]:
    def replace(data: Path) -> None:
        copy = data / "copy"
        shutil.copy(data / name, copy)
        copy.replace(data / name)

    return replace


WAYS: dict[str, Callable[[Path], None]] = {
    "the folder is removed": remove,
    "the folder is moved": move,
    "the folder is moved and an empty one made": move_and_make_anew,
    "the folder is replaced by a copy": replace_by_a_copy,
    "the folder is replaced by that of another cloud": replace_by_another,
    "the folder is replaced by a file": replace_by_a_file,
    **{f"{name} is removed": remove_file(name) for name in FILES},
    **{f"{name} is replaced by a copy": replace_file(name) for name in FILES},
}


def requests(cloud: CloudClient) -> Iterator[httpx.Response]:
    yield cloud.invoke_async("orders")
    yield cloud.create_function("new")
    yield cloud.functions("GET")
    yield cloud.request("POST", "/_emulator/invoke", content=b'{"function": "orders"}')
    yield cloud.request("POST", "/_emulator/seed", content=b"topics: [{name: new}]")
    yield cloud.request("GET", "/_emulator/state")
    large = b'{"event": "' + b"x" * 300_000 + b'"}'
    yield cloud.call("POST", f"/v2/{PROJECT}/fgs/functions/orders/invocations", large)


@pytest.mark.parametrize("way", WAYS)
def test_what_would_be_kept_in_no_file_is_refused_with_what_to_do(
    cloud: CloudClient, data: Path, way: str
) -> None:
    WAYS[way](data)

    for answer in requests(cloud):
        assert answer.status_code == 500, answer.text
        assert "cannot use its state, nothing was changed" in answer.text
        assert str(data) in answer.text
        assert "was removed, moved or replaced while it was used; " in answer.text
        assert "put it back as it was, or start the local cloud again" in answer.text


def test_a_cloud_goes_on_when_its_folder_is_put_back(cloud: CloudClient, data: Path) -> None:
    move(data)
    assert cloud.invoke_async("orders").status_code == 500

    data.with_name("moved").rename(data)

    cloud.cloud.store.read(lambda _: None)
    assert cloud.invoke_async("orders").status_code == 202
    assert len(cloud.control("GET", "invocations")["invocations"]) == 2


def test_a_read_after_a_refused_change_is_refused(cloud: CloudClient, data: Path) -> None:
    assert cloud.functions("GET").status_code == 200
    remove(data)

    assert cloud.invoke_async("orders").status_code == 500

    assert cloud.functions("GET").status_code == 500


@pytest.mark.parametrize("name", [*FILES[1:], "lock.db"])
def test_a_stop_keeps_what_was_acknowledged_where_the_database_is_still_there(
    data: Path, name: str
) -> None:
    with local_cloud(directory=data) as cloud:
        assert cloud.invoke_async("orders").status_code == 202
        (data / name).unlink()
        assert cloud.invoke_async("orders").status_code == 500

    with local_cloud(directory=data) as again:
        assert len(again.control("GET", "invocations")["invocations"]) == 1


def test_a_stop_leaves_what_took_the_place_of_the_state(data: Path) -> None:
    with local_cloud(directory=data) as cloud:
        assert cloud.invoke_async("orders").status_code == 202
        replace_by_a_copy(data)
        before = sorted((each.name, each.read_bytes()) for each in data.iterdir())

    assert sorted((each.name, each.read_bytes()) for each in data.iterdir()) == before
    with local_cloud(directory=data) as again:
        assert len(again.control("GET", "invocations")["invocations"]) == 1


@pytest.mark.parametrize(
    "way", ["lock.db is removed", "lock.db is replaced by a copy", "state.db is removed"]
)
def test_no_second_cloud_takes_a_folder_whose_lock_was_removed(
    cloud: CloudClient, data: Path, way: str
) -> None:
    WAYS[way](data)

    with pytest.raises(StateError, match="in use by another local cloud"):
        LocalCloud(directory=data)

    assert cloud.invoke_async("orders").status_code == 500


def test_no_second_cloud_takes_the_folder_by_the_name_that_it_was_moved_to(
    cloud: CloudClient, data: Path
) -> None:
    move(data)

    with pytest.raises(StateError, match="in use by another local cloud"):
        LocalCloud(directory=data.with_name("moved"))

    assert cloud.invoke_async("orders").status_code == 500


@pytest.mark.parametrize("length", [0, 32, 4096])
def test_a_log_that_was_cut_is_never_brought_into_the_database(data: Path, length: int) -> None:
    died: list[bool] = []
    cloud = LocalCloud(directory=data, die=lambda: died.append(True))
    before = (data / "state.db").read_bytes()
    asyncio.run(cloud.store.write(lambda c: kept_time.keep(c, utc_now())))
    with (data / "state.db-wal").open("r+b") as log:
        log.truncate(length)

    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            asyncio.run(cloud.store.write(lambda c: kept_time.keep(c, utc_now())))
    cloud.close()

    assert died
    assert (data / "state.db").read_bytes() == before
    shutil.copytree(data, data.with_name("copy"))
    with pytest.raises(StateError, match="is damaged"):
        LocalCloud(directory=data.with_name("copy"))
