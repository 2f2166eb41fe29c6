"""Builds the request of a call, ready to be signed and sent.

requests prepares an address of each service once. It would check and encode each part of each
request, which takes as long as sending it, and a `Call` is encoded already.
"""

from __future__ import annotations

import json

import requests

from pulumi_functiongraph.cloud.http.call import JSON, Call

_WITHOUT_BODY = frozenset({"GET", "HEAD"})


class RequestBuilder:
    """Makes requests of calls; safe to use from several threads.

    Args:
        session: has the headers that every request has.
    """

    def __init__(self, session: requests.Session) -> None:
        self._session = session
        self._prepared: dict[str, requests.PreparedRequest] = {}

    def build(self, call: Call, endpoint: str) -> requests.PreparedRequest:
        """The request of a call, not signed yet.

        Raises:
            requests.RequestException: the address is none.
        """
        base = call.base(endpoint)
        prepared = self._prepared.get(base)
        if prepared is None:
            prepared = self._prepared[base] = self._of_address(base)
        request = requests.PreparedRequest()
        request.method = call.method
        request.url = f"{str(prepared.url).rstrip('/')}{call.target}"
        request.headers = prepared.headers.copy()
        request.hooks = {}
        request.body = None if call.body is None else json.dumps(call.body).encode()
        if request.body is not None or call.method not in _WITHOUT_BODY:
            request.headers["Content-Length"] = str(len(request.body or b""))
        return request

    def _of_address(self, base: str) -> requests.PreparedRequest:
        headers = {"Accept": JSON, "Content-Type": JSON}
        # With an authentication of its own, a request gets none of a .netrc.
        bare = requests.Request("GET", f"{base}/", headers=headers, auth=_unsigned)
        return self._session.prepare_request(bare)


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
