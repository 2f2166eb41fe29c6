"""One request as a handler sees it, and one answer as it leaves the server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.authentication import Caller
    from pulumi_functiongraph.emulator.iam.models import Project
    from pulumi_functiongraph.emulator.local_cloud import LocalCloud

JsonObject = dict[str, object]
HeaderPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client: a status, headers and the bytes of a body."""

    status: int = 200
    body: bytes = b""
    headers: HeaderPairs = ()


def json_answer(document: object, *, status: int = 200, headers: HeaderPairs = ()) -> Answer:
    """An answer that carries `document` as JSON."""
    body = json.dumps(document, separators=(",", ":")).encode("ascii")
    return Answer(status, body, (("Content-Type", "application/json"), *headers))


def empty_answer(status: int = 204) -> Answer:
    """An answer without a body."""
    return Answer(status)


class NotJsonError(ValueError):
    """The body of a request is not a JSON document."""


def parse_json(body: bytes) -> object:
    """Read `body` as strict JSON.

    Raises:
        NotJsonError: it is not JSON, not UTF-8, holds NaN, Infinity or half a surrogate pair, or
            nests without end.
    """

    def refuse(constant: str) -> object:
        raise NotJsonError(f"{constant} is not JSON")

    try:
        document: object = json.loads(body.decode("utf-8"), parse_constant=refuse)
        if b"\\ud" in body.lower():
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NotJsonError("the body is not a JSON document") from error
    return document


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came over the wire; what a signature is computed over."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: Mapping[str, str]
    """Names in lower case; values of a repeated name are joined with a comma."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A request that matched a route and whose caller is known."""

    cloud: LocalCloud
    request: RawRequest
    path: Mapping[str, str]
    """Values of the route's parameters, percent-decoded."""
    query: Mapping[str, str]
    caller: Caller | None
    """None only on routes that need no credentials."""
    project: Project | None
    """The project in the path, which the caller may use; None when the path names none."""
    request_id: str
    now: datetime
    base_url: str
    """Scheme, host and port under which the client reached this server."""

    def known_caller(self) -> Caller:
        """The caller of a route that needs credentials."""
        if self.caller is None:
            raise AssertionError("this route is open: it has no caller")
        return self.caller

    def known_project(self) -> Project:
        """The project in the path of a route that has one."""
        if self.project is None:
            raise AssertionError("the path of this route names no project")
        return self.project
