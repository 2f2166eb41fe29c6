"""The sockets that listen on a port, as the kernel tells them apart; Linux alone says it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""A line a socket; proc_pid_net(5)."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LOCAL, _STATE, _INODE = 1, 3, 9
_LISTEN = "0A"


def listening_sockets(port: int) -> frozenset[str]:
    """The names of the sockets that listen on a port, whatever their address.

    No two sockets of a network namespace ever have a name in common. Empty where it is not known.
    """
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return frozenset()
    return frozenset(f"{boot}:{inode}" for inode in _inodes(port))


def _inodes(port: int) -> Iterator[str]:
    for table in _TABLES:
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for words in map(str.split, lines):
            is_of_port = int(words[_LOCAL].rpartition(":")[2], 16) == port
            if is_of_port and words[_STATE] == _LISTEN and words[_INODE] != "0":
                yield words[_INODE]
