"""A service, or a proxy before it, that goes on sending is given up when the time is over."""

import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import Unavailable
from unit.cloud import doubles
from unit.cloud.doubles import call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply
from unit.cloud.slow_server import CHUNKED, ENDLESS, endless, sending

_LIMIT = 0.4


def given_up_in_time(url: str) -> None:
    session = Session(settings_for(url), deadline=_LIMIT, clocks=Clocks(sleep=lambda _s: None))
    started = time.monotonic()

    with pytest.raises(Unavailable, match="in time"):
        session.send(call())

    assert time.monotonic() - started < 5 * _LIMIT


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_that_does_not_end_is_given_up_in_time(name: str) -> None:
    with sending(endless(name)) as address:
        given_up_in_time(f"http://{address}")


@pytest.mark.parametrize("name", ENDLESS)
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


@pytest.mark.parametrize("name", ENDLESS)
def test_so_is_an_answer_that_comes_through_a_proxy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sending(endless(name)) as address:
        monkeypatch.setenv("HTTP_PROXY", f"http://{address}")
        given_up_in_time("http://functiongraph.example.com")


@pytest.mark.parametrize("name", ["headers", "body"])
def test_so_is_iam_however_many_calls_wait_for_its_token(name: str) -> None:
    with sending(endless(name)) as address:
        settings = settings_for(f"http://{address}", credentials=doubles.USER)
        session = Session(settings, deadline=_LIMIT, clocks=Clocks(sleep=lambda _s: None))
        started = time.monotonic()

        def failed(_number: int) -> bool:
            with pytest.raises(Unavailable, match="in time"):
                session.send(call())
            return True

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(failed, range(4))) == [True] * 4

    assert time.monotonic() - started < 5  # the client for IAM may have to be loaded


def test_an_answer_in_pieces_that_ends_in_time_is_read() -> None:
    answer = CHUNKED + b"2\r\n{}\r\n0\r\nX: y\r\n\r\n"
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
