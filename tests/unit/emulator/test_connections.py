"""Connections over real sockets: what a client may send, and how long it may take."""

import asyncio
import re
from typing import Any

import pytest

from pulumi_functiongraph.emulator.http.connections import Limits
from unit.emulator.client import PROJECT
from unit.emulator.sockets import exchange, on_a_server, status_of

GET = b"GET /v3 HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /_emulator/faults HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ((b"",), 0),
        ((b"GET /v3 HT",), 408),
        ((GET[:-2],), 408),
        ((GET[:-2], *[b"X-A: b\r\n"] * 18), 408),
        ((POST + b"Content-Length: 100\r\n\r\n", *[b"x"] * 18), 408),
        ((POST + b"Content-Length: 100\r\n\r\n",), 408),
        ((POST + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 18), 408),
    ],
    ids=["silence", "half a line", "half a head", "drops of a head", "drops of a body",
         "no body", "drops of chunks"],
)  # fmt: skip
def test_a_request_that_does_not_end_is_ended(parts: tuple[bytes, ...], status: int) -> None:
    answer = on_a_server(lambda port: exchange(port, *parts, pause=0.05))

    assert status_of(answer) == status or (len(parts) > 1 and answer == b"reset")


def test_a_second_request_has_its_own_time() -> None:
    answer = on_a_server(lambda port: exchange(port, GET, GET, GET, GET[:20], pause=0.3))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200", b"200", b"408"]


def test_a_body_that_goes_on_after_its_refusal_is_ended() -> None:
    head = POST + b"Content-Length: 1000000000\r\n\r\n"

    answer = on_a_server(lambda port: exchange(port, head, *[b"x" * 1000] * 30, pause=0.05))

    assert status_of(answer) == 413 or answer == b"reset"


@pytest.mark.parametrize(
    "parts",
    [
        (b"GET /v3 HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 5000 + b"\r\n\r\n",),
        (b"GET /v3 HTTP/1.1\r\nHost: localhost\r\nX-A: ", *[b"a" * 1000] * 300),
        (b"GET /v3 HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 30 + b"\r\n",),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",),
        (b"GET /", *[b"a" * 1000] * 300),
    ],
    ids=["header", "endless header", "many headers", "path", "endless path"],
)
def test_a_head_has_an_end(parts: tuple[bytes, ...]) -> None:
    answer = on_a_server(lambda port: exchange(port, *parts))

    assert status_of(answer) == 431 or answer == b"reset"


@pytest.mark.parametrize(
    "parts",
    [
        (b"2\r\n{}\r\n0\r\nX-T: ", *[b"a" * 1000] * 300),
        (b"2;ext=", *[b"a" * 1000] * 300),
    ],
    ids=["trailer", "extension of a chunk"],
)
def test_what_is_around_chunks_has_an_end(parts: tuple[bytes, ...]) -> None:
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"

    answer = on_a_server(lambda port: exchange(port, head, *parts))

    assert status_of(answer) in {400, 431} or answer == b"reset"


def test_small_chunks_are_no_flood() -> None:
    body = b'{"status": 503, "body": "' + b"a" * 20_000 + b'"}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    head = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

    answer = on_a_server(lambda port: exchange(port, head, chunks))

    assert status_of(answer) == 200


def test_trailers_are_no_headers() -> None:
    trailers = b"2\r\n[]\r\n0\r\nHost: evil.example\r\nX-Auth-Token: t\r\n\r\n"
    head = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        seen.extend(name for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    on_a_server(lambda port: exchange(port, head, trailers), app=app)

    assert seen == [b"host", b"transfer-encoding", b"connection"]


def test_connections_beyond_the_limit_are_turned_away() -> None:
    async def scenario(port: int) -> bytes:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.1)
        answer = await exchange(port, GET)
        held[0][1].close()
        await asyncio.sleep(0.1)
        again = await exchange(port, GET[:-2] + b"Connection: close\r\n\r\n")
        for _, writer in held:
            writer.close()
        return answer[:12] + again[:12]

    assert on_a_server(scenario) in {b"HTTP/1.1 503HTTP/1.1 200", b"resetHTTP/1.1 200"}


def big_answer(size: int) -> Any:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"x" * size})

    return app


def test_a_client_that_reads_nothing_is_left() -> None:
    async def scenario(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(GET)
        await asyncio.sleep(1.5)
        got = 0
        try:
            while chunk := await reader.read(1 << 20):
                got += len(chunk)
        except ConnectionError:
            pass
        writer.close()
        return got

    assert on_a_server(scenario, app=big_answer(64 << 20)) < 64 << 20


def test_a_client_that_reads_slowly_is_waited_for() -> None:
    size = 24 << 20

    async def scenario(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
        writer.write(GET[:-2] + b"Connection: close\r\n\r\n")
        got = 0
        while chunk := await reader.read(1 << 20):
            got += len(chunk)
            await asyncio.sleep(0.02 if got < size // 2 else 0)
        writer.close()
        return got

    assert on_a_server(scenario, app=big_answer(size)) > size


SMUGGLED = {
    "both lengths": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the other order": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": b"Content-Length: 0, 5\r\n\r\nhello",
    "a signed length": b"Content-Length: +5\r\n\r\nhello",
    "a negative length": b"Content-Length: -5\r\n\r\nhello",
    "an endless length": b"Content-Length: " + b"9" * 400 + b"\r\n\r\nhello",
    "a length that is none": b"Content-Length: five\r\n\r\nhello",
    "another coding last": b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n",
    "a bare line feed": b"X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "NUL in a header": b"X-A: a\x00b\r\n\r\n",
    "a control character in a header": b"X-A: a\x1b[31m\r\n\r\n",
    "a bare carriage return": b"X-A: a\rb\r\n\r\n",
    "a chunk without a size": b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "no host": b"",
}


@pytest.mark.parametrize("headers", SMUGGLED.values(), ids=SMUGGLED)
def test_a_request_with_two_readings_is_answered_once_and_with_a_refusal(headers: bytes) -> None:
    request = b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost\r\n" + headers
    if not headers:
        request = b"GET /v3 HTTP/1.1\r\nConnection: close\r\n\r\n"

    answer = on_a_server(lambda port: exchange(port, request))

    assert status_of(answer) in {400, 403, 408}
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"CONNECT evil.example:443 HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"GET http://evil.example/_emulator/state HTTP/1.1",
        b"GET /\xff\xfe HTTP/1.1",
        b"GET /%ff%00%1b HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"GET /v3 HTTP/0.9",
        b"GET /v3 HTTP/1.1\r\nConnection: upgrade, close\r\nUpgrade: websocket",
    ],
)
def test_odd_requests_leave_no_traceback(line: bytes, caplog: pytest.LogCaptureFixture) -> None:
    close = b"" if b"upgrade" in line else b"Connection: close\r\n"
    request = line + b"\r\nHost: localhost\r\n" + close + b"\r\n"

    answer = on_a_server(lambda port: exchange(port, request))

    assert status_of(answer) or answer in {b"", b"reset"}
    assert status_of(answer) != 500
    assert b"Traceback" not in answer
    assert not [record for record in caplog.records if record.exc_info]


def test_an_upload_that_breaks_off_changes_nothing() -> None:
    body = b'{"status": 503}'
    request = POST + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body

    async def scenario(port: int) -> bytes:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.1)
        return await exchange(
            port, b"GET /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )

    assert b'{"faults":[]}' in on_a_server(scenario)


def test_the_head_of_a_real_client_passes() -> None:
    token = b"t" * 20_000
    head = b"GET /v2/" + PROJECT.encode() + b"/fgs/functions HTTP/1.1\r\nHost: localhost\r\n"
    request = head + b"X-Auth-Token: " + token + b"\r\nConnection: close\r\n\r\n"

    assert status_of(on_a_server(lambda port: exchange(port, request), limits=Limits())) == 401


OFFERS = {
    "h2c": b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAA\r\n",
    "upper case": b"UPGRADE: H2C\r\nCONNECTION: UPGRADE\r\n",
    "TLS": b"Upgrade: TLS/1.0\r\nConnection: upgrade\r\n",
    "several": b"Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: IRC/6.9\r\n",
}
"""Offers to go on in another protocol; Java's HTTP client makes the first with every request."""
ADVANCE = b'{"seconds": 7200}'
FORGET = b"DELETE /_emulator/requests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CLOCK = b"POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize("apart", [True, False], ids=["body apart", "in one piece"])
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with a length"])
@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_a_body_is_read_whatever_protocol_is_offered_beside(
    offer: bytes,
    chunked: bool,  # noqa: FBT001
    apart: bool,  # noqa: FBT001
) -> None:
    framed = b"Content-Length: %d\r\n\r\n" % len(ADVANCE), ADVANCE
    if chunked:
        framed = (
            b"Transfer-Encoding: chunked\r\n\r\n",
            b"%x\r\n%s\r\n0\r\n\r\n"
            % (
                len(ADVANCE),
                ADVANCE,
            ),
        )
    head, body = CLOCK + offer + framed[0], framed[1]
    parts = (head[:60], head[60:], body[:5], body[5:]) if apart else (head + body,)
    last = CLOCK + b"Connection: close\r\nContent-Length: 13\r\n\r\n" + b'{"seconds":0}'

    answer = on_a_server(lambda port: exchange(port, *parts, last, pause=0.02))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200"]


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_no_body_is_a_request_of_its_own(offer: bytes) -> None:
    head = CLOCK + offer + b"Content-Length: %d\r\n\r\n" % len(FORGET)

    answer = on_a_server(lambda port: exchange(port, head, FORGET, pause=0.05))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) in ([b"400"], [b"400", b"408"])


def test_an_offer_without_a_body_is_answered_as_if_it_were_not_made() -> None:
    offered = GET[:-2] + OFFERS["h2c"] + b"\r\n"
    last = GET[:-2] + b"Connection: close\r\n\r\n"

    answer = on_a_server(lambda port: exchange(port, offered + offered + last))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200", b"200"]


@pytest.mark.parametrize(
    "request_",
    [
        GET[:-2] + b"Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n",
        GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
    ],
    ids=["WebSocket", "WebSocket as well", "CONNECT"],
)
def test_what_wants_another_protocol_and_no_answer_is_refused(request_: bytes) -> None:
    answer = on_a_server(lambda port: exchange(port, request_ + GET))

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400"]


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        (b"http://evil.example/_emulator/state", b"localhost", 400),
        (b"http://localhost/v3", b"evil.example", 400),
        (b"http://a@localhost/v3", b"localhost", 400),
        (b"http://localhost:81/v3", b"localhost:80", 400),
        (b"ftp://localhost/v3", b"localhost", 400),
        (b"http://evil.example/v3", b"evil.example", 403),
        (b"http://localhost:80/v3", b"localhost:80", 200),
        (b"HTTP://LocalHost/v3", b"localhost", 200),
    ],
)
def test_the_authority_of_a_target_is_the_host(target: bytes, host: bytes, status: int) -> None:
    request = b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (target, host)

    assert status_of(on_a_server(lambda port: exchange(port, request))) == status
