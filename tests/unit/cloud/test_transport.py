"""What only a real socket proves: time limits, TLS, kept connections, the count, the lock."""

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests.adapters
import trustme
import urllib3
from msgspec.structs import replace

from pulumi_functiongraph.cloud.auth.credentials import Credentials
from pulumi_functiongraph.cloud.http import session as session_module
from pulumi_functiongraph.cloud.http import transport
from pulumi_functiongraph.cloud.http.call import Method
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import NotUnderstood, Rejected, SettingsError, Unavailable
from unit.cloud import doubles
from unit.cloud.doubles import Time, call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply, serving


def in_real_time(url: str, *, deadline: float) -> Session:
    return Session(settings_for(url), deadline=deadline, clocks=Clocks(sleep=lambda _seconds: None))


def test_a_service_that_never_answers_is_given_up_in_time(server: Loopback) -> None:
    server.replies(Reply(trouble="hang"))
    started = time.monotonic()

    with pytest.raises(Unavailable, match="did not answer in time"):
        in_real_time(server.url, deadline=0.3).send(call())

    assert time.monotonic() - started < 5


def test_an_answer_that_trickles_is_given_up_in_time(server: Loopback) -> None:
    server.replies(Reply(trouble="drip", content="x" * 500))
    started = time.monotonic()

    with pytest.raises(Unavailable, match="did not answer in time"):
        in_real_time(server.url, deadline=0.3).send(call())

    assert time.monotonic() - started < 5


def test_an_answer_that_stalls_is_given_up_in_time(server: Loopback) -> None:
    server.replies(Reply(trouble="stall", content={"half": 1}))

    with pytest.raises(Unavailable, match="did not answer in time"):
        in_real_time(server.url, deadline=0.3).send(call())


def test_a_connection_that_breaks_inside_tls_is_named(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> bytes:
        raise urllib3.exceptions.SSLError("bad record mac")

    monkeypatch.setattr(urllib3.HTTPResponse, "read1", broken)

    with pytest.raises(Unavailable, match="TLS could not be agreed on"):
        session_to(server.url).send(call())


def test_an_answer_that_breaks_off_is_named(server: Loopback) -> None:
    server.replies(Reply(trouble="truncate", content={"half": 1}))

    with pytest.raises(Unavailable, match="broke off") as caught:
        session_to(server.url).send(call())

    assert server.url in str(caught.value)


def test_an_answer_that_is_damaged_is_named(server: Loopback) -> None:
    server.replies(Reply(raw=b"no gzip", headers={"Content-Encoding": "gzip"}))

    with pytest.raises(Unavailable, match="damaged"):
        session_to(server.url).send(call())


def test_an_answer_too_large_to_be_one_is_not_read(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1024)
    server.replies(Reply(content="x" * 2048))

    with pytest.raises(NotUnderstood, match="MiB came from") as caught:
        session_to(server.url).send(call())

    assert (caught.value.operation, caught.value.resource) == (call().operation, call().resource)
    assert caught.value.may_have_acted
    assert server.url in str(caught.value)


def test_a_token_too_large_to_be_one_is_told_of_the_call_that_needs_it(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1024)
    server.replies(Reply(201, "x" * 2048, {"X-Subject-Token": "token-1"}))

    with pytest.raises(NotUnderstood, match="MiB came from") as caught:
        session_to(server.url, credentials=doubles.USER).send(call())

    assert (caught.value.operation, caught.value.resource) == (call().operation, call().resource)
    assert not caught.value.may_have_acted


def test_a_compressed_answer_is_read(server: Loopback) -> None:
    import gzip

    server.replies(Reply(raw=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))

    assert session_to(server.url).send(call()).content == {"a": 1}


def test_an_endpoint_where_nobody_listens_is_named_with_the_way_to_change_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(Unavailable) as caught:
            session_to(url, deadline=2).send(call())

    text = str(caught.value)
    assert url in text
    assert "functiongraph:endpoints" in text
    assert "FUNCTIONGRAPH_ENDPOINTS" in text


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(Unavailable, match=r"there is no host https://nowhere\.invalid"):
        session_to("https://nowhere.invalid", deadline=1).send(call())


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(Unavailable, match="HTTPS_PROXY"):
            session_to("https://functiongraph.example.com", deadline=1).send(call())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serving(tls=context) as loopback:
        yield loopback


def test_a_certificate_that_is_not_trusted_is_named_and_not_tried_again(
    tls_server: Loopback,
) -> None:
    time_ = Time()

    with pytest.raises(Unavailable, match="certificate") as caught:
        session_to(tls_server.url, clocks=time_.clocks()).send(call())

    assert "REQUESTS_CA_BUNDLE" in str(caught.value)
    assert time_.slept == []
    assert tls_server.seen == []


def test_a_certificate_of_an_own_authority_is_taken_when_it_is_named(
    tls_server: Loopback,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    tls_server.replies(Reply(content={"safe": True}))

    assert session_to(tls_server.url).send(call()).content == {"safe": True}


@pytest.mark.parametrize("variable", transport.AUTHORITIES)
@pytest.mark.parametrize("content", [None, "", "no certificate"])
@pytest.mark.parametrize("credentials", [doubles.KEY, doubles.USER])
def test_certificates_that_cannot_be_read_are_named_at_once(
    tls_server: Loopback,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
    credentials: Credentials,
) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content, encoding="utf-8")
    monkeypatch.setenv(variable, str(bundle))
    time_ = Time()

    with pytest.raises(Unavailable, match=variable) as caught:
        session_to(tls_server.url, clocks=time_.clocks(), credentials=credentials).send(call())

    assert str(bundle) in str(caught.value)
    assert time_.slept == []
    assert not caught.value.may_have_acted
    assert tls_server.seen == []


def test_certificates_may_be_in_a_folder_and_do_not_matter_without_tls(
    server: Loopback,
    tls_server: Loopback,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    with pytest.raises(Unavailable, match=r"certificate of .* is not trusted"):
        session_to(tls_server.url).send(call())

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none"))
    server.replies(Reply(content={"plain": True}))
    assert session_to(server.url).send(call()).content == {"plain": True}


def test_one_connection_carries_many_calls(server: Loopback) -> None:
    session = session_to(server.url)

    for _ in range(5):
        session.send(call())

    assert len({seen.port for seen in server.seen}) == 1


def test_sixteen_threads_keep_their_connections(server: Loopback) -> None:
    session = session_to(server.url)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _n: session.send(call()).status, range(160)))

    assert answers == [200] * 160
    assert len({seen.port for seen in server.seen}) <= 16


def test_calls_are_counted_by_method(server: Loopback) -> None:
    server.replies(Reply(503), Reply(content={}))
    session = session_to(server.url)

    session.send(call("PUT", body={}))
    session.send(call())

    assert session.calls == {"PUT": 2, "GET": 1}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_a_read_only_session_sends_nothing_that_writes(server: Loopback, method: Method) -> None:
    session = session_to(server.url, read_only=True)

    with pytest.raises(Rejected, match="only reads"):
        session.send(call(method, body={}))

    assert server.seen == []
    assert session.calls == {}


def test_a_read_only_session_reads(server: Loopback) -> None:
    session = session_to(server.url, read_only=True)

    session.send(call())
    session.send(call("HEAD"))

    assert server.methods == ["GET", "HEAD"]


def test_redirects_are_not_followed(server: Loopback) -> None:
    server.replies(Reply(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}))

    with pytest.raises(NotUnderstood):
        session_to(server.url).send(call())

    assert len(server.seen) == 1


def test_cookies_of_a_gateway_are_not_kept(server: Loopback) -> None:
    server.replies(Reply(content={}, headers={"Set-Cookie": "route=1"}))
    session = session_to(server.url)

    session.send(call())
    session.send(call())

    assert all("cookie" not in seen.headers for seen in server.seen)


def test_every_request_has_time_outs(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[str] = []
    original = requests.adapters.HTTPAdapter.send

    def spy(self: object, *args: object, **options: object) -> object:
        limits.append(repr(options["timeout"]))
        return original(self, *args, **options)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", spy)
    session_to(server.url, deadline=3600).send(call())
    session_to(server.url, deadline=7.0).send(call())

    whole = session_module.READ_TIMEOUT
    assert limits == [
        f"Timeout(connect={session_module.CONNECT_TIMEOUT}, read={whole}, total={whole})",
        "Timeout(connect=7.0, read=7.0, total=7.0)",
    ]


def test_the_user_agent_names_the_product(server: Loopback) -> None:
    session_to(server.url).send(call())

    assert server.seen[0].headers["user-agent"].startswith("pulumi-functiongraph")


def test_a_session_names_its_source_and_no_key(server: Loopback) -> None:
    shown = repr(session_to(server.url))

    assert "a test" in shown
    assert doubles.AK not in shown
    assert doubles.SK not in shown


def test_a_session_needs_credentials(server: Loopback) -> None:
    with pytest.raises(SettingsError, match="without credentials"):
        Session(replace(settings_for(server.url), credentials=None))


def test_a_session_can_be_closed_and_used_again(server: Loopback) -> None:
    session = session_to(server.url)
    session.send(call())

    session.close()

    assert session.send(call()).status == 200
    assert len({seen.port for seen in server.seen}) == 2
