"""The table of what it means when no answer comes, by exception of the libraries.

keystoneauth1's exceptions are told apart without loading it, because most runs never do.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3.exceptions

from pulumi_functiongraph.cloud.endpoints import override_hint
from pulumi_functiongraph.cloud.http.call import Call
from pulumi_functiongraph.cloud.http.transport import (
    AUTHORITIES,
    LARGEST_ANSWER,
    NoAuthoritiesError,
    TooLargeError,
)
from pulumi_functiongraph.core.errors import FunctionGraphError


class Failure(msgspec.Struct, frozen=True):
    """Why no answer came.

    Attributes:
        what: what happened, without anything that was sent.
        hint: what to do next.
        may_pass: whether another try may do better.
        was_sent: whether the service may have got the request.
        has_answered: whether something answered, which is not what the API promises.
    """

    what: str
    hint: str
    may_pass: bool = True
    was_sent: bool = True
    has_answered: bool = False


LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
)
"""What requests and urllib3 raise; keystoneauth1 wraps the same in its own."""


def failure(call: Call, endpoint: str, error: Exception) -> Failure:
    """Name an exception of requests, urllib3, keystoneauth1 or the operating system."""
    causes = list(_causes(error))
    is_here = is_loopback(endpoint)
    kinds = (each for each in _KINDS if is_here or not each.only_here)
    kind = next((each for each in kinds if _any(causes, each)), _LOST)
    words = {
        "endpoint": endpoint,
        "address": override_hint(call.service),
        "tls": _said(causes, "verify_message") or "TLS could not be agreed on",
        "path": _said(causes, "path"),
    }
    return Failure(
        kind.what.format_map(words),
        kind.hint.format_map(words),
        kind.may_pass,
        kind.was_sent,
        kind.has_answered,
    )


class _Kind(msgspec.Struct, frozen=True):
    """Exceptions that mean the same, and the `Failure` that they are, with words to fill in.

    Attributes:
        causes: the exceptions.
        what: as of `Failure`.
        hint: as of `Failure`.
        may_pass: as of `Failure`.
        was_sent: as of `Failure`.
        has_answered: as of `Failure`.
        only_here: whether they mean it of this machine's own addresses alone.
    """

    causes: tuple[type[BaseException], ...]
    what: str
    hint: str
    may_pass: bool = True
    was_sent: bool = True
    has_answered: bool = False
    only_here: bool = False


_AGAIN = "Run it again; what is there already is recognised"
_LOST = _Kind((), "the connection to {endpoint} was lost", _AGAIN)
_KINDS = (
    _Kind(
        (TooLargeError,),
        f"more than {LARGEST_ANSWER // 1024 // 1024} MiB came from {{endpoint}}, which is no "
        "answer of this service",
        "Check the address; {address}",
        may_pass=False,
        has_answered=True,
    ),
    _Kind(
        (NoAuthoritiesError,),
        "no certificates to verify {endpoint} with can be read from {path}",
        f"{' or '.join(AUTHORITIES)} names it: fix or unset it",
        may_pass=False,
        was_sent=False,
    ),
    _Kind(
        (requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        "the TLS certificate of {endpoint} is not trusted ({tls})",
        "If a proxy of your company signs anew, name its certificates with "
        "REQUESTS_CA_BUNDLE=<file>; else check the address; {address}",
        may_pass=False,
        was_sent=False,
    ),
    _Kind(
        (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
        "the proxy on the way to {endpoint} did not let it through",
        "Check HTTPS_PROXY, and NO_PROXY for addresses that need none",
        was_sent=False,
    ),
    _Kind(
        (socket.gaierror, urllib3.exceptions.NameResolutionError),
        "there is no host {endpoint}",
        "Check the region and the network; {address}",
        was_sent=False,
    ),
    _Kind(
        (ConnectionRefusedError,),
        "nothing listens at {endpoint}",
        "Start the local cloud with `fgctl emulator`, or fix the address; {address}",
        may_pass=False,
        was_sent=False,
        only_here=True,
    ),
    _Kind(
        (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        "{endpoint} does not answer",
        "Check the region, the network and its firewall; {address}",
        was_sent=False,
    ),
    _Kind(
        (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
        "{endpoint} took the request and did not answer in time",
        _AGAIN,
    ),
    _Kind(
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.MissingSchema,
            requests.exceptions.InvalidHeader,
            requests.exceptions.URLRequired,
            urllib3.exceptions.LocationValueError,
            urllib3.exceptions.InvalidHeader,
        ),
        "the address {endpoint} cannot be used",
        "Fix it; {address}",
        may_pass=False,
    ),
    _Kind(
        (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
            requests.exceptions.InvalidJSONError,
            urllib3.exceptions.IncompleteRead,
            urllib3.exceptions.InvalidChunkLength,
            urllib3.exceptions.DecodeError,
        ),
        "the answer of {endpoint} broke off or is damaged",
        _AGAIN,
    ),
)
"""The first that fits counts; from the time-out of an answer on, the request is on its way."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it stems from, in whichever way the libraries keep that."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or any(one is each for each in seen):
            continue
        if isinstance(one, FunctionGraphError):
            continue  # an earlier call's trouble, which this one was made because of
        seen.append(one)
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def _any(causes: list[BaseException], kind: _Kind) -> bool:
    return any(isinstance(cause, kind.causes) for cause in causes)


def is_loopback(endpoint: str) -> bool:
    """Whether an address is of this machine, as that of a local cloud."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _said(causes: list[BaseException], attribute: str) -> str:
    """What one of them has to say: OpenSSL's own word, such as "self-signed certificate"."""
    return next(filter(None, (getattr(cause, attribute, "") for cause in causes)), "")
