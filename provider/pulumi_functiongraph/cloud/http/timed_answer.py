"""Reads an answer within one time limit: status line, headers, body and trailers together.

The time-out of a socket bounds each wait for a piece. A service, or a proxy, that sends a byte now
and then, or ``100 Continue`` for ever, would hold a thread for ever.
"""

from __future__ import annotations

import io
import socket
import time
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from typing import Any


@cache
def timed(connection: type[HTTPConnection]) -> type[HTTPConnection]:
    """The same kind of connection, whose answers end within the time-out that their socket has."""
    if connection.response_class is _TimedAnswer:
        return connection
    return type(connection.__name__, (connection,), {"response_class": _TimedAnswer})


class _TimedAnswer(HTTPResponse):
    """An answer that is read within the time-out that its socket has when it is made."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        limit = sock.gettimeout()
        if limit is not None:
            self.fp.close()
            self.fp = io.BufferedReader(_TimedStream(sock, limit))


class _TimedStream(io.RawIOBase):
    """What a socket receives until the time is over."""

    def __init__(self, sock: socket.socket, limit: float) -> None:
        self._socket = sock
        self._stream = sock.makefile("rb", buffering=0)
        self._end = time.monotonic() + limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()
