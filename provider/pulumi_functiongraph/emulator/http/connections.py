"""Connections: how much a client may send before it is answered, and how long it may take.

uvicorn sets no such bounds with httptools: `h11_max_incomplete_event_size` is of its other parser,
`timeout_keep_alive` begins only after an answer, and `limit_concurrency` answers 503 but keeps the
connections. What is missing is here: slow and endless heads, slow bodies, clients that do not read
their answers, and the number of connections.
"""

import asyncio
import enum
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlsplit

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

CHUNK_OVERHEAD = 8
"""Bytes around a byte of the body: chunks of one byte have five, and some may be longer."""


class Limits(msgspec.Struct, frozen=True):
    """Bounds of a connection."""

    connections: int = 512
    """At a time; file handles are scarce, macOS allows 256 by default (see server.py)."""
    head_bytes: int = 64 << 10
    """Of the request line and the headers; a token of a cloud can have 20 KiB."""
    headers: int = 200
    head_seconds: float = 30
    """From the first byte, or from connecting, to the end of the headers."""
    body_seconds: float = 60
    """From the end of the headers to the end of the body."""
    answer_seconds: float = 60
    """For which a client may read nothing of its answer."""


class _Stage(enum.Enum):
    HEAD = enum.auto()
    BODY = enum.auto()
    READ = enum.auto()
    """Nothing is missing of any request."""


class _RefusedError(ValueError):
    """A head that is not taken; the message says why."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits."""

    limits: ClassVar[Limits] = Limits()

    _stage = _Stage.HEAD
    _watched: _Stage | None = None
    _deadline: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _unread = 0
    _received = 0
    """Bytes of the stage under way."""
    _body = 0
    """Those of them that are the body's."""
    _refusal = HTTPStatus.BAD_REQUEST
    _declined: bytes | None = None
    """The head of a request that offers another protocol, without that offer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Take a connection, or turn it away when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._refusal = HTTPStatus.SERVICE_UNAVAILABLE
            self.send_400_response("Too many connections.")
            return
        self._watch(_Stage.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._watch(None)
        self._read_again()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and set a time for what is missing."""
        self._received += len(data)
        self._unset_keepalive_if_required()
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            text = "Invalid HTTP request received."
            self.logger.warning(text)
            reason = error.__context__
            self.send_400_response(str(reason) if isinstance(reason, _RefusedError) else text)
        if self.transport.is_closing() or self._stage is _Stage.READ:
            self._watch(None)
        elif self._received > self.limits.head_bytes + (1 + CHUNK_OVERHEAD) * self._body:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            self._watch(self._stage)

    def _parse(self, data: bytes) -> None:
        """Parse what came; a head that offers another protocol begins anew without that offer.

        Offers may be ignored (RFC 9110, 7.8), as Java's HTTP client expects, which makes one with
        every request. But the parser stops there, and takes the body for the other protocol.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stop:
                data = (self._declined or b"") + data[stop.args[0] :]
                self._declined = None
            else:
                return

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._stage = _Stage.HEAD
        self._received = self._body = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those behind a body (trailers) are dropped."""
        if self._stage is _Stage.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request be worked on, if its head is of a decent size."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.limits.head_bytes or len(self.headers) > self.limits.headers:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise _RefusedError(self._refusal.phrase)
        self._check_target()
        if self.parser.should_upgrade():
            self._declined = self._head_without_offer()
            return
        self._stage = _Stage.BODY
        self._received = 0
        super().on_headers_complete()

    def _check_target(self) -> None:
        """Refuse a target with another authority than `Host`; it would count (RFC 9112, 3.2.2)."""
        if self.url.startswith(b"/") or self.url == b"*":
            return
        target = urlsplit(self.url.decode("latin-1"))
        hosts = [value.decode("latin-1") for name, value in self.headers if name == b"host"]
        if target.scheme != "http" or [target.netloc.lower()] != [host.lower() for host in hosts]:
            raise _RefusedError("The target of the request names another host than Host.")

    def _head_without_offer(self) -> bytes:
        """The head of a request, but for the protocol that it offers beside HTTP/1.1."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        offers = b",".join(value for name, value in self.headers if name == b"upgrade").lower()
        if method == b"CONNECT" or b"websocket" in offers:
            raise _RefusedError("No tunnel and no WebSocket is offered here.")
        kept = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        line = b"%s %s HTTP/%s" % (method, self.url, version)
        return b"\r\n".join((line, *kept, b"", b""))

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Nothing is missing of the request."""
        if self._declined is not None:
            return
        self._stage = _Stage.READ
        self._watch(None)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client reads its answer more slowly than it is written."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._read_again()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Say why a request is not taken, and close."""
        status = self._refusal
        text = (msg if status is HTTPStatus.BAD_REQUEST else f"{status.phrase}.").encode("ascii")
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + text)
        self.transport.close()

    def _watch(self, stage: _Stage | None) -> None:
        """Give the rest of a stage its time; what trickles in does not add to it."""
        if stage is self._watched:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._watched = stage
        if stage is not None:
            limits = self.limits
            seconds = limits.head_seconds if stage is _Stage.HEAD else limits.body_seconds
            self._deadline = self.loop.call_later(seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Close, with a word where the client waits for one."""
        cycle: RequestResponseCycle | None = self.cycle
        if self._stage is _Stage.HEAD:
            has_begun = self.scope is not None
            awaited = has_begun and (cycle is None or cycle.response_complete)
        else:
            awaited = cycle is not None and not cycle.response_started
        if awaited:
            self._refusal = status
            self.send_400_response(status.phrase)
        self.transport.close()

    def _expect_reading(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self.limits.answer_seconds, self._has_read)

    def _has_read(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._expect_reading()
        else:
            self.transport.abort()

    def _read_again(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
