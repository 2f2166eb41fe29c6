"""Every exception of the libraries has a name for a person."""

import inspect
import socket

import pytest
import requests
import urllib3
from keystoneauth1 import exceptions as keystone

from pulumi_functiongraph.cloud.http.authentication import is_from_iam
from pulumi_functiongraph.cloud.http.no_answer import LIBRARY_ERRORS, Failure, failure
from pulumi_functiongraph.core.errors import Conflict
from unit.cloud.doubles import call, session_to

ENDPOINT = "https://functiongraph.example.com"

_BY_HAND: tuple[BaseException, ...] = (
    urllib3.exceptions.MaxRetryError(None, "/", None),  # type: ignore[arg-type]  # no pool
    urllib3.exceptions.HostChangedError(None, "/"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.ReadTimeoutError(None, "/", "late"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.NewConnectionError(None, "refused"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.NameResolutionError("h", None, socket.gaierror()),  # type: ignore[arg-type]  # same
    urllib3.exceptions.ClosedPoolError(None, "closed"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.EmptyPoolError(None, "empty"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.FullPoolError(None, "full"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.PoolError(None, "pool"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.RequestError(None, "/", "no"),  # type: ignore[arg-type]  # same
    urllib3.exceptions.ProxyError("no", OSError()),
    urllib3.exceptions.IncompleteRead(1, 2),
    urllib3.exceptions.LocationParseError("x"),
    urllib3.exceptions.URLSchemeUnknown("x"),
    urllib3.exceptions.HeaderParsingError([], b""),
    urllib3.exceptions.InvalidChunkLength(urllib3.HTTPResponse(), b"x"),
)
MADE_BY_HAND = {type(error): error for error in _BY_HAND}
NEVER_RAISED_TO_US = {
    urllib3.exceptions.ProxySchemeUnknown,  # an AssertionError of a proxy manager
    urllib3.exceptions.ProxySchemeUnsupported,
}


def raised_by(module: object) -> list[type[BaseException]]:
    return sorted(
        (
            kind
            for _name, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Exception)
            and not issubclass(kind, Warning)
            and kind not in NEVER_RAISED_TO_US
            and kind.__module__ == getattr(module, "__name__", "")
        ),
        key=lambda kind: kind.__name__,
    )


EVERY = [*raised_by(requests.exceptions), *raised_by(urllib3.exceptions)]


def made(kind: type[BaseException]) -> BaseException:
    if kind in MADE_BY_HAND:
        return MADE_BY_HAND[kind]
    if issubclass(kind, requests.exceptions.JSONDecodeError):
        return kind("no", "{", 0)
    return kind("leaked")


def named(error: BaseException) -> Failure:
    assert isinstance(error, Exception)
    return failure(call(), ENDPOINT, error)


def test_the_libraries_have_as_many_exceptions_as_were_looked_at() -> None:
    assert len(EVERY) > 40


@pytest.mark.parametrize("kind", EVERY)
def test_no_exception_of_requests_or_urllib3_is_unnamed(kind: type[BaseException]) -> None:
    error = made(kind)

    assert isinstance(error, LIBRARY_ERRORS)
    found = named(error)
    assert ENDPOINT in found.what
    assert found.hint
    assert "leaked" not in f"{found.what} {found.hint}", "their own text may hold what was sent"


@pytest.mark.parametrize(
    ("error", "expected", "may_pass", "was_sent"),
    [
        (requests.exceptions.SSLError("x"), "certificate", False, False),
        (requests.exceptions.ProxyError("x"), "proxy", True, False),
        (requests.exceptions.ConnectTimeout("x"), "does not answer", True, False),
        (requests.exceptions.ReadTimeout("x"), "did not answer in time", True, True),
        (requests.exceptions.ConnectionError("x"), "was lost", True, True),
        (requests.exceptions.ChunkedEncodingError("x"), "broke off", True, True),
        (requests.exceptions.ContentDecodingError("x"), "damaged", True, True),
        (requests.exceptions.InvalidURL("x"), "cannot be used", False, True),
        (socket.gaierror("x"), "there is no host", True, False),
        (TimeoutError("x"), "in time", True, True),
        (ConnectionResetError("x"), "was lost", True, True),
    ],
)
def test_each_trouble_is_told_apart(
    *, error: Exception, expected: str, may_pass: bool, was_sent: bool
) -> None:
    found = named(error)

    assert expected in found.what
    assert (found.may_pass, found.was_sent) == (may_pass, was_sent)


@pytest.mark.parametrize(
    ("endpoint", "may_pass"),
    [
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
        ("http://localhost:8080", False),
        ("http://results.localhost:8080", False),
        ("https://fgs.eu-de.otc.t-systems.com", True),
        ("http://10.0.0.1:8080", True),
    ],
)
def test_where_nothing_listens_on_this_machine_waiting_does_not_help(
    endpoint: str, *, may_pass: bool
) -> None:
    error = requests.ConnectionError("x")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")

    found = failure(call(), endpoint, error)

    assert found.may_pass == may_pass
    assert ("fgctl emulator" in found.hint) != may_pass


def test_the_cause_inside_a_wrapped_exception_counts() -> None:
    inner = urllib3.exceptions.NameResolutionError("h", None, socket.gaierror())  # type: ignore[arg-type]  # no connection
    wrapped = requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", inner))  # type: ignore[arg-type]  # no pool

    assert "there is no host" in named(wrapped).what


def test_the_trouble_of_an_earlier_call_does_not_count() -> None:
    earlier = Conflict(operation="a", resource="b")
    earlier.__cause__ = requests.exceptions.SSLError("x")
    error = requests.exceptions.ReadTimeout("x")
    error.__context__ = earlier

    assert "in time" in named(error).what


@pytest.mark.parametrize("kind", [keystone.ConnectFailure, keystone.ConnectTimeout])
def test_keystones_exceptions_are_known_without_loading_it(kind: type[Exception]) -> None:
    assert is_from_iam(kind("x"))
    assert not is_from_iam(requests.ConnectionError("x"))


def test_a_programming_error_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_to("http://127.0.0.1:9")

    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(session._transport, "send", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        session.send(call())

    assert caught.value.__cause__ is None
