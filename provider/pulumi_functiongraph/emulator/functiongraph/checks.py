"""Reading of fields from a JSON body, as strictly as a typed server reads them."""

import re
from collections.abc import Mapping

from pulumi_functiongraph.emulator.functiongraph import errors
from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import JsonObject, NotJsonError, parse_json

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
MAX_MARKER_LENGTH = 64
"""Characters; API reference, "Querying … All Versions", Table 2."""


def read_object(body: bytes) -> JsonObject:
    """The JSON object in a request's body.

    Raises:
        errors.NOT_JSON_BODY: it is not JSON.
        errors.INVALID_PARAMETER: it is JSON, but not an object.
    """
    try:
        document = parse_json(body)
    except NotJsonError:
        raise errors.NOT_JSON_BODY.error() from None
    if not isinstance(document, dict):
        raise errors.INVALID_PARAMETER.error(
            "Invalid parameter: the request body is not a JSON object"
        )
    return document


def read_integer(
    fields: Mapping[str, object],
    name: str,
    *,
    low: int,
    high: int,
    refusal: Refusal = errors.INVALID_PARAMETER,
) -> int | None:
    """An integer from `low` to `high`, or None when absent or null; true is no integer."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise refusal.error(f"Invalid parameter: {name} must be an integer from {low} to {high}")
    return value


def read_text(
    fields: Mapping[str, object],
    name: str,
    *,
    refusal: Refusal = errors.INVALID_PARAMETER,
) -> str | None:
    """A string, or None when absent or null."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise refusal.error(f"Invalid parameter: {name} must be a string")
    return value


def read_flag(fields: Mapping[str, object], name: str) -> bool | None:
    """A boolean, or None when absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise errors.INVALID_PARAMETER.error(f"Invalid parameter: {name} must be a boolean")


def read_object_field(fields: Mapping[str, object], name: str) -> JsonObject | None:
    """An object, or None when absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise errors.INVALID_PARAMETER.error(f"Invalid parameter: {name} must be an object")


def read_limit(query: Mapping[str, str], name: str, *, default: int, high: int) -> int:
    """A page size by the API's rule: absent or 0 is the default, more than `high` is `high`."""
    limit = _read_query_integer(query, name)
    return min(limit, high) or default


def read_marker(query: Mapping[str, str]) -> int:
    """The offset at which a page starts; absent is 0."""
    return _read_query_integer(query, "marker")


def _read_query_integer(query: Mapping[str, str], name: str) -> int:
    text = query.get(name) or "0"
    if len(text) > MAX_MARKER_LENGTH or _INTEGER.fullmatch(text) is None or int(text) < 0:
        raise errors.INVALID_QUERY.error(
            f"Invalid query parameter: {name} must be an integer of at least 0"
        )
    return int(text)
