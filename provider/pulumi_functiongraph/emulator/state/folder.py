"""What must hold of the folder of a state before the state is used."""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pulumi_functiongraph.emulator.remedies import with_remedy

LOCK_NAME = "lock.db"
"""A database that is locked for as long as a process uses the folder."""

LAYOUT = 1
"""Number of the tables' layout; a release that changes it cannot read an older state."""


class StateError(RuntimeError):
    """The folder of a state cannot be used; the message says why and what to do."""


def unusable(directory: Path | None, error: Exception) -> StateError:
    """What is raised where the system or SQLite refuses."""
    return StateError(f"the state in {directory or 'memory'} cannot be used: {with_remedy(error)}")


@contextlib.contextmanager
def lock_folder(directory: Path) -> Iterator[None]:
    """Hold the folder itself, wherever it is moved to and whatever is removed from it.

    Raises:
        StateError: another process holds it.
        OSError: it cannot be read.
    """
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        raise _in_use(directory) from None
    except OSError:  # A file system without such locks; `lock` holds the folder there.
        pass
    try:
        yield
    finally:
        os.close(folder)


def lock(directory: Path) -> sqlite3.Connection:
    """Hold the folder for this process; the system lets go of it however the process ends.

    Raises:
        StateError: another process holds it.
        sqlite3.Error: it cannot be held, as on a full disk.
    """
    held = sqlite3.connect(directory / LOCK_NAME, isolation_level=None, timeout=0)
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        held.close()
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        raise _in_use(directory) from None
    return held


def _in_use(directory: Path) -> StateError:
    return StateError(
        f"the state in {directory} is in use by another local cloud; "
        "stop it, or name another folder"
    )


def check_not_lost(held: sqlite3.Connection, file: Path) -> None:
    """Tell a state that is gone from a folder that never had one.

    Raises:
        StateError: there was a state, and its file is not there.
    """
    was_kept = held.execute("PRAGMA user_version").fetchone()[0]
    if was_kept and not (file.is_file() and file.stat().st_size):
        raise StateError(
            f"{file} is missing or empty, and there was a state in it: put it back, or name "
            "another folder"
        )


def check_layout(connection: sqlite3.Connection, directory: Path) -> None:
    """See that the tables are those of this release, or are still to be made.

    Raises:
        StateError: they are of another release.
    """
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout not in {0, LAYOUT}:
        raise StateError(
            f"the state in {directory} was made by another release of the local cloud "
            f"(layout {layout}, this one reads {LAYOUT}); name an empty folder"
        )
    connection.execute(f"PRAGMA user_version = {LAYOUT}")


def check_cloud(connection: sqlite3.Connection, directory: Path, cloud: str) -> None:
    """What is in a state (projects, addresses, rules) is that of one cloud.

    Raises:
        StateError: it is of another one than `cloud`.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS cloud (name TEXT NOT NULL)")
    recorded = connection.execute("SELECT name FROM cloud").fetchone()
    if recorded is None and cloud:
        connection.execute("INSERT INTO cloud VALUES (?)", (cloud,))
    elif recorded is not None and cloud not in {"", recorded["name"]}:
        raise StateError(
            f"the state in {directory} is of --cloud {recorded['name']}, not of --cloud {cloud}; "
            "start it with that cloud, or name another folder"
        )
