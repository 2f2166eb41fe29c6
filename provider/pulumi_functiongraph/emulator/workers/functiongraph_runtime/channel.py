"""Frames between the local cloud and the process that runs a function.

A frame is eight bytes (the lengths of head and body, big-endian), the head, a JSON object, and the
body, JSON text. What the code prints goes to the standard streams and is no part of this.
"""

from __future__ import annotations

import json
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from typing import Any

SIZES = struct.Struct(">II")


class Channel:
    """Frames to and from the local cloud."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_inheritable(descriptor, False)
        os.register_at_fork(after_in_child=self.close)

    def close(self) -> None:
        """A copy of the process must neither answer nor keep the connection open."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def receive(self) -> tuple[dict[str, Any], bytes] | None:
        """The next frame; nothing when the local cloud is gone."""
        sizes = self._read(SIZES.size)
        if sizes is None:
            return None
        head, body = (self._read(size) for size in SIZES.unpack(sizes))
        return None if head is None or body is None else (json.loads(head), body)

    def _read(self, size: int) -> bytes | None:
        content = bytearray()
        while len(content) < size:
            part = os.read(self._descriptor, size - len(content))
            if not part:
                return None
            content += part
        return bytes(content)

    def send(self, head: dict[str, Any], body: str = "") -> None:
        """Send one frame."""
        first, second = json.dumps(head).encode(), body.encode()
        content = memoryview(SIZES.pack(len(first), len(second)) + first + second)
        while content:
            content = content[os.write(self._descriptor, content) :]
