"""What a service is made of: its routes, and the refusals that are the same for all of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import msgspec

from pulumi_functiongraph.emulator.auth.authentication import Authenticate, authenticate
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import BROKEN_BACKEND, Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer, RawRequest
from pulumi_functiongraph.emulator.http.request_log import READING_METHODS
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.state.store import Connection

Handler = Callable[[Call], Awaitable[Answer]]

SMALL_BODY = 1 << 20
"""Bytes; generous for every JSON document of these APIs. The vendors name no number."""

EVENT_BODY = 6 << 20
"""Bytes of an event that a function is run with synchronously; product document, "Constraints"."""

ASYNC_EVENT_BODY = 256 << 10
"""Bytes of an event that waits in a queue; the same."""

LARGE_BODY = 64 << 20
"""Bytes; for calls that may carry a function's code."""


class CheckHead(Protocol):
    """Judges the credentials of a request whose body is not read yet."""

    def __call__(self, request: RawRequest, *, connection: Connection, now: datetime) -> None:
        """Raise what the service says to strangers."""


def check_head(request: RawRequest, *, connection: Connection, now: datetime) -> None:
    """Judge a token, or that there are credentials at all; a signature covers the body too.

    Raises:
        errors.UNAUTHENTICATED: there are no credentials, or the token does not hold.
    """
    headers = request.headers
    if headers.get("x-auth-token") or not headers.get("authorization"):
        authenticate(request, connection=connection, now=now)


class Service(msgspec.Struct, frozen=True):
    """A service and how it words the refusals that do not depend on the operation."""

    name: str
    forbidden: Refusal
    too_large: Refusal
    unavailable: Refusal = BROKEN_BACKEND
    """What is said, with the reason, when the state cannot be read or kept."""
    project_scoped: bool = True
    """Whether `{project_id}` in a path is the project that the credentials must be for."""
    authenticate: Authenticate = authenticate
    check_head: CheckHead = check_head
    """What is judged before a body of more than SMALL_BODY is read."""


class Route(msgspec.Struct, frozen=True):
    """One operation: method and path as the vendor documents them."""

    service: Service
    method: str
    path: str
    handler: Handler
    operation: str = ""
    """Name in the vendor's own clients; when left out it is that of the handler: `list_topics` is
    ListTopics."""
    open: bool = False
    """Whether it needs no credentials."""
    body_limit: int = SMALL_BODY
    needs: Callable[[RawRequest], tuple[Need, ...] | None] | None = None
    """Finds what a caller needs where operation and path do not tell; None is never allowed."""
    waits: bool = False
    """Whether carrying it out may take as long as a function runs."""
    changes_nothing: bool = False
    """For calls that ask for no change although their method is not a reading one."""

    def __post_init__(self) -> None:
        if not self.operation:
            name = "".join(map(str.capitalize, self.handler.__name__.split("_")))
            msgspec.structs.force_setattr(self, "operation", name)

    @property
    def writing(self) -> bool:
        """Whether the operation asks for a change."""
        return self.method not in READING_METHODS and not self.changes_nothing
