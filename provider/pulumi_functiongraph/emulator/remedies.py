"""What to do about an error of SQLite or of the system."""

import errno
import sqlite3
from types import MappingProxyType

_ROOM, _WRITABLE = "make room on the disk", "let the folder and the files in it be written"

_REMEDIES = (
    ("SQLITE_FULL", _ROOM),
    ("SQLITE_IOERR", "look whether the disk is full or broken"),
    ("SQLITE_READONLY", _WRITABLE),
    ("SQLITE_CANTOPEN", f"{_WRITABLE}, and look whether the disk is full"),
    ("SQLITE_PERM", _WRITABLE),
    ("SQLITE_BUSY", "end the other program that has the state open"),
    ("SQLITE_CORRUPT", "stop the local cloud and put a copy back, or name another folder"),
    ("SQLITE_NOTADB", "stop the local cloud and put a copy back, or name another folder"),
)
"""By how the name of an error begins; SQLite, "Result and Error Codes"."""


_OF_SYSTEM = MappingProxyType(
    {
        errno.ENOSPC: _ROOM,
        errno.EDQUOT: _ROOM,
        errno.EROFS: _WRITABLE,
        errno.EACCES: _WRITABLE,
        errno.EPERM: _WRITABLE,
        errno.EMFILE: "allow more open files (ulimit -n)",
        errno.ENOMEM: "end other programs: there is no memory",
    }
)
"""By the number of an error of the system."""


def with_remedy(error: Exception) -> str:
    """What SQLite or the system says of an error, and what to do."""
    if isinstance(error, OSError) and error.strerror:
        remedy = _OF_SYSTEM.get(error.errno or 0)
        said = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        return f"{said}; {remedy}" if remedy else said
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    for beginning, remedy in _REMEDIES:
        if name.startswith(beginning):
            return f"{error}; {remedy}"
    return str(error)
