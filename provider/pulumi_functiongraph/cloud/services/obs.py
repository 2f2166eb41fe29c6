"""OBS: whether a bucket is there, in which region, and what its events lead to."""

from __future__ import annotations

import ipaddress
import re
from typing import NoReturn
from urllib.parse import urlsplit

from pulumi_functiongraph.cloud.http import remedies
from pulumi_functiongraph.cloud.http.call import Answer, Call, Method, path_of
from pulumi_functiongraph.cloud.http.json_fields import Misread
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.http.xml_fields import element_of
from pulumi_functiongraph.cloud.services.bucket_notifications import Told, bucket_notifications
from pulumi_functiongraph.core.agencies import BucketFacts
from pulumi_functiongraph.core.errors import NotUnderstood

_ELSEWHERE = frozenset({301, 302, 307})
_ABSENT = 404
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")
_HOST = re.compile(r"(?:^|\.)obs\.(?P<region>[a-z0-9-]+)\.")
_REGIONS = ("x-obs-bucket-location", "x-amz-bucket-region")
_OWN = ("x-obs-request-id", "x-amz-request-id", "x-obs-error-code")
_NO_BUCKET = frozenset({"", "NoSuchBucket"})


class Obs:
    """The calls that find out about a bucket. They take access keys; OBS knows no tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_bucket(self, name: str, *, region: str) -> BucketFacts | None:
        """A bucket, ``None`` when OBS says that there is none anywhere.

        ``HEAD`` of the bucket, by its own host name; by path where the endpoint's host cannot take
        a name before it (an IP address, localhost) or TLS would not hold for it (a name with dots).

        Args:
            name: the bucket.
            region: where it is asked for; OBS redirects to where it lies.

        Raises:
            CloudError: the service did not say, or the credentials are no access keys.
        """
        call = self._call("look at the bucket", name, "HEAD", region)
        answer = self._session.send(call)
        if answer.status in _ELSEWHERE:
            return BucketFacts(name, _region(answer) or _nowhere(call, answer))
        if answer.status == _ABSENT:
            _believe(call, answer)
            return None
        return BucketFacts(name, _region(answer))

    def list_notifications(self, name: str, *, region: str) -> tuple[Told, ...]:
        """The topics that a bucket publishes to, and the functions that it invokes by itself.

        ``GET`` of the bucket's ``notification``; one request, two where the bucket lies elsewhere.
        A bucket that is not there has none.

        Args:
            name: the bucket.
            region: where it is asked for; OBS redirects to where it lies.

        Raises:
            CloudError: the service did not say, or the credentials are no access keys.
        """
        call = self._call("read the event notifications", name, "GET", region)
        answer = self._session.send(call)
        if answer.status in _ELSEWHERE:
            there = _region(answer)
            if not there or there == region:
                _nowhere(call, answer)
            call = self._call("read the event notifications", name, "GET", there)
            answer = self._session.send(call)
        if answer.status == _ABSENT:
            _believe(call, answer)
            return ()
        try:
            return bucket_notifications(answer.body, bucket=name)
        except Misread as error:
            raise NotUnderstood(
                operation=call.operation,
                resource=name,
                status=answer.status,
                detail=str(error),
                request_id=answer.request_id,
                hint=remedies.wrong_address("obs"),
            ) from error

    def _call(self, operation: str, name: str, method: Method, region: str) -> Call:
        """A HEAD of a bucket, or a GET of its notifications."""
        endpoint = self._session.settings.endpoints.url("obs", region=region)
        in_host = bool(_LABEL.match(name)) and _takes_labels(endpoint)
        return Call(
            operation,
            name,
            method,
            "obs",
            region,
            "/" if in_host else path_of(name),
            answers=_ELSEWHERE | {_ABSENT},
            host_label=name if in_host else "",
            subresource="notification" if method == "GET" else "",
        )


def _believe(call: Call, answer: Answer) -> None:
    """Take a 404 for an answer of OBS only when it bears one of OBS's headers.

    A HEAD has no body that could tell, and a wrong address answers 404 too.

    Raises:
        NotUnderstood: it says nothing about the bucket.
    """
    code = answer.headers.get("x-obs-error-code", "") or _code_in(answer.body)
    if code not in _NO_BUCKET or not any(answer.headers.get(name) for name in _OWN):
        raise NotUnderstood(
            operation=call.operation,
            resource=call.resource,
            status=answer.status,
            code=code,
            detail="this 404 does not come from OBS, or is not about the bucket",
            request_id=answer.request_id,
            hint=remedies.wrong_address("obs"),
        )


def _code_in(body: bytes) -> str:
    """The code of an error that has a body, empty for none."""
    try:
        return (element_of(body).findtext("Code") or "").strip() if body else ""
    except Misread:
        return ""


def _nowhere(call: Call, answer: Answer) -> NoReturn:
    raise NotUnderstood(
        operation=call.operation,
        resource=call.resource,
        status=answer.status,
        detail="OBS says that the bucket lies in another region, and not in which",
        request_id=answer.request_id,
        hint="The bucket's page in the console shows its region",
    )


def _takes_labels(endpoint: str) -> bool:
    """Whether a bucket's name can stand before the host of an endpoint."""
    host = urlsplit(endpoint).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False


def _region(answer: Answer) -> str:
    """The region that an answer names, in a header of its own or in the host it leads to."""
    named = next((answer.headers[name] for name in _REGIONS if answer.headers.get(name)), "")
    if named:
        return named
    try:
        host = urlsplit(answer.headers.get("location", "")).hostname or ""
    except ValueError:
        return ""
    found = _HOST.search(host)
    return found["region"] if found else ""
