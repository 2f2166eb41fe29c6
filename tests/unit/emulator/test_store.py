"""The store: one writer, shared commits, nothing kept of a change that fails."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.state.folder import StateError
from pulumi_functiongraph.emulator.state.store import Connection, Store

SCHEMA = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY);"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    directory = tmp_path / "data" if request.param == "file" else None
    opened = Store(directory, schemas=[SCHEMA])
    yield opened
    opened.close()


def add(connection: Connection, number: int) -> int:
    connection.execute("INSERT INTO numbers VALUES (?)", (number,))
    return number


def numbers(store: Store) -> list[int]:
    return store.read(
        lambda c: [row[0] for row in c.execute("SELECT number FROM numbers ORDER BY number")]
    )


def test_a_change_is_read_as_soon_as_it_is_acknowledged(store: Store) -> None:
    async def scenario() -> list[int]:
        assert await store.write(lambda c: add(c, 7)) == 7
        return numbers(store)

    assert asyncio.run(scenario()) == [7]


def test_changes_that_wait_together_are_all_kept(store: Store) -> None:
    async def scenario() -> None:
        await asyncio.gather(*(store.write(partial(add, number=n)) for n in range(100)))

    asyncio.run(scenario())

    assert numbers(store) == list(range(100))


def test_a_failing_change_leaves_nothing_and_harms_no_other(store: Store) -> None:
    def fail(connection: Connection) -> None:
        add(connection, 1)
        raise LookupError("on purpose")

    async def scenario() -> list[object]:
        changes = [lambda c: add(c, 0), fail, lambda c: add(c, 2)]
        return await asyncio.gather(*map(store.write, changes), return_exceptions=True)

    outcomes = asyncio.run(scenario())

    assert [type(outcome) for outcome in outcomes] == [int, LookupError, int]
    assert numbers(store) == [0, 2]


def test_a_change_against_the_schema_is_the_callers_error(store: Store) -> None:
    async def scenario() -> None:
        await store.write(lambda c: add(c, 1))
        with pytest.raises(sqlite3.IntegrityError):
            await store.write(lambda c: add(c, 1))
        await store.write(lambda c: add(c, 2))

    asyncio.run(scenario())

    assert numbers(store) == [1, 2]


def test_a_failed_commit_fails_every_change_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk:
        """A connection whose commits fail."""

        in_transaction = True

        def __init__(self, inner: Connection) -> None:
            self.inner = inner

        def execute(self, statement: str, *values: Any) -> object:
            if statement == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return self.inner.execute(statement, *values)

    async def scenario() -> list[object]:
        changes = [store.write(lambda _: 1), store.write(lambda _: 2)]
        return await asyncio.gather(*changes, return_exceptions=True)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_writer", FullDisk(store._writer))
        outcomes = asyncio.run(scenario())

    assert [str(outcome) for outcome in outcomes] == ["database or disk is full"] * 2
    assert numbers(store) == []


def test_a_change_before_the_server_runs_is_undone_when_it_fails(store: Store) -> None:
    def fail(connection: Connection) -> None:
        add(connection, 1)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        store.write_now(fail)

    assert store.write_now(lambda c: add(c, 2)) == 2
    assert numbers(store) == [2]


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    Store(tmp_path / "data", schemas=[SCHEMA]).close()

    assert (tmp_path / "data" / "state.db").stat().st_mode & 0o077 == 0


def test_a_folder_serves_one_cloud_at_a_time(tmp_path: Path) -> None:
    first = Store(tmp_path, schemas=[SCHEMA])

    with pytest.raises(StateError, match="in use by another local cloud"):
        Store(tmp_path, schemas=[SCHEMA])

    first.close()
    Store(tmp_path, schemas=[SCHEMA]).close()


def test_a_folder_of_another_release_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path, schemas=[SCHEMA])
    store._writer.execute("PRAGMA user_version = 99")
    store.close()

    with pytest.raises(StateError, match="layout 99, this one reads 1"):
        Store(tmp_path, schemas=[SCHEMA])


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"not a database" * 100)

    with pytest.raises(StateError, match="cannot be used: file is not a database"):
        Store(tmp_path, schemas=[SCHEMA])


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(StateError, match="cannot be used"):
        Store(tmp_path / "data", schemas=[SCHEMA])


def test_reads_go_on_while_a_long_change_is_made(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> int:
        add(connection, 1)
        begun.set()
        assert go_on.wait(10)
        return add(connection, 2)

    async def scenario() -> list[list[int]]:
        long = asyncio.create_task(store.write_apart(slow))
        await asyncio.to_thread(begun.wait, 10)
        behind = asyncio.create_task(store.write(lambda c: add(c, 3)))
        await asyncio.sleep(0)
        seen = [numbers(store)]
        go_on.set()
        assert (await long, await behind) == (2, 3)
        return [*seen, numbers(store)]

    assert asyncio.run(scenario()) == [[], [1, 2, 3]]


def test_nothing_is_kept_of_a_long_change_that_fails(store: Store) -> None:
    def broken(connection: Connection) -> None:
        add(connection, 1)
        raise ValueError("no")

    async def scenario() -> list[int]:
        with pytest.raises(ValueError, match="no"):
            await store.write_apart(broken)
        await store.write(lambda c: add(c, 3))
        return numbers(store)

    assert asyncio.run(scenario()) == [3]


def test_a_change_that_can_wait_lets_others_go_first(store: Store) -> None:
    made: list[int] = []

    def note(connection: Connection, number: int) -> None:
        made.append(add(connection, number))

    async def scenario() -> None:
        later = [store.write_later(partial(note, number=n)) for n in range(100, 150)]
        first = [store.write(partial(note, number=n)) for n in range(10)]
        await asyncio.gather(*later, *first)

    asyncio.run(scenario())

    assert made == [*range(10), *range(100, 150)]


@pytest.mark.parametrize(("first", "beside"), [(1, 1), (15, 1), (16, 2), (40, 5)])
def test_one_change_that_can_wait_is_made_beside_eight_that_cannot(
    store: Store, first: int, beside: int
) -> None:
    commits = []
    store.after_commit = lambda: commits.append(len(numbers(store)))

    async def scenario() -> None:
        later = [store.write_later(partial(add, number=1000 + number)) for number in range(20)]
        now = [store.write(partial(add, number=number)) for number in range(first)]
        await asyncio.gather(*later, *now)

    asyncio.run(scenario())

    assert commits == [first + beside, first + 20]


def test_a_change_that_can_wait_joins_those_that_follow_within_a_moment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_functiongraph.emulator.state.waiting_changes.MOMENT", 60)
    commits = []
    store.after_commit = lambda: commits.append(numbers(store))

    async def scenario() -> None:
        await store.write(lambda c: add(c, 1))
        later = asyncio.ensure_future(store.write_later(lambda c: add(c, 2)))
        await asyncio.sleep(0.01)
        await store.write(lambda c: add(c, 3))
        await later

    asyncio.run(scenario())

    assert commits == [[1], [1, 2, 3]]


def test_a_change_that_can_wait_is_made_alone_when_nothing_follows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_functiongraph.emulator.state.waiting_changes.MOMENT", 0.01)

    async def scenario() -> None:
        await store.write(lambda c: add(c, 1))
        await store.write_later(lambda c: add(c, 2))

    asyncio.run(scenario())

    assert numbers(store) == [1, 2]


def test_a_change_that_nobody_waits_for_any_more_is_not_made(store: Store) -> None:
    async def scenario() -> None:
        given_up = asyncio.ensure_future(store.write_later(lambda c: add(c, 1)))
        kept = asyncio.ensure_future(store.write(lambda c: add(c, 2)))
        await asyncio.sleep(0)
        given_up.cancel()
        await kept
        await store.write(lambda c: add(c, 3))

    asyncio.run(scenario())

    assert numbers(store) == [2, 3]


def test_a_change_after_the_end_is_answered_and_not_waited_for(store: Store) -> None:
    async def scenario() -> list[object]:
        store.close()
        changes = [store.write(lambda c: add(c, 1)), store.write_later(lambda c: add(c, 2))]
        changes.append(store.write_apart(lambda c: add(c, 3)))
        async with asyncio.timeout(10):
            return await asyncio.gather(*changes, return_exceptions=True)

    assert all(isinstance(each, Exception) for each in asyncio.run(scenario()))


def test_whoever_waits_is_let_go_when_the_writer_is_broken_off(store: Store) -> None:
    async def scenario() -> list[object]:
        writes = [asyncio.create_task(store.write(partial(add, number=n))) for n in range(3)]
        writes.append(asyncio.create_task(store.write_apart(lambda c: add(c, 3))))
        await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task(), *writes}:
            task.cancel()
        async with asyncio.timeout(10):
            return await asyncio.gather(*writes, return_exceptions=True)

    assert {type(each) for each in asyncio.run(scenario())} == {asyncio.CancelledError}
