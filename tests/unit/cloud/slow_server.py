"""A server that answers with whatever pieces it is given, one after the other and slowly."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (_HEAD + b"X-Slow: ", b"a"),
    "headers": (_HEAD, b"X: y\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (_HEAD + b"Content-Length: 5000\r\n\r\n", b" "),
    "chunk size": (CHUNKED, b"0"),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: y\r\n"),
}
"""How an answer begins, and what follows for ever."""

_EVERY = 0.02
"""Seconds between two pieces."""


@contextmanager
def sending(pieces: Sequence[bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that answers every request with these pieces, one at a time; gives its address."""
    ended = threading.Event()

    def answer(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            stream = tls.wrap_socket(connection, server_side=True) if tls else connection
            with closing(stream):
                stream.recv(65_536)
                for piece in pieces:
                    stream.sendall(piece)
                    if ended.wait(_EVERY):
                        break

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)


def endless(name: str) -> Sequence[bytes]:
    begin, again = ENDLESS[name]
    return [begin, *[again] * 400]
