"""The folder of a state: for its owner only, and with nothing in it that somebody else put there.

A state holds keys, passwords and tokens in clear. SQLite gives what it makes beside a database
(`-wal`, `-shm`, `-journal`) the mode of the database; what exists already is looked at here.
`-running` is ours: see write_ahead_log.py.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

OTHERS = 0o077
WRITABLE = 0o022
"""Permissions of group and others."""

_BESIDE = ("", "-wal", "-shm", "-journal", "-running")


class NotPrivateError(OSError):
    """A folder or a file that is not safely the user's own; the message says what to do."""


def make_private(directory: Path, databases: Sequence[str]) -> list[str]:
    """Make a folder and empty databases in it, or close to others what is there.

    Args:
        directory: the folder; made with mode 0700 when there is none.
        databases: names of the databases in it.

    Returns:
        What was changed, a sentence each.

    Raises:
        NotPrivateError: the folder or a file is a link, is somebody else's, has a second name,
            or the folder holds other files and others may write to it.
        OSError: it cannot be read or changed.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        if directory.is_symlink():
            raise NotPrivateError("it is a link; name the folder that it leads to") from None
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        known = [name + end for name in databases for end in _BESIDE]
        changed = _close_folder(folder, known)
        changed += [each for name in known for each in _close_file(folder, name)]
        for name in databases:
            _make(folder, name)
    finally:
        os.close(folder)
    return changed


def _close_folder(folder: int, known: Iterable[str]) -> list[str]:
    found = os.fstat(folder)
    _check_owner(found, "the folder")
    if not found.st_mode & OTHERS:
        return []
    if set(os.listdir(folder)) <= set(known):
        os.fchmod(folder, stat.S_IMODE(found.st_mode) & ~OTHERS)
        return ["The folder of the state was open to others; it is for its owner only now."]
    if found.st_mode & WRITABLE:
        raise NotPrivateError(
            "others may write to the folder, and it holds other files than a state; "
            "take that from them (chmod go-w), or name a folder of its own"
        )
    return []


def _close_file(folder: int, name: str) -> list[str]:
    try:
        # Never opened: to close it again would let go of the locks that this process has on it.
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return []
    if not stat.S_ISREG(found.st_mode):
        raise NotPrivateError(f"{name} is a link or no file; remove it, or name another folder")
    if found.st_nlink != 1:
        raise NotPrivateError(f"{name} has a second name (a hard link); name another folder")
    _check_owner(found, name)
    if not found.st_mode & OTHERS:
        return []
    os.chmod(name, stat.S_IMODE(found.st_mode) & ~OTHERS, dir_fd=folder)
    return [f"{name} was open to others, who may have read its keys; it is for its owner only now."]


def _check_owner(found: os.stat_result, name: str) -> None:
    if found.st_uid != os.geteuid():
        raise NotPrivateError(
            f"{name} belongs to user {found.st_uid}; run as that user, or name another folder"
        )


def _make(folder: int, name: str) -> None:
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600, dir_fd=folder))
    except FileExistsError:
        return
