"""The state: SQLite with one writer, whose commits are shared by all who wait.

A change runs on the event loop; only the commit, which waits for the disk, runs in a thread. A
change that takes long runs in that thread as a whole, and others wait for their turn to write.
Whoever asked for a change is answered after the commit that holds it, so that an acknowledged
change survives the death of the process. A change that nobody waits for any more is not made.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from pulumi_functiongraph.emulator.state import damaged_rows
from pulumi_functiongraph.emulator.state.changes import Changes
from pulumi_functiongraph.emulator.state.folder import (
    LOCK_NAME,
    check_cloud,
    check_layout,
    check_not_lost,
    lock,
    lock_folder,
    unusable,
)
from pulumi_functiongraph.emulator.state.open_files import MovedError, OpenFiles
from pulumi_functiongraph.emulator.state.private_files import make_private
from pulumi_functiongraph.emulator.state.waiting_changes import (
    Batch,
    Change,
    WaitingChange,
    WaitingChanges,
)
from pulumi_functiongraph.emulator.state.write_ahead_log import (
    Commits,
    DamagedLogError,
    check_log,
    files_of,
    log_of,
    note_stop,
)

Connection = sqlite3.Connection
Result = TypeVar("Result")

FILE_NAME = "state.db"


class Store:
    """Tables in a file under `directory`, or in memory when there is none.

    Args:
        directory: the folder.
        schemas: statements that make the tables.
        cloud: which cloud the state is of; recorded with a new one, empty for none in particular.

    Raises:
        StateError: the folder cannot be used, another local cloud is using it, or it is of another
            cloud.
    """

    def __init__(self, directory: Path | None, *, schemas: Iterable[str], cloud: str = "") -> None:
        self._durable = directory is not None
        self._lock: Connection | None = None
        self._file = Path() if directory is None else directory / FILE_NAME
        self._files = OpenFiles()
        self.notes: list[str] = []
        """What its user should know of the folder."""
        self.after_commit: Callable[[], object] = lambda: None
        """Called after changes were committed, whoever asked for them."""
        self.changes = Changes()
        with ExitStack() as connections:
            if directory is None:
                self._writer = connections.enter_context(closing(_connect(":memory:")))
                self._reader = self._writer
            else:
                self._open(directory, connections, cloud)
            try:
                for schema in schemas:
                    self._writer.executescript(schema)
                damaged_rows.declare(self._writer)
            except sqlite3.Error as error:
                raise unusable(directory, error) from None
            self._connections = connections.pop_all()
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._waiting = WaitingChanges()
        self._flush: asyncio.Task[None] | None = None

    def _open(self, directory: Path, connections: ExitStack, cloud: str) -> None:
        file = self._file
        try:
            self.notes += make_private(directory, (FILE_NAME, LOCK_NAME))
            connections.enter_context(lock_folder(directory))
            self._lock = connections.enter_context(closing(lock(directory)))
            check_not_lost(self._lock, file)
            check_log(file)
            self._writer = connections.enter_context(closing(_connect(str(file))))
            check_layout(self._writer, directory)
            check_cloud(self._writer, directory, cloud)
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._writer.execute("PRAGMA synchronous = FULL")
            self._commits = Commits(self._writer)
            note_stop(self._writer, file)  # A start that is refused from here on loses nothing.
            self._reader = connections.enter_context(closing(_connect(str(file))))
        except (OSError, sqlite3.Error, DamagedLogError) as error:
            raise unusable(directory, error) from None

    def read(self, query: Callable[[Connection], Result]) -> Result:
        """Run `query` on one consistent view of what has been committed."""
        if self._reader is self._writer:
            return query(self._reader)
        self._files.check_at_times()
        self._reader.execute("BEGIN")
        try:
            return query(self._reader)
        finally:
            if self._reader.in_transaction:  # A disk error has ended it.
                self._reader.execute("COMMIT")

    async def write(self, change: Change[Result]) -> Result:
        """Run `change` and return its result once it is committed.

        What `change` raises is raised here, and nothing of that change is kept.
        """
        return await self._write(change)

    async def write_later(self, change: Change[Result]) -> Result:
        """As `write`, for a change that lets others go first, which somebody waits for."""
        return await self._write(change, urgent=False)

    async def write_apart(self, change: Change[Result]) -> Result:
        """As `write`, for a change that takes long: it runs in a thread, and reads go on."""
        return await self._write(change, apart=True)

    async def _write(
        self, change: Change[Result], *, urgent: bool = True, apart: bool = False
    ) -> Result:
        promise: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.add(WaitingChange(change, promise, urgent, apart))
        if self._flush is None:
            self._flush = asyncio.create_task(self._flush_all())
            self._flush.add_done_callback(self._let_go)
        return await promise

    def write_now(self, change: Change[Result]) -> Result:
        """Run and commit `change` at once; only before the server runs."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            result = change(self._writer)
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")
        return result

    def mark_as_kept(self) -> None:
        """Remember beside the state that there is one, so that an empty file is not taken for new.

        Raises:
            sqlite3.Error: the folder cannot be written, or another local cloud came between.
            OSError: the folder cannot be written.
        """
        if self._lock is not None:
            self._writer.execute("PRAGMA wal_checkpoint(FULL)")
            self._commits.note_start(self._file)
            self._lock.execute("PRAGMA user_version = 1")
            self._lock.execute("COMMIT")
            self._lock.execute("BEGIN EXCLUSIVE")
            files = [*files_of(self._file), self._file.with_name(LOCK_NAME)]
            self._files = OpenFiles(files, log=log_of(self._file))

    def close(self) -> None:
        """Close the files; nothing may be written afterwards.

        Raises:
            DamagedLogError: the log was cut. SQLite would bring what is left of it into the
                database, so all stays open: the process must end without closing anything.
        """
        self._committer.shutdown()
        with suppress(MovedError, OSError):
            self._files.check()
        if self._files.is_cut:
            raise DamagedLogError(
                f"{log_of(self._file)} was cut while it was used; it is left as it is"
            )
        if self._durable:
            self._commits.close()
            if self._files.still_has(self._file):
                with suppress(OSError, sqlite3.Error):
                    note_stop(self._writer, self._file)
        self._writer.close()
        self._connections.close()

    async def _flush_all(self) -> None:
        batch: Batch = []
        try:
            while batch := await self._waiting.next_batch():
                try:
                    await self._commit(batch)
                except Exception as error:  # noqa: BLE001 # handed to whoever asked for a change
                    for pending in batch:
                        pending.error = error
                for pending in batch:
                    pending.settle()
                self._waiting.committed(batch)
                self.after_commit()
                self.changes.tell()
            self._flush = None
        except BaseException:
            self._waiting.put_back(batch)
            raise

    def _let_go(self, flush: asyncio.Task[None]) -> None:
        """Let nobody wait for ever when the writer is broken off, also before its first step."""
        if self._flush is not flush:
            return
        self._flush = None
        self._waiting.cancel_all()

    async def _commit(self, batch: Batch) -> None:
        if batch[0].apart:
            await self._commit_apart(batch[0])
        else:
            await self._commit_together(batch)

    async def _commit_apart(self, pending: WaitingChange[Any]) -> None:
        """Without a file, readers share the writer's connection; the change is made on a copy."""
        loop = asyncio.get_running_loop()
        writer = self._writer if self._durable else _copy_of(self._writer)
        await loop.run_in_executor(self._committer, self._commit_alone, writer, pending)
        if writer is self._writer:
            return
        if pending.error is None:
            self._writer, writer = writer, self._writer
            self._reader = self._writer
        writer.close()

    def _commit_alone(self, writer: Connection, pending: WaitingChange[Any]) -> None:
        try:
            writer.execute("BEGIN IMMEDIATE")
            pending.result = pending.change(writer)
            self._make_durable(writer)
        except Exception as error:  # noqa: BLE001 # handed to whoever asked for the change
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            pending.error = error

    async def _commit_together(self, batch: Batch) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for pending in batch:
                if not pending.promise.done():
                    self._run(pending)
            if self._durable:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._committer, self._make_durable, self._writer)
            else:
                self._writer.execute("COMMIT")
        except Exception:
            with suppress(sqlite3.ProgrammingError):  # It is closed.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            raise

    def _make_durable(self, writer: Connection) -> None:
        """Commit to the files that the next start will find."""
        self._files.check()
        if not self._durable:
            writer.execute("COMMIT")
            return
        self._commits.commit(writer)
        self._files.check()
        self._commits.note()

    def _run(self, pending: WaitingChange[Any]) -> None:
        self._writer.execute("SAVEPOINT change")
        try:
            pending.result = pending.change(self._writer)
        except Exception as error:
            if not self._writer.in_transaction:  # A full disk has undone all of it.
                raise
            self._writer.execute("ROLLBACK TO change")
            pending.error = error
        self._writer.execute("RELEASE change")


def _connect(target: str) -> Connection:
    connection = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def _copy_of(connection: Connection) -> Connection:
    copy = _connect(":memory:")
    connection.backup(copy)
    return copy
