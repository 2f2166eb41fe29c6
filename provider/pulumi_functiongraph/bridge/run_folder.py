"""The private folder in which the provider processes of one engine run meet.

They all know the port on which their engine serves its plugins; a preview and the update after it
have a port each. The folder is named after it, and it is believed while a process of the run holds
its lock, or where it has the mark of the same engine process: a folder that an earlier engine of
the same port has left behind is emptied by the first process that comes.

It lies in Pulumi's home: who may write there may replace the plugins that the engine starts, so
nobody else can. Where that cannot be written, it lies in the folder for temporary files, in one
that only this user can open. Which of the two depends on nothing that another user can change.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import socket
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from pulumi_functiongraph.core.errors import OwnershipUnknown

SECONDS_KEPT = 24 * 3600.0
"""How old a folder that nobody holds must be, to be removed by another run."""

_MARK = "engine"
_LOCK = "processes"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
_GUARD = "guard"
_STARTED = 19
"""The start time in ``/proc/PID/stat``, counted after the command's name; proc(5)."""

_NEVER = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOSYS, errno.EOPNOTSUPP}
"""Why a place cannot be written, for every process of a run; other reasons may pass meanwhile."""


class RunFolder:
    """A folder that this process holds until `leave`; names in it are relative to `descriptor`.

    Args:
        port: on which the engine serves its plugins.
        environment: the environment variables.

    Raises:
        OwnershipUnknown: there can be no folder that only this user may change.
    """

    def __init__(self, port: int, *, environment: Mapping[str, str]) -> None:
        self._parent = _open_parent(environment)
        self._name = _name(port)
        try:
            with self._alone():
                _sweep(self._parent, but_for=self._name)
                self.descriptor = _open_private(self._name, self._parent)
                self._held = os.open(_LOCK, _FILE, 0o600, dir_fd=self.descriptor)
                self._enter()
        except OSError as error:
            raise unusable(error) from error

    def _enter(self) -> None:
        mark = _mark_of_engine()
        if _is_free(self._held) and not (mark and self.read(_MARK) == mark):
            _empty(self.descriptor)
            self.write(_MARK, mark)
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def read(self, name: str) -> str | None:
        """What a file holds, ``None`` where there is none."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.descriptor)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
            return file.read()

    def write(self, name: str, text: str) -> None:
        """Let a file hold a text."""
        descriptor = os.open(name, _FILE | os.O_TRUNC, 0o600, dir_fd=self.descriptor)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)

    def lock(self, name: str) -> TextIO:
        """Wait for the lock of a file and hold it until the file is closed.

        A process that dies holds it no more.
        """
        return _locked(name, self.descriptor)

    def remove(self, name: str) -> None:
        """Remove a file; that there is none is success."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)

    def leave(self) -> None:
        """Let go of the folder; the last process of the run removes it."""
        with suppress(OSError), self._alone():
            if _is_free(self._held):
                _remove(self._name, self.descriptor, self._parent)
        for each in (self._held, self.descriptor, self._parent):
            with suppress(OSError):
                os.close(each)

    def _alone(self) -> TextIO:
        """Let no other process come or go until the file is closed, of this run or another one."""
        return _locked(_GUARD, self._parent)


def unusable(error: OSError) -> OwnershipUnknown:
    """The error on a folder that cannot be used.

    Args:
        error: what the system said.
    """
    return OwnershipUnknown(
        "could not note, or read, which configs the other provider processes of this run declare: "
        f"{error.strerror or error}{f', {error.filename}' if error.filename else ''}. Without "
        "that, one could delete what another has just created, so nothing is changed. Pulumi's "
        "home (~/.pulumi, or the folder that PULUMI_HOME names), or else the folder for temporary "
        "files, must be a place where this user can make a folder that nobody else can change."
    )


def _locked(name: str, folder: int) -> TextIO:
    file = os.fdopen(os.open(name, _FILE, 0o600, dir_fd=folder), "w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        file.close()
        raise
    return file


def _open_parent(environment: Mapping[str, str]) -> int:
    """The folder of all runs of this user.

    Raises:
        OwnershipUnknown: there can be none.
    """
    name = f"functiongraph-runs-{os.geteuid()}"
    try:
        home = _home(environment)
        if home is not None:
            with suppress(FileExistsError):
                home.mkdir(parents=True)
            return _open_own(home / name)
    except OSError as error:
        if error.errno not in _NEVER:
            raise unusable(error) from error
    temporary = Path(tempfile.gettempdir())
    try:
        _refuse_unsafe(temporary)
        return _open_own(temporary / name)
    except OSError as error:
        raise unusable(error) from error


def _home(environment: Mapping[str, str]) -> Path | None:
    """Pulumi's home, ``None`` where this user has none."""
    if given := environment.get("PULUMI_HOME"):
        return Path(given)
    try:
        return Path.home() / ".pulumi"
    except RuntimeError:
        return None


def _open_own(path: Path) -> int:
    """Open a folder that only this user can open; it is made where there is none."""
    descriptor = _open_private(str(path), None)
    try:
        _locked(_GUARD, descriptor).close()
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _open_private(path: str, parent: int | None) -> int:
    with suppress(FileExistsError):
        os.mkdir(path, 0o700, dir_fd=parent)
    descriptor = os.open(path, _FOLDER, dir_fd=parent)
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        os.close(descriptor)
        raise PermissionError(errno.EPERM, "this folder is not this user's alone", path)
    return descriptor


def _refuse_unsafe(temporary: Path) -> None:
    """Refuse a folder for temporary files in which others may rename what is this user's."""
    found = temporary.stat()
    is_open = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
    if is_open or found.st_uid not in {0, os.geteuid()}:
        raise PermissionError(errno.EPERM, "others may rename what is in it", str(temporary))


def _name(port: int) -> str:
    """The name of a run's folder: ports are told apart by machine and network namespace too."""
    try:
        network = os.stat("/proc/self/ns/net").st_ino  # noqa: PTH116 # a Path of it says the same
    except OSError:
        network = 0
    told = f"{socket.gethostname()} {network} {port}"
    return hashlib.sha256(told.encode()).hexdigest()


def _mark_of_engine() -> str:
    """What tells the parent of this process from every other one; empty where it is not known."""
    parent = os.getppid()
    try:
        text = Path(f"/proc/{parent}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    started = text.rpartition(")")[2].split()[_STARTED]
    return f"{parent} {started}"


def _is_free(descriptor: int) -> bool:
    """Whether no other process holds a file's lock; this one has it then, alone."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _empty(folder: int) -> None:
    for name in os.listdir(folder):
        if name != _LOCK:
            os.unlink(name, dir_fd=folder)


def _sweep(parent: int, *, but_for: str) -> None:
    """Remove what runs have left behind that ended long ago."""
    for name in set(os.listdir(parent)) - {but_for, _GUARD}:
        with suppress(OSError):
            if time.time() - os.stat(name, dir_fd=parent).st_mtime > SECONDS_KEPT:
                _remove_if_free(name, parent)


def _remove_if_free(name: str, parent: int) -> None:
    folder = os.open(name, _FOLDER, dir_fd=parent)
    try:
        held = os.open(_LOCK, _FILE, 0o600, dir_fd=folder)
        try:
            if _is_free(held):
                _remove(name, folder, parent)
        finally:
            os.close(held)
    finally:
        os.close(folder)


def _remove(name: str, folder: int, parent: int) -> None:
    _empty(folder)
    os.unlink(_LOCK, dir_fd=folder)
    os.rmdir(name, dir_fd=parent)
