"""Failures: no answer came, or half of one. Every exception of the libraries, named for a person.

keystoneauth1's exceptions are told apart without loading it, because most runs never do.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from pulumi_functiongraph.cloud.endpoints import override_hint
from pulumi_functiongraph.cloud.http.call import Call
from pulumi_functiongraph.cloud.http.transport import AUTHORITIES, NoAuthoritiesError
from pulumi_functiongraph.core.errors import FunctionGraphError


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no answer came.

    Attributes:
        what: what happened, without anything that was sent.
        hint: what to do next.
        may_pass: whether another try may do better.
        was_sent: whether the service may have got the request.
    """

    what: str
    hint: str
    may_pass: bool = True
    was_sent: bool = True


LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
)
"""What requests and urllib3 raise; keystoneauth1 wraps the same in its own."""


def failure(call: Call, endpoint: str, error: Exception) -> Failure:
    """Name an exception of requests, urllib3, keystoneauth1 or the operating system."""
    causes = list(_causes(error))
    address = override_hint(call.service)
    for cause in causes:
        if isinstance(cause, NoAuthoritiesError):
            return Failure(
                f"no certificates to verify {endpoint} with can be read from {cause.path}",
                f"{' or '.join(AUTHORITIES)} names it: mend or unset it",
                may_pass=False,
                was_sent=False,
            )
    if _any(causes, requests.exceptions.SSLError, urllib3.exceptions.SSLError):
        return Failure(
            f"the TLS certificate of {endpoint} is not trusted ({_tls(causes)})",
            "If a proxy of your company signs anew, name its certificates with "
            f"REQUESTS_CA_BUNDLE=<file>; else check the address: {address}",
            may_pass=False,
            was_sent=False,
        )
    if _any(causes, requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return Failure(
            f"the proxy on the way to {endpoint} did not let it through",
            "Check HTTPS_PROXY, and NO_PROXY for addresses that need none",
            was_sent=False,
        )
    return _not_reached(causes, endpoint, address) or _later(causes, endpoint, address)


def _not_reached(causes: list[BaseException], endpoint: str, address: str) -> Failure | None:
    if _any(causes, socket.gaierror, urllib3.exceptions.NameResolutionError):
        return Failure(
            f"there is no host {endpoint}",
            f"Check the region and the network; {address}",
            was_sent=False,
        )
    if _any(causes, ConnectionRefusedError) and _is_loopback(endpoint):
        return Failure(
            f"nothing listens at {endpoint}",
            f"Start the local cloud with `fgctl emulator`, or mend the address: {address}",
            may_pass=False,
            was_sent=False,
        )
    if _any(causes, requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError):
        return Failure(
            f"{endpoint} does not answer",
            f"Check the region, the network and its firewall; {address}",
            was_sent=False,
        )
    return None


def _later(causes: list[BaseException], endpoint: str, address: str) -> Failure:
    """What goes wrong once a request is on its way."""
    again = "Run it again; what is there already is recognised"
    if _any(
        causes,
        requests.exceptions.Timeout,
        urllib3.exceptions.TimeoutError,
        TimeoutError,
    ):
        return Failure(f"{endpoint} took the request and did not answer in time", again)
    if _any(causes, *_BAD_REQUESTS):
        return Failure(
            f"the address {endpoint} cannot be used", f"Mend it: {address}", may_pass=False
        )
    if _any(causes, *_HALF_ANSWERS):
        return Failure(f"the answer of {endpoint} broke off or is damaged", again)
    return Failure(f"the connection to {endpoint} was lost", again)


_BAD_REQUESTS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.URLRequired,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.InvalidHeader,
)
_HALF_ANSWERS = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.InvalidJSONError,
    urllib3.exceptions.IncompleteRead,
    urllib3.exceptions.InvalidChunkLength,
    urllib3.exceptions.DecodeError,
)


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


def _any(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _tls(causes: list[BaseException]) -> str:
    """OpenSSL's own word, such as "self-signed certificate"."""
    words = (getattr(cause, "verify_message", "") for cause in causes)
    return next(filter(None, words), "TLS could not be agreed on")
