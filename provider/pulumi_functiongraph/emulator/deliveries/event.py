"""The notification event: the JSON that a target receives once a request is over.

Sources: FunctionGraph user guide, "Configuring Asynchronous Execution Notification", Table 2 and
its example (documented); an event of the live service of Open Telekom Cloud, July 2025, in the
tests of its community's FunctionGraph Java runtime (seen). What both leave open is an option.
"""

import json
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations.decision import Condition
from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.options import Options

MAX_ANSWER = 256 * 1024
"""Bytes of an asynchronous function's answer; for a larger one the event has an empty one.

FunctionGraph user guide of Huawei Cloud, "Asynchronous Notification Policy", Table 1.
"""

OK, SYSTEM_ERROR = 200, 500
"""`status_code`: 200, or "a system error occurred" (Table 2). Of those, 500 was seen."""


class ErrorType(StrEnum):
    """`request_context.condition`, the "invocation error type": no document lists its values."""

    NONE = ""
    """Documented: the example."""
    FUNCTION_ERROR = "UnhandledInvocationError"
    """Seen, after an exception in the code."""
    SYSTEM_ERROR = "SystemError"
    """Ours."""
    EXPIRED = "EventAgeExceeded"
    """Ours: the request was discarded because it waited for longer than it was valid."""


def event_text(request: Request, options: Options, *, zone: tzinfo, limit: int | None) -> str:
    """The event as it is delivered.

    One that is too long for its target is told without the request's payload, and then without
    the answer, so that no notification is lost by its size. Ours: no document speaks of it.

    Args:
        request: what is told of.
        options: what documents leave open.
        zone: whose offset `timestamp` has; seen is the region's own time.
        limit: bytes that the target takes, None for any number.
    """
    event = notification_event(request, options, zone=zone)
    if limit is None:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    for left_out in ("request_payload", "response_payload"):
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode(errors="surrogatepass")) <= limit:
            return text
        event[left_out] = ""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def notification_event(request: Request, options: Options, *, zone: tzinfo) -> JsonObject:
    """The event, its keys in the order of the manual."""
    outcome, attempts = request.outcome, request.progress.attempts
    # Of a request that never ran, when it was accepted (ours).
    started_at = request.first_started_at or request.progress.accepted_at
    return {
        "timestamp": _timestamp(started_at, options, zone),
        "request_context": {
            "request_id": request.id,
            "function_urn": request.function_urn,
            "condition": str(_error_type(request)),
            "approximate_invoke_count": options.event_first_attempt if attempts == 1 else attempts,
        },
        "request_payload": request.payload,
        "response_context": _response_context(outcome, options),
        "response_payload": "" if outcome is None else _answer(outcome.payload),
    }


def _error_type(request: Request) -> ErrorType:
    if request.condition in {None, Condition.SUCCESS}:
        return ErrorType.NONE
    if request.condition is Condition.EXPIRED or request.outcome is None:
        return ErrorType.EXPIRED
    by_system = request.outcome.result is Result.SYSTEM_ERROR
    return ErrorType.SYSTEM_ERROR if by_system else ErrorType.FUNCTION_ERROR


def _response_context(outcome: Outcome | None, options: Options) -> JsonObject:
    if outcome is not None and outcome.result is Result.SUCCESS:
        return {"status_code": OK, "function_error": ""}
    by_field = options.event_function_error == "field"
    if by_field and outcome is not None and outcome.result is Result.FUNCTION_ERROR:
        return {"status_code": OK, "function_error": outcome.error}
    return {"status_code": SYSTEM_ERROR, "function_error": ""}


def _answer(payload: str) -> str:
    """A text as it is, as in the manual's example; any other value as JSON text."""
    if len(payload.encode(errors="surrogatepass")) > MAX_ANSWER:
        return ""
    return str(json.loads(payload)) if payload.startswith('"') else payload


def _timestamp(moment: datetime, options: Options, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    match options.event_timestamp:
        case "nanoseconds":
            text = local.isoformat(timespec="microseconds")
            return f"{text[:26]}000{text[26:]}"
        case "milliseconds":
            return f"{_clock_time(moment.astimezone(UTC))}Z"
        case "example":
            return f"{_clock_time(local)}Z{local.isoformat()[-6:]}"


def _clock_time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
