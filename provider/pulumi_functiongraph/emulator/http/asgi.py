"""ASGI: read a request, send an answer, or spoil the connection on order.

Spoiling reaches through uvicorn's `send` to the connection beneath it, since ASGI has no word
for that. Without uvicorn (in a test client) the same orders raise ConnectionResetError.
"""

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from pulumi_functiongraph.emulator.clock import utc_now
from pulumi_functiongraph.emulator.http.exchange import Answer, RawRequest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Endpoint = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID_HEADER = "X-Request-Id"
_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_DIGITS, _ENDLESS = 18, 1 << 62
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
"""RFC 9110, 5.1 and 5.5."""


class TooLargeError(Exception):
    """A body exceeds its limit."""


class ClientLeftError(Exception):
    """The client closed the connection before its body was complete."""


def is_header(name: str, value: str) -> bool:
    """Whether a header can be sent: no line break, and no other control character."""
    return _NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


def body_length(scope: Scope) -> int | None:
    """The body's length by the headers of a request; None where they do not tell (chunked)."""
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) <= _DIGITS else _ENDLESS
    return 0


def raw_request(
    scope: Scope, body: bytes = b"", *, received_at: datetime | None = None
) -> RawRequest:
    """The request of a scope, with a body that was read elsewhere.

    Args:
        scope: of the request.
        body: all of it.
        received_at: by the clock that dates of signatures are held against; now, without it.
    """
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in scope["headers"]:
        name, value = name_bytes.decode("latin-1").lower(), _decode(value_bytes)
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return RawRequest(
        scope["method"], raw_path, scope["query_string"], headers, body, received_at or utc_now()
    )


def _decode(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def read_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """Read a body of at most `limit` bytes; nothing of one whose header says that it has more.

    Raises:
        TooLargeError: it has more.
        ClientLeftError: the client left before it was complete.
    """
    if (body_length(scope) or 0) > limit:
        raise TooLargeError
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise TooLargeError
        if not message.get("more_body", False):
            return b"".join(chunks)


def http_date(now: datetime) -> str:
    """A time as the `Date` header has it."""
    return format_datetime(now, usegmt=True)


async def send_answer(send: Send, answer: Answer, *, request_id: str, now: datetime) -> None:
    """Send an answer as it is."""
    await _start(send, answer, request_id, now)
    await send({"type": "http.response.body", "body": answer.body})


async def send_half(send: Send, answer: Answer, *, request_id: str, now: datetime) -> None:
    """Promise the whole body, send half of it, and close the connection."""
    transport = _transport_of(send)
    await _start(send, answer, request_id, now)
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    transport.close()


async def reset_connection(send: Send, receive: Receive) -> None:
    """Reset the connection (TCP RST) without an answer."""
    transport = _transport_of(send)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, answer: Answer, request_id: str, now: datetime) -> None:
    names = {name.lower() for name, _ in answer.headers}
    headers = [*answer.headers, ("Date", http_date(now))]
    if REQUEST_ID_HEADER.lower() not in names:
        headers.append((REQUEST_ID_HEADER, request_id))
    if "content-length" not in names and answer.status not in _WITHOUT_BODY:
        headers.append(("Content-Length", str(len(answer.body))))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
    )


def _transport_of(send: Send) -> asyncio.Transport:
    cycle: Any = getattr(send, "__self__", None)
    if not hasattr(cycle, "transport"):
        raise ConnectionResetError("the fault asks for a broken connection")
    transport: asyncio.Transport = cycle.transport
    return transport
