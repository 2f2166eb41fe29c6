"""The process that ends all workers when the local cloud is gone, however it went.

A script of the standard library alone. A signal on the parent's death (Linux) would reach a worker,
but not what that worker has started; the end of a pipe reaches this process on every system.

What has left its group is found by a variable (Linux only).

Input: a line `+ID` for each process group that starts and `-ID` for each that was ended; at its end
every group that is left is killed and the folder, the only argument, removed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROUNDS, PAUSE = 100, 0.01
"""Looks for processes that code has started, and seconds between them; ours."""


def kill(group: int) -> None:
    """End a process group, if there is one."""
    # macOS answers EPERM when only the dead are left in a group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def kill_escaped(folder: Path) -> None:
    """End what code in a folder has started in groups and sessions of its own; on Linux.

    Such processes have no parent any more that is known here, but all of them have inherited the
    variable that names the folder; code that starts one without it is not found.
    """
    mark = b"RUNTIME_CODE_ROOT=" + os.fsencode(folder) + b"/"
    was_clean = False
    for _ in range(ROUNDS):  # what is being ended may start another one meanwhile
        found = [each for each in _processes() if _has_variable(each, mark)]
        for each in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)
        if not found and was_clean:  # Linux shows no variables of a process that is just starting
            return
        was_clean = not found
        time.sleep(PAUSE)


def _processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 # fast
    except OSError:
        return []


def _has_variable(process: int, mark: bytes) -> bool:
    try:
        with open(f"/proc/{process}/environ", "rb") as stream:  # noqa: PTH123 # fast
            return any(each.startswith(mark) for each in stream.read().split(b"\0"))
    except OSError:  # gone, dead, or somebody else's
        return False


def remove(folder: Path) -> None:
    """Remove a folder, also from under folders that its owner may not read."""
    if folder.is_symlink():
        folder.unlink()
        return
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    for parent, folders, _ in os.walk(folder):
        for each in folders:
            path = os.path.join(parent, each)  # noqa: PTH118 # os.walk gives text
            if not os.path.islink(path):  # noqa: PTH114 # the same
                with contextlib.suppress(OSError):
                    os.chmod(path, 0o700)  # noqa: PTH101 # the same
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:  # code may nest folders deeper than Python calls
        subprocess.run(["/bin/rm", "-rf", "--", str(folder)], check=False)  # noqa: S603 # ours


def watch(lines: Iterable[str], folder: Path) -> None:
    """Read orders until there are no more, then clean up."""
    groups: set[int] = set()
    for line in lines:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    for group in groups:
        kill(group)
    kill_escaped(folder)
    remove(folder)


class Guard:
    """The guard, seen from the local cloud.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._groups: set[int] = set()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 # this interpreter, this file
            [sys.executable, "-I", "-S", __file__, str(self._folder)],
            bufsize=0,  # nothing is left to write when it is gone
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, group: int) -> None:
        """A process group has started."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def discard(self, group: int) -> None:
        """A process group was ended."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def _tell(self, order: str) -> None:
        try:
            self._write(order)
        except OSError:  # somebody has ended it
            self._stop()
            with contextlib.suppress(OSError):
                self._process = self._start()
                self._write("".join(f"+{each}\n" for each in self._groups))

    def _write(self, text: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(text.encode())

    def _stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def close(self) -> None:
        """Let it clean up, and wait for that."""
        self._stop()
        remove(self._folder)


if __name__ == "__main__":
    watch(sys.stdin, Path(sys.argv[1]))
