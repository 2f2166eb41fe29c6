"""The notification event: the JSON that a target receives after an asynchronous invocation.

Sources: FunctionGraph user guide, "Configuring Asynchronous Execution Notification", Table 2 and
its example; the FunctionGraph Java runtime of the Open Telekom Cloud community, whose class
``AsyncEventNotification`` binds what the service really sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NoReturn, Self

from pydantic import (
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.validation import Value, integer, problems, refusal, text

OK = 200
"""The status code of a function that ran; any other one is a system error (Table 2)."""

_TIMESTAMP_PATTERN = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|Z?[+-][0-9]{2}:[0-9]{2})$"
)
_TIMESTAMP_RULE = (
    "expected a date, a time and an offset, such as 2020-08-20T12:00:00.000Z or "
    "2025-07-28T11:47:56.893440057+02:00 (FunctionGraph user guide, "
    '"Configuring Asynchronous Execution Notification")'
)


def _instant(timestamp: str) -> datetime:
    """The instant that a timestamp names, cut to microseconds.

    Raises:
        ValueError: it names none, or names a local time without saying where.
    """
    instant = datetime.fromisoformat(re.sub(r"Z(?=[+-])", "", timestamp))
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant


def _timestamp(value: object) -> str:
    spelled = text(value)
    try:
        _instant(spelled)
    except ValueError:
        raise refusal("is not a time with an offset", _TIMESTAMP_RULE) from None
    return spelled


def _decoded(payload: str) -> JsonValue:
    """The JSON value that a payload spells, or the payload itself where it is not JSON."""
    try:
        value: JsonValue = json.loads(payload, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return payload
    return value


def _no_json(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's parser takes and JSON does not have."""
    raise ValueError(constant)


class _EventPart(Value):
    """A part of the event: keys as the service spells them, new ones ignored, null is absence."""

    model_config = ConfigDict(alias_generator=None, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, fields: object) -> object:
        if not isinstance(fields, Mapping):
            return fields
        return {key: field for key, field in fields.items() if field is not None}


class RequestContext(_EventPart):
    """What was asked of which function."""

    request_id: Annotated[str, BeforeValidator(text)] = Field(
        description="Id of the asynchronous invocation request."
    )
    function_urn: Annotated[str, BeforeValidator(text)] = Field(
        description="URN of the function that was invoked, with its version."
    )
    condition: Annotated[str, BeforeValidator(text)] = Field(
        default="",
        description="Invocation error type, empty after a success; its vocabulary is not "
        "documented.",
    )
    approximate_invoke_count: Annotated[int, BeforeValidator(integer)] = Field(
        default=0,
        description="Number of invocations so far; the function was retried when it is greater "
        "than 1.",
    )


class ResponseContext(_EventPart):
    """How the invocation ended."""

    status_code: Annotated[int, BeforeValidator(integer)] = Field(
        validation_alias=AliasChoices("status_code", "statusCode"),
        description="Status of the invocation, 200 when the function ran; any other one is "
        "documented as a system error, but 500 was seen where the code had failed.",
    )
    function_error: Annotated[str, BeforeValidator(text)] = Field(
        default="", description="What went wrong inside the function, empty when nothing did."
    )


class NotificationEvent(_EventPart):
    """What a target receives after an asynchronous invocation."""

    # Both payloads stay out of repr, and so out of logs: they hold the users' own data.
    timestamp: Annotated[str, BeforeValidator(_timestamp)] = Field(
        json_schema_extra={"pattern": _TIMESTAMP_PATTERN},
        description="Time when the invocation started, to the letter as the service wrote it: "
        "ISO 8601 with an offset and up to nanoseconds. Where both Z and an offset stand "
        "(2020-08-20T12:00:00.000Z+08:00, malformed, in the user guide) the offset is meant.",
    )
    request_context: RequestContext = Field(description="What was asked of which function.")
    request_payload: Annotated[str, BeforeValidator(text)] = Field(
        default="",
        repr=False,
        description="The payload of the request, as a rule JSON in a string.",
    )
    response_context: ResponseContext = Field(description="How the invocation ended.")
    response_payload: Annotated[str, BeforeValidator(text)] = Field(
        default="",
        repr=False,
        description="What the function returned, as a rule JSON in a string; empty when that was "
        "more than 256 KB.",
    )

    @classmethod
    def parse(cls, event: bytes | bytearray | str | Mapping[str, Any]) -> Self:
        """Read an event: the object of an OBS bucket, the text of a message, a function's event.

        Raises:
            InvalidInput: it is no notification event; holds every problem, and no payload.
        """
        fields = event if isinstance(event, Mapping) else _object(event)
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            found = tuple(problems(error))
        raise InvalidInput(found)

    @property
    def started_at(self) -> datetime:
        """When the invocation started, cut to microseconds, with the service's offset."""
        return _instant(self.timestamp)

    @property
    def succeeded(self) -> bool:
        """Whether the function ran and reported no error."""
        return self.response_context.status_code == OK and not self.response_context.function_error

    @property
    def retried(self) -> bool:
        """Whether the function was run more than once for this request, as far as its count tells.

        Documented is "greater than 1"; after one run 0 has been seen.
        """
        return self.request_context.approximate_invoke_count > 1

    @property
    def source(self) -> FunctionUrn | None:
        """The function version that was invoked, ``None`` where its URN has an unknown form."""
        try:
            return FunctionUrn.parse(self.request_context.function_urn)
        except InvalidInput:
            return None

    @property
    def request(self) -> JsonValue:
        """The payload of the request, decoded where it is JSON."""
        return _decoded(self.request_payload)

    @property
    def response(self) -> JsonValue:
        """What the function returned, decoded where it is JSON."""
        return _decoded(self.response_payload)


def _object(event: object) -> Mapping[str, Any]:
    """The JSON object that bytes or a string spell."""
    if not isinstance(event, bytes | bytearray | str):
        raise _no_event("is not text, bytes or a mapping")
    try:
        value = json.loads(event)
    except (ValueError, RecursionError):
        raise _no_event("is not JSON") from None
    if not isinstance(value, dict):
        raise _no_event("is JSON, but not an object")
    return value


def _no_event(what: str) -> InvalidInput:
    expected = "expected a JSON object with timestamp, request_context and response_context"
    return InvalidInput([Problem("event", what, expected)])
