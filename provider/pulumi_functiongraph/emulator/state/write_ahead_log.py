"""Whether the write-ahead log of a state holds all that was committed to it.

SQLite takes what is behind the first damaged frame of a log for a commit that was never finished,
and drops it without a word. But how many frames were committed stands in the index beside the log
as well (`-shm`), which outlives the process, too. SQLite, "WAL-mode File Format", section 2.1.

A log that is gone together with its index is missed by a file that only a clean stop removes.
"""

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct("=12I")
"""Of the index, in the machine's byte order; there are two copies of it."""

_MAX_FRAME, _SALTS, _SUM = 4, slice(8, 10), slice(10, 12)
"""The last frame that was committed, what tells one log from the next, and the checksum."""


_REMEDY = "put a copy of the whole folder back, or name an empty one"


class DamagedLogError(RuntimeError):
    """What was acknowledged is not in the log any more; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Index:
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
        raise DamagedLogError(f"{log} is missing, and not all of it was in {database}; {_REMEDY}")
    if not committed.frames:
        return
    # A connection that only reads leaves the log and the index where they are when it ends.
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as reader:
        reader.execute("SELECT count(*) FROM sqlite_master")
    found = _parse(index.read_bytes())
    # An index that a broken-down machine kept from before is of another log.
    is_other = found.frames and found.salts != committed.salts
    if found.frames < committed.frames and not is_other:
        index.write_bytes(kept)  # What is missing is missing at the next start, too.
        raise DamagedLogError(
            f"{log} is damaged: of {committed.frames} pages that were committed to it, "
            f"{found.frames} can be read; {_REMEDY}"
        )


def note_start(database: Path) -> None:
    """From now on the log is needed.

    Raises:
        OSError: the folder cannot be written.
    """
    _beside(database, "running").touch(mode=0o600)


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
    first = second = 0
    for even, odd in zip(header[: _SUM.start : 2], header[1 : _SUM.start : 2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return header[_SUM] == (first, second)
