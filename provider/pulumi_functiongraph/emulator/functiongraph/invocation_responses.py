"""Invocations and the asynchronous requests among them: one handler an operation.

FunctionGraph API reference, "Executing a Function Synchronously", "Executing a Function
Asynchronously", "Querying Asynchronous Invocation Requests" and "Stopping an Asynchronous
Invocation Request".
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from pulumi_functiongraph.emulator.functiongraph import checks, errors, traffic
from pulumi_functiongraph.emulator.functiongraph.invocation_requests import (
    SynchronousCall,
    named_versions,
    read_event,
    read_ids,
    read_selection,
    read_synchronous_call,
    referenced_function,
)
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.requests import referenced
from pulumi_functiongraph.emulator.http import errors as gateway
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, HeaderPairs, JsonObject, json_answer
from pulumi_functiongraph.emulator.invocations import acceptance, cancellation, queue
from pulumi_functiongraph.emulator.invocations.listing import Summary, list_requests
from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.invocations.request import Arrival
from pulumi_functiongraph.emulator.invocations.runner import Invocation
from pulumi_functiongraph.emulator.invocations.runs import REQUESTS
from pulumi_functiongraph.emulator.invocations.scripts import Script, script_of
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_PAGE, MAX_PAGE = 100, 500
"""Requests a page; "Querying Asynchronous Invocation Requests", Table 2."""

LOG_TAIL = 2000
"""Bytes of a log that are answered; "Executing a Function Synchronously", Table 4."""

FUNCTION_ERROR_CODE = 4001
"""What `X-Func-Err-Code` says of an error of the function; ours."""


async def invoke_function(call: Call) -> Answer:
    """Run a function once, and answer with what it returns.

    It is no request: it is not retried, nobody is notified, and only the journal tells of it.
    """
    wanted = read_synchronous_call(call.request.headers)
    event = read_event(call.request.body)
    request_id = acceptance.request_id(call.cloud.intake().new_id)
    version, script = call.cloud.store.read(lambda c: _invoked(c, call, request_id))
    invocation = Invocation(request_id, event, memory_mib=wanted.memory_mib)
    outcome = await call.cloud.runner.run_version(
        version, script, invocation, project=call.known_project()
    )
    if outcome.result is Result.SYSTEM_ERROR:
        raise errors.INTERNAL.error(outcome.error)
    memory = wanted.memory_mib or version.document.get("memory_size")
    headers = _headers(outcome, wanted, request_id, memory)
    if wanted.version == "v0":
        body = outcome.payload.encode()
        return Answer(200, body, (("Content-Type", "application/json"), *headers))
    return json_answer(_document(outcome, wanted, request_id), headers=headers)


async def async_invoke_function(call: Call) -> Answer:
    """Keep a request for later: 202, once it is kept."""
    event = read_event(call.request.body)

    def accept(connection: Connection) -> str:
        intake = call.cloud.intake()
        arrival = Arrival(event, id=acceptance.request_id(intake.new_id))
        version, _ = _invoked(connection, call, arrival.id)
        return acceptance.accept(connection, version, arrival, intake, project=call.known_project())

    accepted = await call.cloud.store.write(accept)
    return json_answer({"request_id": accepted}, status=202)


async def list_async_invocations(call: Call) -> Answer:
    """A page of a function's asynchronous requests, those of the last hour by default."""
    identifier = call.query.get("request_id", "")
    return _page(call, ids=frozenset({identifier}) if identifier else None, only_active=False)


async def list_active_async_invocations(call: Call) -> Answer:
    """The same of requests that are not over; known on Huawei Cloud only."""
    if call.cloud.flavour.name != "huawei":
        raise gateway.UNKNOWN_API.error()
    return _page(call, ids=read_ids(call.query), only_active=True)


async def cancel_async_invocation(call: Call) -> Answer:
    """Stop a request; `force` ends its run, `recursive` that and all that follows from it.

    Without either, a run that has begun may end by itself, and succeed.
    """
    reference, project = referenced_function(call), call.known_project()
    fields = checks.read_object(call.request.body)
    identifier = checks.read_text(fields, "request_id") or ""
    how = checks.read_text(fields, "type") or ""
    if how not in {"", "force", "recursive"}:
        raise errors.INVALID_PARAMETER.error("Invalid parameter: type must be force or recursive")

    def change(connection: Connection) -> list[int]:
        versions = named_versions(connection, project, reference)
        function = (project.id, reference.package, reference.name)
        request = queue.find_of_function(connection, function, identifier)
        if request is None or (versions is not None and request.version not in versions):
            raise errors.INVALID_PARAMETER.error("Invalid RequestId")
        if how == "recursive":
            found = cancellation.cancel_with_what_follows(connection, request, now=call.now)
            return [each.number for each in found]
        cancellation.cancel(connection, request, now=call.now)
        return [request.number]

    numbers = await call.cloud.store.write(change)
    for number in numbers if how else []:
        await call.cloud.dispatcher.interrupt(REQUESTS, number)
    return json_answer(None)


def _invoked(connection: Connection, call: Call, request_id: str) -> tuple[StoredVersion, Script]:
    """What an invocation runs.

    Raises:
        errors.CANNOT_RUN: the local cloud cannot run it.
    """
    version = traffic.invoked_version(
        connection,
        call.known_project(),
        referenced(call),
        request_id=request_id,
        headers=call.request.headers,
    )
    script = script_of(connection, version.function)
    obstacle = call.cloud.runner.obstacle(connection, version, script)
    if obstacle is not None:
        raise errors.CANNOT_RUN.error(obstacle)
    return version, script


def _headers(
    outcome: Outcome, wanted: SynchronousCall, request_id: str, memory: object
) -> HeaderPairs:
    failed = outcome.result is not Result.SUCCESS
    summary = {
        "duration": outcome.milliseconds,
        "billingDuration": outcome.milliseconds,
        "memorySize": memory,
        "memoryUsed": outcome.memory_mib,
    }
    log = base64.b64encode(_tail(outcome.log)).decode()
    return (
        ("X-Cff-Request-Id", request_id),
        ("X-Cff-Invoke-Summary", json.dumps(summary, separators=(",", ":"))),
        ("X-CFF-Billing-Duration", str(outcome.milliseconds)),
        ("X-Cff-Response-Version", wanted.version),
        ("X-Func-Err-Code", str(FUNCTION_ERROR_CODE if failed else 0)),
        ("X-Is-Func-Err", str(failed).lower()),
        *((("X-Cff-Function-Log", log),) if wanted.wants_log else ()),
    )


def _document(outcome: Outcome, wanted: SynchronousCall, request_id: str) -> JsonObject:
    return {
        "request_id": request_id,
        "result": outcome.payload,
        "log": _tail(outcome.log).decode("utf-8", "replace") if wanted.wants_log else "",
        "status": 200 if outcome.result is Result.SUCCESS else 500,
    }


def _tail(log: str) -> bytes:
    return log.encode("utf-8", "replace")[-LOG_TAIL:]


def _page(call: Call, *, ids: frozenset[str] | None, only_active: bool) -> Answer:
    selection = read_selection(call, ids=ids, only_active=only_active)
    first = checks.read_marker(call.query)
    most = checks.read_limit(call.query, "limit", default=DEFAULT_PAGE, high=MAX_PAGE)
    running = frozenset(call.cloud.requests.running)
    found, count = call.cloud.store.read(
        lambda c: list_requests(c, selection, running=running, first=first, most=most)
    )
    behind = first + len(found)
    at_end = behind >= count and call.cloud.options.list_end == "zero"
    return json_answer(
        {
            "invocations": [_listed(each) for each in found],
            "count": count,
            "next_marker": 0 if at_end else behind,
        }
    )


def _listed(request: Summary) -> Mapping[str, object]:
    return {
        "request_id": request.id,
        "status": request.status,
        "error_message": request.error,
        "error_code": request.error_code,
        "start_time": _time(request.started_at),
        "end_time": "" if request.finished_at is None else _time(request.finished_at),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
