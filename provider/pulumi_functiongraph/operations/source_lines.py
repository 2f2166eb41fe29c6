"""The lines of a program's source, for the comments beside its declarations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec


class SourceLines(msgspec.Struct, frozen=True):
    """Reads each file once.

    Attributes:
        folder: of the project; files elsewhere are not read.
    """

    folder: Path
    _read: dict[str, Sequence[str]] = msgspec.field(default_factory=dict)

    def __call__(self, file: str) -> Sequence[str]:
        """The lines of a file; none where it is not in the project or cannot be read.

        Args:
            file: its name, relative to the project.
        """
        if file not in self._read:
            self._read[file] = self._lines(file)
        return self._read[file]

    def _lines(self, file: str) -> Sequence[str]:
        path = self.folder / file
        try:
            if not path.resolve().is_relative_to(self.folder.resolve()):
                return ()
            return path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return ()
