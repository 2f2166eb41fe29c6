"""The signature of access keys, SDK-HMAC-SHA256.

Source: the signer of huaweicloudsdkcore; a property test compares with it, which costs too much to
load and to use for a command that makes thousands of requests.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

import requests
from requests.auth import AuthBase

from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.http.call import JSON, AuthScope

_ALGORITHM = "SDK-HMAC-SHA256"
_SCOPE_HEADER = {"project": "X-Project-Id", "domain": "X-Domain-Id"}


class KeySignature(AuthBase):
    """Signs with an access key pair.

    The signed headers are Host, Content-Type, X-Sdk-Date, the scope and the security token.
    """

    def __init__(
        self, key: AccessKey, *, scope: AuthScope | None, now: Callable[[], datetime]
    ) -> None:
        self._key = key
        self._scope = scope
        self._now = now

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the date, scope and signature of this very moment."""
        address = urlsplit(str(request.url))
        headers = {
            "Host": address.netloc,
            "Content-Type": JSON,
            "X-Sdk-Date": self._now().strftime("%Y%m%dT%H%M%SZ"),
        }
        if self._scope is not None:
            headers[_SCOPE_HEADER[self._scope.kind]] = self._scope.id
        if self._key.security_token is not None:
            headers["X-Security-Token"] = self._key.security_token.get_secret_value().strip()
        signed = sorted((name.lower(), value) for name, value in headers.items())
        names = ";".join(name for name, _ in signed)
        body = request.body or b""
        form = "\n".join(
            [
                request.method or "",
                _path(address.path),
                address.query,
                *(f"{name}:{value}" for name, value in signed),
                "",
                names,
                hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest(),
            ]
        )
        text = f"{_ALGORITHM}\n{headers['X-Sdk-Date']}\n{hashlib.sha256(form.encode()).hexdigest()}"
        secret = self._key.secret_key.get_secret_value().encode()
        signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
        access = self._key.access_key.get_secret_value()
        request.headers.update(headers)
        request.headers["Authorization"] = (
            f"{_ALGORITHM} Access={access}, SignedHeaders={names}, Signature={signature}"
        )
        return request


def _path(path: str) -> str:
    """The path as it is signed: each segment encoded in one way, with a slash at the end."""
    encoded = quote(unquote(path), safe="/~")
    return encoded if encoded.endswith("/") else f"{encoded}/"
