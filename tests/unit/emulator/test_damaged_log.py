"""What was acknowledged is there after a kill and damage to the log, or the start is refused."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.state.folder import StateError
from pulumi_functiongraph.emulator.state.store import Connection, Store

SCHEMA = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY, filler TEXT)"
ACKNOWLEDGED = list(range(8))


def open_store(directory: Path, cloud: str = "") -> Store:
    return Store(directory, schemas=[SCHEMA], cloud=cloud)


def numbers(store: Store) -> list[int]:
    return [number for (number,) in store.read(lambda c: c.execute("SELECT number FROM numbers"))]


def add(store: Store, number: int) -> None:
    def change(connection: Connection) -> None:
        connection.execute("INSERT INTO numbers VALUES (?, ?)", (number, "x" * 5000))

    asyncio.run(store.write(change))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as `kill -9` leaves it: copied while a store has it open."""
    directory = tmp_path_factory.mktemp("state")
    store = open_store(directory / "open")
    store.mark_as_kept()
    for number in ACKNOWLEDGED:
        add(store, number)
    shutil.copytree(directory / "open", directory / "killed")
    yield directory / "killed"
    store.close()


def copy_of(killed: Path, directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(killed, directory)
    return directory


def test_a_killed_state_is_whole(killed: Path, tmp_path: Path) -> None:
    store = open_store(copy_of(killed, tmp_path / "state"))
    assert numbers(store) == ACKNOWLEDGED
    store.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(part=st.floats(0, 1), damage=st.binary(min_size=1, max_size=6000), cut=st.booleans())
def test_a_damaged_log_is_refused_or_everything_is_there(
    killed: Path, tmp_path: Path, part: float, damage: bytes, *, cut: bool
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    log = directory / "state.db-wal"
    content = log.read_bytes()
    at = int(part * len(content))
    log.write_bytes(content[:at] if cut else content[:at] + damage + content[at + len(damage) :])

    for _ in range(2):
        try:
            store = open_store(directory)
        except StateError as error:
            assert "put a copy of the whole folder back, or name an empty one" in str(error)  # noqa: PT017 # either is right
        else:
            assert numbers(store) == ACKNOWLEDGED
            store.close()


@pytest.mark.parametrize("gone", [("wal",), ("wal", "shm")])
def test_a_log_that_is_gone_after_a_kill_is_refused(
    killed: Path, tmp_path: Path, gone: tuple[str, ...]
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    for each in gone:
        (directory / f"state.db-{each}").unlink()
    for _ in range(2):
        with pytest.raises(StateError, match=r"state\.db-wal is missing"):
            open_store(directory)


def test_a_log_that_another_program_has_brought_into_the_database_is_not_missed(
    killed: Path, tmp_path: Path
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    with closing(sqlite3.connect(directory / "state.db")) as looked_at:
        looked_at.execute("SELECT count(*) FROM numbers").fetchone()
    assert not (directory / "state.db-wal").exists()

    store = open_store(directory)
    assert numbers(store) == ACKNOWLEDGED
    store.close()


def test_a_row_that_was_removed_as_advised_after_a_kill_is_the_only_one_that_is_gone(
    killed: Path, tmp_path: Path
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    with closing(sqlite3.connect(directory / "state.db")) as by_hand, by_hand:
        by_hand.execute("DELETE FROM numbers WHERE number = 3")

    store = open_store(directory)
    assert numbers(store) == [each for each in ACKNOWLEDGED if each != 3]
    add(store, 8)
    store.close()
    store = open_store(directory)
    assert numbers(store)[-1] == 8
    store.close()


def test_a_folder_that_was_copied_without_the_index_is_whole(killed: Path, tmp_path: Path) -> None:
    directory = copy_of(killed, tmp_path / "state")
    (directory / "state.db-shm").unlink()

    store = open_store(directory)
    assert numbers(store) == ACKNOWLEDGED
    store.close()


@pytest.mark.parametrize("part", [0, 0.001, 0.3, 0.6])
def test_without_the_index_damage_shows_by_what_was_committed_behind_it(
    killed: Path, tmp_path: Path, part: float
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    (directory / "state.db-shm").unlink()
    log = directory / "state.db-wal"
    content = bytearray(log.read_bytes())
    content[int(part * len(content)) + 16] ^= 0xFF
    log.write_bytes(content)

    for _ in range(2):
        with pytest.raises(StateError, match="is damaged"):
            open_store(directory)
    assert log.read_bytes() == content


def test_a_refused_start_leaves_the_damaged_log_as_it_is(killed: Path, tmp_path: Path) -> None:
    directory = copy_of(killed, tmp_path / "state")
    log = directory / "state.db-wal"
    log.write_bytes(damaged := log.read_bytes()[:20_000])

    with pytest.raises(StateError, match="is damaged"):
        open_store(directory)

    assert log.read_bytes() == damaged


def test_a_transaction_that_was_not_finished_is_no_damage(killed: Path, tmp_path: Path) -> None:
    directory = copy_of(killed, tmp_path / "state")
    log = directory / "state.db-wal"
    content = log.read_bytes()
    log.write_bytes(content + content[-4120:][:2000])

    store = open_store(directory)
    assert numbers(store) == ACKNOWLEDGED
    store.close()


@pytest.mark.parametrize("broken", [b"", b"\0" * 40, b"\xff" * 32768])
def test_a_damaged_index_harms_nothing(killed: Path, tmp_path: Path, broken: bytes) -> None:
    directory = copy_of(killed, tmp_path / "state")
    (directory / "state.db-shm").write_bytes(broken)

    store = open_store(directory)
    assert numbers(store) == ACKNOWLEDGED
    store.close()


def test_a_start_that_is_refused_for_another_reason_does_not_spoil_the_state(
    killed: Path, tmp_path: Path
) -> None:
    directory = copy_of(killed, tmp_path / "state")
    open_store(directory, "huawei").close()
    with pytest.raises(StateError, match="--cloud"):
        open_store(directory, "otc")

    store = open_store(directory)
    assert numbers(store) == ACKNOWLEDGED
    store.close()


def test_a_seeded_state_is_in_its_file_before_anything_is_acknowledged(tmp_path: Path) -> None:
    cloud = LocalCloud(directory=tmp_path / "open")
    shutil.copy(tmp_path / "open" / "state.db", tmp_path / "copy.db")
    cloud.close()

    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*) FROM iam_projects").fetchone()[0]
    copy.close()


def test_a_clean_stop_needs_no_log(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.mark_as_kept()
    assert (tmp_path / "state.db-running").exists()
    store.close()

    assert sorted(each.name for each in tmp_path.iterdir()) == ["lock.db", "state.db"]
    open_store(tmp_path).close()
