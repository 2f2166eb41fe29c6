"""One call to a cloud and its answer, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

import msgspec

from pulumi_functiongraph.cloud.endpoints import Service

JSON = "application/json"

Method: TypeAlias = Literal["GET", "HEAD", "PUT", "DELETE", "POST"]

REPEATABLE: frozenset[Method] = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""Methods of which a second request changes nothing more."""

WITHOUT_ANSWER: frozenset[Method] = frozenset({"HEAD", "DELETE"})
"""What may be answered with nothing."""


class AuthScope(msgspec.Struct, frozen=True):
    """Where the credentials act in a call: a project, or for IAM the whole domain (account)."""

    kind: Literal["project", "domain"]
    id: str


def _nothing() -> None:
    """Before most attempts there is nothing to do."""


class Call(msgspec.Struct, frozen=True):
    """One call.

    Attributes:
        operation: what is attempted, as a person says it: it follows "could not".
        resource: on what, it follows "of".
        method: HTTP method.
        service: which service.
        region: in which region.
        path: the path, each segment percent-encoded.
        query: names and values, not encoded.
        body: what is sent as JSON, ``None`` for no body.
        scope: where the credentials act, ``None`` where the service does not ask.
        hidden: texts of the body that may be secret, and are not repeated in a message.
        answers: statuses that answer the question although they are no success.
        host_label: what stands before the service's host, as a bucket's name does.
        before_retry: called before each attempt but the first; what it raises ends the call.
        as_own: made with the credentials themselves, not as the agency that they assume.
        is_repeatable: may be sent twice although its method does not say so.
        subresource: of OBS, what of a bucket is asked about, such as ``notification``; it is
            signed, and the answer is XML.
        seconds: that one answer may take, ``None`` for the session's usual time.
        is_free_form: the answer may be anything, JSON or not.
    """

    operation: str
    resource: str
    method: Method
    service: Service
    region: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None
    scope: AuthScope | None = None
    hidden: tuple[str, ...] = ()
    answers: frozenset[int] = frozenset()
    host_label: str = ""
    before_retry: Callable[[], object] = _nothing
    as_own: bool = False
    is_repeatable: bool = False
    subresource: str = ""
    seconds: float | None = None
    is_free_form: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether it may be sent twice when nobody knows whether the first one arrived."""
        return self.is_repeatable or self.method in REPEATABLE

    def url(self, endpoint: str) -> str:
        """The whole address."""
        return f"{self.base(endpoint)}{self.target}"

    def base(self, endpoint: str) -> str:
        """The service's address, with what stands before its host."""
        if not self.host_label:
            return endpoint
        return endpoint.replace("://", f"://{self.host_label}.", 1)

    @property
    def target(self) -> str:
        """Path and query, in the very encoding that the signature is made over."""
        if self.subresource:
            return f"{self.path}?{self.subresource}"
        query = urlencode(sorted(self.query), quote_via=quote, safe="~")
        return f"{self.path}?{query}" if query else self.path


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: the bytes, decompressed.
        content: the JSON value of the body, ``None`` when there is none or it is no JSON.
        is_json: whether the body is JSON.
        request_id: what the vendor's support asks for, empty when none came.
    """

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""
    content: object = None
    is_json: bool = False
    request_id: str = ""


def path_of(*segments: str) -> str:
    """A path of segments, each percent-encoded as the vendor's SDK does (``:`` is ``%3A``)."""
    return "".join(f"/{quote(segment, safe='~')}" for segment in segments)
