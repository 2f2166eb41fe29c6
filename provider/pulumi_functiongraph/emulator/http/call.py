"""One request as a handler sees it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

import msgspec

from pulumi_functiongraph.emulator.auth.authentication import Caller
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.state.store import Connection

P = ParamSpec("P")
Result = TypeVar("Result")


class Call(msgspec.Struct, frozen=True):
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

    def read(
        self, query: Callable[Concatenate[Connection, P], Result], *args: P.args, **kwargs: P.kwargs
    ) -> Result:
        """What a query finds in the state, given what follows it."""
        return self.cloud.store.read(lambda connection: query(connection, *args, **kwargs))

    async def write(
        self,
        change: Callable[Concatenate[Connection, P], Result],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Result:
        """What a change comes to, given what follows it; it is kept then."""
        return await self.cloud.store.write(lambda connection: change(connection, *args, **kwargs))
