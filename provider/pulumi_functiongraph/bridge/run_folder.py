"""The private folder in which the provider processes of one engine run meet.

They all know the port on which their engine serves its plugins; a preview and the update after it
have a port each. The folder is named after it, and has a mark: the socket on which that engine
listens. What an earlier engine of the same port has left behind is removed by the first process
that comes; where nobody can tell whose it is, it is neither believed nor removed.

The folder lies in Pulumi's home: who may write there may replace the plugins that the engine
starts, so nobody else can. Where that cannot be written, it lies in the folder for temporary files,
in one that only this user can open. Which of the two depends on nothing that others can change.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import socket
import stat
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pulumi_functiongraph.bridge.listening_sockets import listening_sockets
from pulumi_functiongraph.core.errors import OwnershipUnknown

SECONDS_KEPT = 24 * 3600.0
"""How old a folder that nobody holds must be, to be removed by another run."""

_MARK = "engine"
_LOCK = "processes"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
_GUARD = "guard"
_LONGEST_MARK = 1 << 16
"""Bytes."""

_WHOSE = (
    "could not tell whether what a provider process has noted is of this run, or of an earlier one "
    "with the same port: that process was killed, or outlives its engine. Without that, one "
    "process could delete what another has just created, so nothing is changed. Run the command "
    "again: a new run has another port."
)

_NEVER = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOSYS, errno.EOPNOTSUPP}
"""Why a place cannot be written, for every process of a run; other reasons may pass meanwhile.

ENOLCK is none of them: a file server without locks says so, and so does a kernel that is short of
memory; two processes of a run would then look in two places.
"""


def write_whole(descriptor: int, content: bytes, *, at: int) -> None:
    """Replace all that a file holds from a place on; where that fails, it ends at the place.

    Raises:
        OSError: not all of it could be written, such as where the disk is full.
    """
    os.truncate(descriptor, at)
    written = 0
    try:
        while written < len(content):
            written += os.pwrite(descriptor, content[written:], at + written)
    except OSError:
        os.truncate(descriptor, at)
        raise


@contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Wait for the lock of an open file, and hold it; a process that dies holds it no more."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class RunFolder:
    """A folder that this process holds until `leave`.

    Args:
        port: on which the engine serves its plugins.
        environment: the environment variables.

    Raises:
        OwnershipUnknown: there can be no folder that only this user may change, or nobody can tell
            of which run its notes are.
    """

    def __init__(self, port: int, *, environment: Mapping[str, str]) -> None:
        self._parent = _open_parent(environment)
        self._name = _name(port)
        try:
            with _guarded(self._parent):
                _sweep(self._parent, but_for=self._name)
                self._folder = _open_private(self._name, self._parent)
                self._held = self.open(_LOCK)
                self._enter(listening_sockets(port))
        except OSError as error:
            raise unusable(error) from error

    def _enter(self, engine: frozenset[str]) -> None:
        is_free = _is_free(self._held)
        mark = self.open(_MARK)
        try:
            marked = set(os.pread(mark, _LONGEST_MARK, 0).decode(errors="replace").split())
            is_same = not engine.isdisjoint(marked)
            is_another = bool(engine and marked) and not is_same
            # A living process of a run tells that it goes on, where no mark does.
            is_unknown = is_free and not (is_same or is_another) and _has_notes(self._folder)
            if is_unknown or (is_another and not is_free):
                self._close()
                raise OwnershipUnknown(_WHOSE)
            if is_free and not is_same:
                _empty(self._folder, but_for={_LOCK, _MARK})
                write_whole(mark, " ".join(sorted(engine)).encode(), at=0)
        finally:
            os.close(mark)
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def open(self, name: str) -> int:
        """Open a file to read and to write; it is made where there is none.

        Returns:
            A descriptor, which the caller closes.
        """
        return os.open(name, _FILE, 0o600, dir_fd=self._folder)

    def leave(self) -> None:
        """Let go of the folder; the last process of the run removes it."""
        with suppress(OSError), _guarded(self._parent):
            if _is_free(self._held):
                _remove(self._name, self._folder, self._parent)
        self._close()

    def _close(self) -> None:
        for each in (self._held, self._folder, self._parent):
            os.close(each)


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
        "files, must be a place where this user can make a folder that nobody else can change, and "
        "lock files."
    )


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
    import tempfile  # seldom needed, and slow to load

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
        with _guarded(descriptor):
            return descriptor
    except OSError:
        os.close(descriptor)
        raise


@contextmanager
def _guarded(parent: int) -> Iterator[None]:
    """Let no other process come or go meanwhile, of this run or of another one."""
    guard = os.open(_GUARD, _FILE, 0o600, dir_fd=parent)
    try:
        with locked(guard):
            yield
    finally:
        os.close(guard)


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


def _is_free(descriptor: int) -> bool:
    """Whether no other process holds a file's lock; this one has it then, alone."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_notes(folder: int) -> bool:
    names = set(os.listdir(folder)) - {_LOCK, _MARK}
    return any(os.stat(name, dir_fd=folder).st_size for name in names)


def _empty(folder: int, *, but_for: Collection[str] = ()) -> None:
    for name in set(os.listdir(folder)).difference(but_for):
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
    os.rmdir(name, dir_fd=parent)
