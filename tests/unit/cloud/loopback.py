"""A server on loopback that answers as it is told, for what only a real socket can prove."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, TypeAlias

Trouble: TypeAlias = Literal["", "reset", "hang", "truncate", "drip", "stall"]


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    port: int

    @property
    def content(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    trouble: Trouble = ""

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.status == 204 else json.dumps(self.content).encode()


Answering: TypeAlias = Callable[[Seen], Reply]


def in_turn(*replies: Reply) -> Answering:
    """Each reply once, then the last one for ever."""
    waiting = list(replies)
    lock = threading.Lock()

    def answer(_seen: Seen) -> Reply:
        with lock:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer


class Loopback:
    """What was asked, and what is answered next."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answer: Answering = in_turn(Reply(content={}))
        self.url = ""
        self.date = ""
        self.released = threading.Event()

    def replies(self, *replies: Reply) -> None:
        self.answer = in_turn(*replies)

    @property
    def methods(self) -> list[str]:
        return [seen.method for seen in self.seen]


@contextmanager
def serving(*, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    loopback = Loopback()
    server = _Server(("127.0.0.1", 0), _handler_of(loopback))
    scheme = "http"
    if tls is not None:
        scheme = "https"
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    loopback.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Of more connections at once than wait here, one would be tried again after a second.
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    loopback: Loopback

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    def do_any(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        seen = Seen(self.command, self.path, headers, body, self.client_address[1])
        self.loopback.seen.append(seen)
        reply = self.loopback.answer(seen)
        if reply.trouble in {"hang", "reset"}:
            self._break_off(reply)
        else:
            self._send(reply)

    def _break_off(self, reply: Reply) -> None:
        if reply.trouble == "hang":
            self.loopback.released.wait(30)
        else:
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.close_connection = True
        self.connection.close()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        length = len(reply.body) + (10 if reply.trouble == "truncate" else 0)
        headers = {"Content-Type": "application/json", "Content-Length": str(length)}
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.trouble == "drip":
            self._drip(reply.body)
        elif reply.trouble == "stall":
            self.wfile.write(reply.body[:1])
            self.loopback.released.wait(30)
        elif self.command != "HEAD":
            self.wfile.write(reply.body)
        self.close_connection = bool(reply.trouble)

    def _drip(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.loopback.released.wait(0.05):
                return

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.loopback.date or super().date_time_string(timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the server's
        pass


for _method in ("GET", "PUT", "DELETE", "POST", "HEAD"):
    setattr(_Handler, f"do_{_method}", _Handler.do_any)


def _handler_of(loopback: Loopback) -> type[_Handler]:
    return type("Handler", (_Handler,), {"loopback": loopback})
