"""FunctionGraph v2: async configs, functions, versions, aliases and triggers.

Region and project of each call come from its function URN, so one client serves several. What is
absent is ``None``; an error is raised only when the question was not answered.
"""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from pulumi_functiongraph.cloud import wire
from pulumi_functiongraph.cloud.http import remedies
from pulumi_functiongraph.cloud.http.absence import believe
from pulumi_functiongraph.cloud.http.call import AuthScope, Call, Method, path_of
from pulumi_functiongraph.cloud.http.http_errors import AGENCY_CODES, changed
from pulumi_functiongraph.cloud.http.json_fields import Misread, Page
from pulumi_functiongraph.cloud.http.pages import NextPage, any_time, pages
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functions import (
    aliases,
    function_facts,
    page_of_functions,
    trusted_agencies,
)
from pulumi_functiongraph.cloud.services.triggers import triggers
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotFound,
    NotUnderstood,
    Rejected,
    Unauthorized,
    Unavailable,
)
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.triggers import FunctionTrigger, Unfollowed

CONFIGS_A_PAGE = 100
"""Most that the service gives; "Querying … of a Function's All Versions", ``limit``."""

FUNCTIONS_A_PAGE = 400
"""Most that the service gives; "Querying Functions", ``maxitems``."""

_GONE = frozenset({"FSS.0401", "FSS.0500"})
"""Codes that have been seen for a function that does not exist, and that also mean other things."""

_CODES = "FSS."
"""How the codes of FunctionGraph begin."""

_Item = TypeVar("_Item")
_Value = TypeVar("_Value")
_Gone = TypeVar("_Gone")


class FunctionGraph:
    """The calls that notifications need.

    Args:
        session: with credentials.
        before_next: called before each further page of a list; what it raises ends the list.
    """

    def __init__(self, session: Session, *, before_next: NextPage = any_time) -> None:
        self._session = session
        self._before_next = before_next

    # API: GET /v2/{project_id}/fgs/functions/{function_urn}/async-invoke-config
    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` when there is none or the function is gone.

        Raises:
            CloudError: the service did not say.
        """
        call = call_about("GET", function_urn, "async-invoke-config", "read the async config")
        read = partial(self._session.read, call, partial(wire.live_config, asked=function_urn))
        return self._unless_gone(function_urn, read, gone=None)

    # API: PUT /v2/{project_id}/fgs/functions/{function_urn}/async-invoke-config
    def put_async_config(
        self,
        config: Config,
        *,
        unset: wire.Unset = "omit",
        before_retry: Callable[[], object] = lambda: None,
    ) -> LiveConfig:
        """Create or replace the config.

        Args:
            config: all of it is sent.
            unset: how an unset target is sent: left out, or in the explicit empty form.
            before_retry: called before each attempt but the first; what it raises ends the call.

        Raises:
            NotFound: there is no such function.
            Forbidden: we may not, or the function's agency is missing or may not.
            CloudError: anything else that the service refuses.
        """
        urn = config.function_urn
        call = call_about(
            "PUT",
            urn,
            "async-invoke-config",
            "set the async config",
            body=wire.body_of(config, unset=unset),
            hidden=wire.names_in(config),
        )
        call = replace(call, before_retry=before_retry)
        try:
            return self._session.read(call, partial(wire.live_config, asked=urn))
        except (Unauthorized, Unavailable, Forbidden) as error:
            if error.code in AGENCY_CODES:
                raise self._with_agency(urn, error) from None
            if self._is_gone(urn, error):
                raise _no_function(call, error) from None
            raise

    # API: DELETE /v2/{project_id}/fgs/functions/{function_urn}/async-invoke-config
    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        """Delete the config; that there is none is success.

        Raises:
            CloudError: the service did not do it.
        """
        call = call_about("DELETE", function_urn, "async-invoke-config", "delete the async config")
        self._unless_gone(function_urn, partial(self._session.send, call), gone=None)

    # API: GET /v2/{project_id}/fgs/functions/{function_urn}/async-invoke-configs
    def list_async_configs(self, function_urn: FunctionUrn) -> tuple[LiveConfig, ...]:
        """The configs of all versions of a function, by URN; none when the function is gone."""

        def page(marker: int) -> Page[LiveConfig]:
            call = call_about(
                "GET",
                function_urn,
                "async-invoke-configs",
                "list the async configs",
                query={"marker": marker, "limit": CONFIGS_A_PAGE},
                whole_function=True,
            )
            return self._session.read(call, wire.page_of_configs)

        def listed() -> tuple[LiveConfig, ...]:
            every = self._paged(page, CONFIGS_A_PAGE, function_urn, "list the async configs")
            found = {live.config.function_urn: live for live in every}
            return tuple(found[urn] for urn in sorted(found))

        return self._unless_gone(function_urn, listed, gone=())

    # API: GET /v2/{project_id}/fgs/functions/{function_urn}/config
    def get_function(self, function_urn: FunctionUrn) -> FunctionFacts | None:
        """A function's own settings, ``None`` when there is no such function or version."""
        try:
            call = call_about("GET", function_urn, "config", "read the settings")
            return self._session.read(call, function_facts)
        except NotFound as error:
            believe(error, codes=_CODES, service="FunctionGraph")
            return None

    # API: GET /v2/{project_id}/fgs/functions
    def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
        """The functions of a project, page by page, each once."""
        operation, resource = "list the functions", f"project {project_id} in {region}"

        def page(marker: int) -> Page[FunctionFacts]:
            call = Call(
                operation,
                resource,
                "GET",
                "functiongraph",
                region,
                path_of("v2", project_id, "fgs", "functions"),
                query=(("marker", str(marker)), ("maxitems", str(FUNCTIONS_A_PAGE))),
                scope=AuthScope("project", project_id),
            )
            return self._session.read(call, page_of_functions)

        seen: set[FunctionUrn] = set()
        for facts in self._paged(page, FUNCTIONS_A_PAGE, resource, operation):
            if facts.urn not in seen:
                seen.add(facts.urn)
                yield facts

    # API: GET /v2/{project_id}/fgs/functions/{function_urn}/aliases
    def list_aliases(self, function_urn: FunctionUrn) -> tuple[Alias, ...]:
        """The aliases of a function, by name; none when the function is gone.

        Raises:
            CloudError: the service did not say.
        """
        call = call_about("GET", function_urn, "aliases", "list the aliases", whole_function=True)
        read = partial(self._session.read, call, partial(aliases, of=function_urn))
        return self._unless_gone(function_urn, read, gone=())

    # API: GET /v2/{project_id}/fgs/triggers/{function_urn}
    def list_triggers(self, function_urn: FunctionUrn) -> tuple[FunctionTrigger | Unfollowed, ...]:
        """What topics, buckets and streams trigger a version or an alias, in the service's order.

        Disabled triggers, and types that no notification reaches, are left out; one whose source
        is not known is reported as such. None when the function is gone.

        Raises:
            CloudError: the service did not say.
        """
        path = path_of("v2", function_urn.project_id, "fgs", "triggers", str(function_urn))
        call = replace(call_about("GET", function_urn, "", "list the triggers"), path=path)
        read = partial(self._session.read, call, partial(triggers, of=function_urn))
        return self._unless_gone(function_urn, read, gone=())

    # API: GET /v2/{project_id}/fgs/service-trusted-agencies
    def list_trusted_agencies(self, *, region: str, project_id: str) -> tuple[str, ...]:
        """Names of the agencies that FunctionGraph may assume, in order; needs no right in IAM.

        The API reference does not describe the call; Huawei Cloud's Terraform provider makes it
        (data source fgs_service_trusted_agencies). Whether another cloud has it is not known.

        Raises:
            Rejected: the cloud has no such call.
            CloudError: the service did not say.
        """
        call = Call(
            "list the agencies that FunctionGraph may assume",
            f"project {project_id} in {region}",
            "GET",
            "functiongraph",
            region,
            path_of("v2", project_id, "fgs", "service-trusted-agencies"),
            scope=AuthScope("project", project_id),
        )
        try:
            return self._session.read(call, trusted_agencies)
        except NotFound as error:
            raise Rejected(
                operation=call.operation,
                resource=call.resource,
                status=error.status,
                code=error.code,
                detail="this cloud has no such call",
                request_id=error.request_id,
            ) from error

    def _paged(
        self,
        page: Callable[[int], Page[_Item]],
        size: int,
        resource: object,
        operation: str,
    ) -> Iterator[_Item]:
        marker, so_far = 0, 0
        before: tuple[_Item, ...] = ()
        for _ in pages(operation, str(resource), before_next=self._before_next):
            found = page(marker)
            yield from found.items
            so_far += len(found.items)
            try:
                following = found.following(marker=marker, so_far=so_far, size=size, before=before)
            except Misread as error:
                raise NotUnderstood(
                    operation=operation, resource=str(resource), detail=f"the list's {error}"
                ) from error
            if following is None:
                return
            marker, before = following, found.items

    def _unless_gone(
        self, function_urn: FunctionUrn, ask: Callable[[], _Value], *, gone: _Gone
    ) -> _Value | _Gone:
        """What a call answers, or what stands for it where the function is gone.

        Raises:
            NotFound: the answer does not say that it is the service's own.
            CloudError: the service did not say.
        """
        try:
            return ask()
        except NotFound as error:
            believe(error, codes=_CODES, service="FunctionGraph")
            return gone
        except (Unauthorized, Unavailable) as error:
            if self._is_gone(function_urn, error):
                return gone
            raise

    def _is_gone(self, function_urn: FunctionUrn, doubtful: CloudError) -> bool:
        """Whether an error that may mean several things means that the function does not exist.

        Deleted functions were seen to answer 401 FSS.0401 and 500 FSS.0500 (Huawei Cloud's
        Terraform provider, resource fgs_function_trigger); the function's own settings tell.
        """
        if doubtful.code not in _GONE:
            return False
        try:
            return self.get_function(function_urn) is None
        except CloudError:
            return False

    def _with_agency(self, function_urn: FunctionUrn, refused: CloudError) -> CloudError:
        try:
            facts = self.get_function(function_urn)
        except CloudError:
            return refused
        if facts is None:
            return refused
        return changed(refused, hint=remedies.agency(facts.xrole or facts.app_xrole or ""))


def _no_function(call: Call, refused: CloudError) -> NotFound:
    return NotFound(
        operation=call.operation,
        resource=call.resource,
        status=refused.status,
        code=refused.code,
        detail="there is no such function",
        request_id=refused.request_id,
        hint="Check region, project, package and name of its URN",
    )


def call_about(
    method: Method,
    function_urn: FunctionUrn,
    leaf: str,
    operation: str,
    *,
    query: Mapping[str, object] | None = None,
    body: Mapping[str, object] | None = None,
    hidden: tuple[str, ...] = (),
    whole_function: bool = False,
) -> Call:
    """A call about one function version, or about a function whatever its version."""
    named = function_urn.function if whole_function else str(function_urn)
    return Call(
        operation,
        named,
        method,
        "functiongraph",
        function_urn.region,
        path_of("v2", function_urn.project_id, "fgs", "functions", named, leaf),
        query=tuple((key, str(value)) for key, value in (query or {}).items()),
        body=body,
        scope=AuthScope("project", function_urn.project_id),
        hidden=hidden,
    )
