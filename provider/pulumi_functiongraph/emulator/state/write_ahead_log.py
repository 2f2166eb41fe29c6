"""Whether the write-ahead log of a state holds all that was committed to it.

SQLite takes what is behind the first damaged frame of a log for a commit that was never finished,
and drops it without a word. But how many frames were committed stands in the index beside the log
as well (`-shm`), which outlives the process, too. SQLite, "WAL-mode File Format", section 2.1.

A log that is gone is missed by a file that only a clean stop removes. It has the number of the last
commit, which is in the database as well: another program that has looked at the state after a kill
has brought all of the log into the database, and nothing is missing then.

Without the index, as in a folder that was copied so, damage shows by what was written behind it:
a transaction begins only when the one before is safe. That the last one is damaged, or that the
end of the log is gone, cannot be seen then.
"""

import os
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path

import msgspec

_HEADER = struct.Struct("=12I")
"""Of the index, in the machine's byte order; there are two copies of it."""

_MAX_FRAME, _SALTS, _SUM = 4, slice(8, 10), slice(10, 12)
"""The last frame that was committed, what tells one log from the next, and the checksum."""


_REMEDY = "put a copy of the whole folder back, or name an empty one"


_LOG_HEADER, _FRAME_HEADER = struct.Struct(">8I"), struct.Struct(">6I")
"""Of the log, and of each frame in it: its page and whether it ends a transaction, and the salts.

SQLite, "Database File Format", section 4.1.
"""


class DamagedLogError(RuntimeError):
    """What was acknowledged is not in the log any more; the message says what to do."""


class _Index(msgspec.Struct, frozen=True):
    frames: int
    salts: tuple[int, ...]


def check_log(database: Path) -> None:
    """Read the log of a database that nobody has open.

    Raises:
        DamagedLogError: it is gone, or holds less than was committed. It is left as it is.
        sqlite3.Error: the database cannot be read.
        OSError: a file cannot be read.
    """
    log, index = _beside(database, "wal"), _beside(database, "shm")
    kept = index.read_bytes() if index.exists() else b""
    committed = _parse(kept)
    if not log.exists() and (_beside(database, "running").exists() or committed.frames):
        if not _has_all_commits(database):
            raise DamagedLogError(
                f"{log} is missing, and not all of it was in {database}; {_REMEDY}"
            )
        return
    if not committed.frames:
        if log.exists() and _beside(database, "running").exists():
            _check_log_alone(database, log, index)
        return
    found = _read(database, index)
    # An index that a broken-down machine kept from before is of another log.
    is_other = found.frames and found.salts != committed.salts
    if found.frames < committed.frames and not is_other:
        index.write_bytes(kept)  # What is missing is missing at the next start, too.
        raise DamagedLogError(
            f"{log} is damaged: of {committed.frames} pages that were committed to it, "
            f"{found.frames} can be read; {_REMEDY}"
        )


def _has_all_commits(database: Path) -> bool:
    """Whether the database alone has the last commit that was noted beside it."""
    try:
        noted = int(_beside(database, "running").read_text(encoding="ascii"))
    except (OSError, ValueError):  # An earlier release noted none.
        return False
    # The file alone is read, and no log is made beside it.
    alone = f"{database.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(alone, uri=True)) as reader:
        try:
            return Commits.count(reader) >= noted
        except sqlite3.Error:
            return False


def _read(database: Path, index: Path) -> _Index:
    """What SQLite finds in the log."""
    # A connection that only reads leaves the log and the index where they are when it ends.
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as reader:
        reader.execute("SELECT count(*) FROM sqlite_master")
    return _parse(index.read_bytes())


def _check_log_alone(database: Path, log: Path, index: Path) -> None:
    """Read a log without its index; what SQLite makes of it is no word on what was committed."""
    if log.stat().st_size < _LOG_HEADER.size:
        return
    had_index = index.exists()
    found = _read(database, index)
    if not _goes_on(log, found):
        return
    if not had_index:
        index.unlink()  # As it was: the next start has to look at the log again.
    raise DamagedLogError(
        f"{log} is damaged: {found.frames} pages that were committed to it can be read, and there "
        f"were more; {_REMEDY}"
    )


def _goes_on(log: Path, found: _Index) -> bool:
    """Whether a whole transaction, and the beginning of one more, stand behind what can be read."""
    with log.open("rb") as stream:
        header = stream.read(_LOG_HEADER.size)
        magic, _, page, _, *salts, first, second = _LOG_HEADER.unpack(header)
        words = struct.unpack(">6I" if magic & 1 else "<6I", header[:24])
        if _sum_of(words) != (first, second):  # The salts may be wrong, so each frame counts.
            return stream.read(_FRAME_HEADER.size) != b""
        is_over = False
        stream.seek(found.frames * (_FRAME_HEADER.size + page), 1)
        while len(header := stream.read(_FRAME_HEADER.size)) == _FRAME_HEADER.size:
            _, ends, *of_frame, _, _ = _FRAME_HEADER.unpack(header)
            if of_frame == salts:
                if is_over:
                    return True
                is_over = bool(ends)
            stream.seek(page, 1)
    return False


def files_of(database: Path) -> list[Path]:
    """The database and the files beside it that are there while it is used."""
    return [database, *(_beside(database, what) for what in ("wal", "shm", "running"))]


def log_of(database: Path) -> Path:
    """The write-ahead log of a database."""
    return _beside(database, "wal")


class Commits:
    """Counts the commits to a database in it, and notes the last one beside it.

    Args:
        connection: to the database, which nobody else writes.

    Raises:
        sqlite3.Error: the database cannot be written.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS state_commits"
            " (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)"
        )
        self._last = self.count(connection)
        self._note: int | None = None

    @staticmethod
    def count(connection: sqlite3.Connection) -> int:
        """How many there were."""
        row = connection.execute("SELECT number FROM state_commits").fetchone()
        return 0 if row is None else int(row[0])

    def note_start(self, database: Path) -> None:
        """From now on the log is needed.

        Raises:
            OSError: the folder cannot be written.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
        self._note = os.open(_beside(database, "running"), flags, 0o600)
        self._write()

    def commit(self, connection: sqlite3.Connection) -> None:
        """Commit what the connection has changed.

        Raises:
            sqlite3.Error: it is not committed.
        """
        # A reset empties all tables, this one, too.
        connection.execute("REPLACE INTO state_commits VALUES (1, ?)", (self._last + 1,))
        connection.execute("COMMIT")
        self._last += 1

    def note(self) -> None:
        """Note the last commit; who is killed before that has noted an earlier one."""
        if self._note is not None:
            with suppress(OSError):  # As on a full disk: what is committed is there all the same.
                self._write()

    def close(self) -> None:
        """Note nothing any more."""
        if self._note is not None:
            os.close(self._note)
            self._note = None

    def _write(self) -> None:
        if self._note is not None:
            os.pwrite(self._note, f"{self._last:020}".encode(), 0)


def note_stop(connection: sqlite3.Connection, database: Path) -> None:
    """Bring all of the log into the database, which the log is not needed for any more then.

    Raises:
        sqlite3.Error: the database cannot be written.
        OSError: the folder cannot be written.
    """
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if not busy:
        _beside(database, "running").unlink(missing_ok=True)


def _beside(database: Path, what: str) -> Path:
    return database.with_name(f"{database.name}-{what}")


def _parse(index: bytes) -> _Index:
    whole = min(2, len(index) // _HEADER.size)
    copies = [_HEADER.unpack_from(index, number * _HEADER.size) for number in range(whole)]
    indexes = [_Index(each[_MAX_FRAME], each[_SALTS]) for each in copies if _is_whole(each)]
    # Who was killed while writing it has written one copy: what it says is committed, too.
    return max(indexes, key=lambda each: each.frames, default=_Index(0, ()))


def _is_whole(header: tuple[int, ...]) -> bool:
    return header[_SUM] == _sum_of(header[: _SUM.start])


def _sum_of(words: tuple[int, ...]) -> tuple[int, int]:
    """SQLite's checksum; "Database File Format", section 4.2."""
    first = second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
