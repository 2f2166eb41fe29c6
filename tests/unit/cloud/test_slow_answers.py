"""A service, or a proxy before it, that goes on sending is given up when the time is over."""

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest
import trustme

from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import Unavailable
from unit.cloud.doubles import call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (_HEAD + b"X-Slow: ", b"a"),
    "headers": (_HEAD, b"X: y\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (_HEAD + b"Content-Length: 5000\r\n\r\n", b" "),
    "chunk size": (_CHUNKED, b"0"),
    "chunks": (_CHUNKED, b"1\r\n \r\n"),
    "trailers": (_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: y\r\n"),
}
"""How an answer begins, and what follows for ever."""

_LIMIT = 0.4
_EVERY = 0.02


@contextmanager
def sending(pieces: Iterable[bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
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


def endless(name: str) -> Iterable[bytes]:
    begin, again = _ENDLESS[name]
    return itertools.chain([begin], itertools.repeat(again, 400))


def given_up_in_time(url: str) -> None:
    session = Session(settings_for(url), deadline=_LIMIT, clocks=Clocks(sleep=lambda _s: None))
    started = time.monotonic()

    with pytest.raises(Unavailable, match="in time"):
        session.send(call())

    assert time.monotonic() - started < 5 * _LIMIT


@pytest.mark.parametrize("name", _ENDLESS)
def test_an_answer_that_does_not_end_is_given_up_in_time(name: str) -> None:
    with sending(endless(name)) as address:
        given_up_in_time(f"http://{address}")


@pytest.mark.parametrize("name", _ENDLESS)
def test_so_it_is_over_tls(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))

    with sending(endless(name), tls=context) as address:
        given_up_in_time(f"https://{address}")


@pytest.mark.parametrize("name", ["status line", "header", "headers"])
def test_so_is_a_proxy_that_does_not_come_to_an_end_with_connecting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sending(endless(name)) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        given_up_in_time("https://functiongraph.example.com")


@pytest.mark.parametrize("name", _ENDLESS)
def test_so_is_an_answer_that_comes_through_a_proxy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sending(endless(name)) as address:
        monkeypatch.setenv("HTTP_PROXY", f"http://{address}")
        given_up_in_time("http://functiongraph.example.com")


def test_an_answer_in_pieces_that_ends_in_time_is_read() -> None:
    answer = _CHUNKED + b"2\r\n{}\r\n0\r\nX: y\r\n\r\n"
    parts = [answer[:40], answer[40:-10], answer[-10:]]

    with sending([b"HTTP/1.1 100 Continue\r\n\r\n", *parts]) as address:
        assert session_to(f"http://{address}").send(call()).content == {}


def test_a_kept_connection_has_the_whole_time_again(server: Loopback) -> None:
    server.replies(Reply(content={"a": "x" * 200_000}))
    session = Session(settings_for(server.url), deadline=2)

    for _ in range(6):
        session.send(call())
        time.sleep(0.4)

    assert len({seen.port for seen in server.seen}) == 1
