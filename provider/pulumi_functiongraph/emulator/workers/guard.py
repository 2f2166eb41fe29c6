"""The process that ends all workers when the local cloud is gone, however it went.

A script of the standard library alone. A signal on the parent's death (Linux) would reach a worker,
but not what that worker has started; the end of a pipe reaches this process on every system.

Input: a line `+ID` for each process group that starts and `-ID` for each that was ended; at its end
every group that is left is killed and the folder, the only argument, removed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def kill(group: int) -> None:
    """End a process group, if there is one."""
    # macOS answers EPERM when only the dead are left in a group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


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
