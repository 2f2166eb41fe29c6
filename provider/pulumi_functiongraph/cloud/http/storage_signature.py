"""The signature of OBS, an ``Authorization`` header of its own form.

Source: OBS API reference, "Authentication of Signature in a Header"; the vendor's OBS client
(esdk-obs-python) signs so. OBS knows Signature Version 4 of S3 too, which takes a library with an
HTTP client of its own; this one is a line of HMAC over what is sent anyway.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from pulumi_functiongraph.cloud.auth.credentials import AccessKey

_OWN = "x-obs-"


class StorageSignature(AuthBase):
    """Signs a call to OBS with an access key pair.

    Args:
        key: the pair; of a temporary one the token is sent and signed too.
        bucket: the bucket that stands in the host, empty when it stands in the path.
        subresource: what of the bucket is asked about, empty for the bucket itself.
        now: local time with its zone.
    """

    def __init__(
        self,
        key: AccessKey,
        *,
        bucket: str,
        now: Callable[[], datetime],
        subresource: str = "",
    ) -> None:
        self._key = key
        self._bucket = bucket
        self._subresource = subresource
        self._now = now

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the date and signature of this very moment."""
        # There is no body, and a type of none would have to be signed.
        request.headers.pop("Content-Type", None)
        request.headers["x-obs-date"] = format_datetime(self._now().astimezone(UTC), usegmt=True)
        if self._key.security_token is not None:
            token = self._key.security_token.get_secret_value()
            request.headers["x-obs-security-token"] = token
        path = urlsplit(str(request.url)).path
        resource = f"/{self._bucket}{path}" if self._bucket else path
        resource = f"{resource}?{self._subresource}" if self._subresource else resource
        text = string_to_sign(request.method or "", resource, request.headers)
        request.headers["Authorization"] = (
            f"OBS {self._key.access_key.get_secret_value()}:{signature(self._key, text)}"
        )
        return request


def string_to_sign(method: str, resource: str, headers: Mapping[str, str]) -> str:
    """What is signed of a request.

    Args:
        method: HTTP method.
        resource: ``/bucket/`` where the bucket is in the host, ``/bucket`` where it is the path.
        headers: what is sent; of these, the ones that OBS looks at.
    """
    sent = {name.lower(): value.strip() for name, value in headers.items()}
    # A date of OBS's own takes the place of the other one.
    date = "" if "x-obs-date" in sent else sent.get("date", "")
    lines = [method, sent.get("content-md5", ""), sent.get("content-type", ""), date]
    lines += [f"{name}:{sent[name]}" for name in sorted(sent) if name.startswith(_OWN)]
    return "\n".join([*lines, resource])


def signature(key: AccessKey, text: str) -> str:
    """The signature of a text, HMAC-SHA1 in base64."""
    secret = key.secret_key.get_secret_value().encode()
    return base64.b64encode(hmac.new(secret, text.encode(), hashlib.sha1).digest()).decode()
