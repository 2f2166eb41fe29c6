"""Whether the files of a state are still those that the process has open, looked at by threads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.state.open_files import MovedError, OpenFiles


class SlowLog:
    """A log at which a thread looks for so long that it grows, and another thread looks too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: OpenFiles | None = None

    def stat(self) -> os.stat_result:
        found = self.path.stat()
        other, self.files = self.files, None
        if other is not None:
            with self.path.open("ab") as stream:
                stream.write(b"more")
            other.check()
        return found

    def __str__(self) -> str:
        return str(self.path)


def test_a_log_that_grows_while_threads_look_at_it_is_not_cut(tmp_path: Path) -> None:
    log = SlowLog(tmp_path / "state.db-wal")
    log.path.write_bytes(b"a log")
    files = OpenFiles(log=log)  # type: ignore[arg-type]  # it needs no more of a path
    files.check()

    log.files = files
    files.check()
    files.check()

    assert not files.is_cut


def test_a_log_that_is_cut_stays_so_however_long_it_gets(tmp_path: Path) -> None:
    log = tmp_path / "state.db-wal"
    log.write_bytes(b"a long log")
    files = OpenFiles(log=log)
    files.check()

    log.write_bytes(b"short")
    with pytest.raises(MovedError, match="was cut while it was used"):
        files.check()
    log.write_bytes(b"a longer log again")
    with pytest.raises(MovedError, match="was cut while it was used"):
        files.check()
