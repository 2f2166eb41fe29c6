"""What to do about a state that SQLite cannot read or write."""

import sqlite3

_REMEDIES = (
    ("SQLITE_FULL", "make room on the disk"),
    ("SQLITE_IOERR", "look whether the disk is full or broken"),
    ("SQLITE_READONLY", "let the folder and the files in it be written"),
    ("SQLITE_CANTOPEN", "let the folder and the files in it be written"),
    ("SQLITE_PERM", "let the folder and the files in it be written"),
    ("SQLITE_CORRUPT", "stop the local cloud and put a copy back, or name another folder"),
    ("SQLITE_NOTADB", "stop the local cloud and put a copy back, or name another folder"),
)
"""By how the name of an error begins; SQLite, "Result and Error Codes"."""


def with_remedy(error: Exception) -> str:
    """What SQLite says of an error, and what to do."""
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    for beginning, remedy in _REMEDIES:
        if name.startswith(beginning):
            return f"{error}; {remedy}"
    return str(error)
