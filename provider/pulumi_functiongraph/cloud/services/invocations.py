"""FunctionGraph v2: invocations, and what became of asynchronous requests.

Source: FunctionGraph API reference, "Executing a Function Synchronously", "Executing a Function
Asynchronously", "Querying Asynchronous Invocation Requests".
"""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it
from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.cloud.http.call import Answer
from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Misread
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import call_about
from pulumi_functiongraph.core.names import FunctionUrn

SYNCHRONOUS_SECONDS = 900.0
"""For a function to answer; ours. Functions that run for longer are invoked asynchronously."""

LISTED = timedelta(hours=1)
"""Before now, unless a begin is named; "Querying Asynchronous Invocation Requests", Table 2."""

Status = Literal["WAIT", "RUNNING", "SUCCESS", "FAIL", "DISCARD"]
"""States of a request; "Querying Asynchronous Invocation Requests"."""

_STATUSES: tuple[Status, ...] = get_args(Status)


class Returned(msgspec.Struct, frozen=True):
    """What came of a synchronous invocation.

    Attributes:
        request_id: of the invocation, empty when the service did not say.
        failed: whether the function itself failed.
        text: what it returned; of a failure, what describes it.
    """

    request_id: str
    failed: bool
    text: str


class Requested(msgspec.Struct, frozen=True):
    """What a list says of an asynchronous request.

    Attributes:
        request_id: of the request.
        status: its state.
        error: why it failed or was discarded, empty otherwise.
    """

    request_id: str
    status: Status
    error: str

    @property
    def is_over(self) -> bool:
        """Whether it neither waits nor runs."""
        return self.status not in {"WAIT", "RUNNING"}


class Invocations:
    """Running functions, at once or later."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # API: POST /v2/{project_id}/fgs/functions/{function_urn}/invocations
    def invoke(self, function_urn: FunctionUrn, event: Mapping[str, object]) -> Returned:
        """Run a function once and wait for what it returns.

        Raises:
            CloudError: the service did not run it, or did not say.
        """
        call = replace(
            call_about("POST", function_urn, "invocations", "make an invocation", body=event),
            seconds=SYNCHRONOUS_SECONDS,
            is_free_form=True,
        )
        return _returned(self._session.send(call, deadline=SYNCHRONOUS_SECONDS))

    # API: POST /v2/{project_id}/fgs/functions/{function_urn}/invocations-async
    def invoke_async(self, function_urn: FunctionUrn, event: Mapping[str, object]) -> str:
        """Have a function run later, and return the id of the request.

        Raises:
            CloudError: the service did not accept it, or did not say.
        """
        operation = "queue an invocation"
        call = call_about("POST", function_urn, "invocations-async", operation, body=event)
        return self._session.read(call, lambda content: JsonFields.of(content).text("request_id"))

    # API: GET /v2/{project_id}/fgs/functions/{function_urn}/async-invocations
    def find_request(
        self, function_urn: FunctionUrn, request_id: str, *, since: datetime | None = None
    ) -> Requested | None:
        """An asynchronous request, ``None`` when the service does not list it.

        Args:
            function_urn: what it runs.
            request_id: its id.
            since: a time before it was queued; `LISTED` ago when left out.

        Raises:
            CloudError: the service did not say.
        """
        operation = f"read the request {request_id}"
        query = {"request_id": request_id}
        if since is not None:
            query["query_begin_time"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        call = call_about("GET", function_urn, "async-invocations", operation, query=query)
        return self._session.read(call, lambda content: _requested(content, request_id))


def _returned(answer: Answer) -> Returned:
    headers = answer.headers
    text = answer.body.decode("utf-8", "replace")
    failed = headers.get("x-is-func-err", "").lower() == "true"
    failed |= headers.get("x-func-err-code", "0") not in {"", "0"}
    content = answer.content
    if headers.get("x-cff-response-version") == "v1" and isinstance(content, Mapping):
        result = content.get("result")
        text = result if isinstance(result, str) else json.dumps(result)
        failed |= content.get("status") not in {None, 200}
    request_id = headers.get("x-cff-request-id", "") or answer.request_id
    return Returned(request_id, failed, text)


def _requested(content: object, request_id: str) -> Requested | None:
    for each in JsonFields.of(content).listed("invocations"):
        if each.text("request_id") == request_id:
            named = each.text("status").upper()
            status = next((known for known in _STATUSES if known == named), None)
            if status is None:
                raise Misread(each.name("status"), "is none of those that are documented")
            return Requested(request_id, status, each.optional("error_message"))
    return None
