"""Pooled connections, a time limit on each whole answer, a count, and a read-only lock.

Everything that is sent goes through here, IAM's token call included.
"""

from __future__ import annotations

import io
import math
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock, local
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import (
    ChunkedEncodingError,
    ContentDecodingError,
    ReadTimeout,
    RequestException,
)
from requests.exceptions import SSLError as RequestsSSLError
from urllib3 import Timeout
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError, SSLError
from urllib3.response import BaseHTTPResponse

from pulumi_functiongraph.cloud.http.timed_answer import timed
from pulumi_functiongraph.core.errors import Rejected
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes, decompressed; a page of 400 functions has well under one megabyte."""

HARMLESS_POSTS = ("/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens")
"""Where IAM hands out what a run works with; they change nothing."""

AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file of certificates (requests, "SSL Cert Verification")."""

_READING = frozenset({"GET", "HEAD"})
_PIECE = 65_536


class NoAuthoritiesError(OSError):
    """The certificates that answers are to be verified with cannot be read; nothing was sent."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no certificates can be read from {path}")
        self.path = path


class TooLargeError(RequestException):
    """An answer is too large to be one; the rest of it was not read."""


class Transport(HTTPAdapter):
    """Sends one prepared request and reads its whole answer.

    The read time-out bounds the whole exchange and not each piece of it, so that a server that
    sends a byte now and then cannot hold a thread for ever.

    Args:
        read_only: refuse whatever could change something.
        clock: seconds from any fixed point, never going back.
    """

    def __init__(self, *, read_only: bool, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(
            pool_connections=REQUESTS_IN_FLIGHT, pool_maxsize=REQUESTS_IN_FLIGHT, max_retries=0
        )
        self._read_only = read_only
        self._clock = clock
        self._here = local()
        self._lock = Lock()
        self._calls: Counter[str] = Counter()
        self._readable: set[str] = set()

    @property
    def calls(self) -> Counter[str]:
        """How many requests were sent so far, by method."""
        with self._lock:
            return self._calls.copy()

    def end_by(self, end: float) -> None:
        """Let what this thread sends from now on, IAM's token call included, end by a time."""
        self._here.end = end

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 - the signature of requests
        timeout: Any = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the signature of requests
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Send, and read the answer to its end within the read time-out.

        Raises:
            Rejected: the session is read-only and this call would change something.
            TooLargeError: the answer is too large to be one.
            NoAuthoritiesError: there are no certificates to verify the answer with.
            ReadTimeout: the answer has not ended in time, or no time is left to ask for it.
        """
        method = request.method or ""
        self._refuse_writing(method, request.url or "")
        if isinstance(verify, str) and (request.url or "").startswith("https:"):
            self._look_for_authorities(verify)
        left = getattr(self._here, "end", math.inf) - self._clock()
        if left <= 0:
            raise ReadTimeout("no time is left", request=request)
        with self._lock:
            self._calls[method] += 1
        limits = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        connect, whole = (min(limit, left) for limit in limits)
        response = super().send(
            request,
            stream=True,
            timeout=Timeout(connect=connect, read=whole, total=whole),  # type: ignore[arg-type]  # requests takes one
            verify=verify,
            cert=cert,  # type: ignore[arg-type]  # same
            proxies=proxies,
        )
        try:
            body = self._whole(response.raw)
        except BaseException:
            response.raw.close()
            raise
        response.raw.release_conn()
        response.raw = io.BytesIO(body)
        return response

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """The connections to a service or its proxy, whose answers end in time."""
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = timed(pool.ConnectionCls)
        return pool

    def _refuse_writing(self, method: str, url: str) -> None:
        is_login = method == "POST" and url.partition("?")[0].endswith(HARMLESS_POSTS)
        if self._read_only and method not in _READING and not is_login:
            raise Rejected(
                operation="change anything",
                resource="the cloud",
                detail=f"{method} was not sent",
                hint="This command only reads.",
            )

    def _look_for_authorities(self, path: str) -> None:
        """Whether there are certificates, once for each path; a lost connection is told apart."""
        if path in self._readable:
            return
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
                **{"capath" if Path(path).is_dir() else "cafile": path}
            )
        except OSError:
            raise NoAuthoritiesError(path) from None
        self._readable.add(path)

    def _whole(self, raw: BaseHTTPResponse) -> bytes:
        """The body, with the exceptions that requests itself would raise."""
        try:
            return b"".join(self._pieces(raw))
        except DecodeError as error:
            raise ContentDecodingError(error) from error
        except SSLError as error:
            raise RequestsSSLError(error) from error
        except ReadTimeoutError as error:
            raise ReadTimeout(error) from error
        except HTTPError as error:
            raise ChunkedEncodingError(error) from error

    def _pieces(self, raw: BaseHTTPResponse) -> Iterator[bytes]:
        size = 0
        while piece := raw.read1(_PIECE, decode_content=True):
            yield piece
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise TooLargeError
