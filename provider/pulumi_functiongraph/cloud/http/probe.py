"""A request without a signature, which tells whether an address answers at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import requests

from pulumi_functiongraph.cloud.endpoints import Service
from pulumi_functiongraph.cloud.http.call import Call
from pulumi_functiongraph.cloud.http.http_errors import skew_of
from pulumi_functiongraph.cloud.http.no_answer import LIBRARY_ERRORS, Failure, failure
from pulumi_functiongraph.cloud.http.transport import Transport

_TIMEOUTS = (5.0, 10.0)
"""Seconds to connect, and for the whole answer."""


def probe(
    service: Service, endpoint: str, *, region: str, now: Callable[[], datetime]
) -> int | Failure:
    """Ask an address for its root, which every service refuses in some way.

    Args:
        service: what is there.
        endpoint: the address.
        region: in which region.
        now: local time with its zone.

    Returns:
        Where it answered, with whatever status, the seconds that the local clock is ahead of the
        one there, 0 when that is not known; else why it did not.
    """
    call = Call("reach", endpoint, "GET", service, region, "/")
    session = requests.Session()
    transport = Transport(read_only=True)
    session.mount("https://", transport)
    session.mount("http://", transport)
    try:
        answer = session.get(call.url(endpoint), timeout=_TIMEOUTS, allow_redirects=False)
    except LIBRARY_ERRORS as error:
        return failure(call, endpoint, error)
    finally:
        session.close()
    headers = {key.lower(): value for key, value in answer.headers.items()}
    return skew_of(headers, now=now())
