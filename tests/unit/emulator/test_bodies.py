"""Bodies: limits by route, and what is read of a stranger's."""

import asyncio
import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.controls import urls as controls
from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.connections import Limits
from pulumi_functiongraph.emulator.http.routing import LARGE_BODY, SMALL_BODY
from pulumi_functiongraph.emulator.local_cloud import LARGE_BODIES, LocalCloud
from pulumi_functiongraph.emulator.obs import documents
from pulumi_functiongraph.emulator.obs.addressing import Address
from pulumi_functiongraph.emulator.obs.urls import DOCUMENT_LIMIT, OBJECT_LIMIT
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from unit.emulator.client import PROJECT, START, CloudClient
from unit.emulator.obs_calls import DATE, obs
from unit.emulator.sockets import exchange, on_a_server, status_of

MIB = 1 << 20
SENT = 200 * MIB
ALLOWED_GROWTH = 80
"""MiB: one large body of the least known, or buffers, and what Python keeps."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


def flood(emulator: Emulator, head: bytes, *, chunked: bool) -> tuple[int, int]:
    """Send 200 MiB after a head; the status, and by how many MiB the peak of memory grew."""
    before = _peak(emulator)
    port = int(emulator.url.rpartition(":")[2])
    block = b"\x00" * MIB
    framed = b"%x\r\n" % len(block) + block + b"\r\n" if chunked else block
    coding = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % SENT
    answers: list[bytes] = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        reader = threading.Thread(target=lambda: answers.append(_first(connection)))
        reader.start()
        try:
            connection.sendall(head + b"\r\nHost: localhost\r\n" + coding + b"\r\n\r\n")
            for _ in range(SENT // MIB):
                connection.sendall(framed)
        except ConnectionError:
            pass
        reader.join(30)
    return status_of(answers[0]), _peak(emulator) - before


def _first(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionError:
        return b""


def _peak(emulator: Emulator) -> int:
    status = Path(f"/proc/{emulator.process.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with a length"])
@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /_emulator/faults HTTP/1.1", 413),
        (b"POST /_emulator/seed HTTP/1.1", 413),
        (b"GET /_emulator/state HTTP/1.1", 413),
        (b"POST /v3/auth/tokens HTTP/1.1", 413),
        (b"POST /v2/p/fgs/functions HTTP/1.1", 401),
        (b"POST /v2/p/fgs/functions HTTP/1.1\r\nX-Auth-Token: t", 401),
        (b"POST /v2/p/fgs/functions HTTP/1.1\r\nAuthorization: SDK-HMAC-SHA256 x", 413),
        (b"PUT /some-bucket/key HTTP/1.1", 403),
        (b"PUT /some-bucket/key HTTP/1.1\r\nAuthorization: OBS a:b=", 403),
        (b"PUT /some-bucket?acl HTTP/1.1", 403),
        (b"POST /nowhere/v9 HTTP/1.1", 403),
        (b"PATCH /v3/nothing HTTP/1.1", 413),
    ],
)
def test_memory_stays_bounded_whatever_is_sent(
    emulator: Emulator,
    head: bytes,
    status: int,
    chunked: bool,  # noqa: FBT001
) -> None:
    found, growth = flood(emulator, head, chunked=chunked)

    assert found in {status, 0}
    assert growth < ALLOWED_GROWTH + (LARGE_BODY // MIB if b"SDK-HMAC" in head else 0)


@pytest.mark.parametrize(
    ("method", "path", "limit", "code"),
    [
        ("POST", "/v3/auth/tokens", SMALL_BODY, '"code":413'),
        ("POST", f"/v2/{PROJECT}/notifications/topics", SMALL_BODY, "SMN."),
        ("POST", f"/v2/{PROJECT}/streams", SMALL_BODY, "DIS."),
        ("PUT", f"/v2/{PROJECT}/fgs/functions/o/config", SMALL_BODY, "FSS.0413"),
        ("POST", "/_emulator/seed", controls.SEED_LIMIT, "problems"),
        ("PATCH", "/v3/nothing", SMALL_BODY, "APIGW."),
    ],
)
def test_a_body_beyond_its_limit_is_refused_in_the_form_of_its_service(
    huawei: CloudClient, method: str, path: str, limit: int, code: str
) -> None:
    answer = huawei.request(method, path, content=b"x" * (limit + 1))

    assert answer.status_code == 413
    assert code in answer.text


@pytest.mark.parametrize(
    ("method", "key", "query", "content"),
    [
        ("PUT", "k", set(), True),
        ("PUT", "k", {"x-id"}, True),
        ("PUT", "k", {"content-type", "x-amz-meta-origin", "X-Obs-Acl"}, True),
        ("PUT", "k", {"partNumber", "uploadId"}, True),
        ("POST", "k", {"append", "position"}, True),
        ("PUT", "k", {"modify", "position", "length"}, True),
        ("PUT", "k", {"acl"}, False),
        ("PUT", "k", {"tagging", "append"}, False),
        ("POST", "k", {"uploadId"}, False),
        ("POST", "k", {"select"}, False),
        ("PUT", "", set(), False),
        ("POST", "", {"delete"}, False),
        ("GET", "k", set(), False),
    ],
)
def test_only_content_of_objects_may_be_large(
    method: str,
    key: str,
    query: set[str],
    content: bool,  # noqa: FBT001
) -> None:
    assert documents.is_content(method, Address("bucket", key), query) is content
    assert OBJECT_LIMIT > 100 * MIB


def test_a_document_for_obs_beyond_its_limit_is_refused_in_its_form(huawei: CloudClient) -> None:
    answer = obs(huawei, "PUT", "/order-failures?acl", b"x" * (DOCUMENT_LIMIT + 1))

    assert answer.status_code == 400
    assert "<Code>EntityTooLarge</Code>" in answer.text


def test_a_large_object_of_a_known_caller_is_kept(huawei: CloudClient) -> None:
    content = b"x" * (3 * MIB)

    assert obs(huawei, "PUT", "/order-failures/large", content).status_code == 200
    assert obs(huawei, "GET", "/order-failures/large").content == content


def test_a_large_body_of_a_stranger_is_refused_before_it_is_read(huawei: CloudClient) -> None:
    content = b"x" * (3 * MIB)

    answer = obs(huawei, "PUT", "/order-failures/large", content, secret_key="wrong")

    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    assert huawei.control("GET", "requests")["requests"][0]["status"] == 403


def test_a_stranger_does_not_wait_for_the_uploads_of_others() -> None:
    text = f"PUT\n\n\n{DATE}\n/order-failures/large"
    digest = hmac.new(DEFAULT_SECRET_KEY.encode(), text.encode(), hashlib.sha1).digest()
    line = f"OBS {DEFAULT_ACCESS_KEY}:{base64.b64encode(digest).decode()}"
    put = b"PUT /order-failures/large HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
    signed = put + f"Date: {DATE}\r\nAuthorization: {line}\r\n\r\n".encode() + b"x" * 1000

    async def scenario(port: int) -> list[bytes]:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(LARGE_BODIES)]
        for _, writer in held:
            writer.write(signed)
            await writer.drain()
        await asyncio.sleep(0.2)
        answers = [await exchange(port, put + b"Connection: close\r\n\r\n")]
        for reader, writer in held:
            writer.write(b"x" * 1999000)
            answers.append(await asyncio.wait_for(reader.readline(), 20))
            writer.close()
        return answers

    cloud = LocalCloud(clock=Clock(lambda: START))
    try:
        answers = on_a_server(scenario, limits=Limits(), app=Application(cloud))
    finally:
        cloud.close()

    assert [status_of(answer) for answer in answers] == [403, 200, 200]
