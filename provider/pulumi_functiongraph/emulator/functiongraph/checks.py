"""Reading of fields from a JSON body, as strictly as a typed server reads them."""

import re
from collections.abc import Mapping

from pulumi_functiongraph.emulator.exchange import JsonObject, NotJsonError, parse_json
from pulumi_functiongraph.emulator.functiongraph.exceptions import (
    InvalidParameterError,
    InvalidQueryError,
    NotJsonBodyError,
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
MAX_MARKER_LENGTH = 64
"""Characters; API reference, "Querying … All Versions", Table 2."""


def read_object(body: bytes) -> JsonObject:
    """The JSON object in a request's body.

    Raises:
        NotJsonBodyError: it is not JSON.
        InvalidParameterError: it is JSON, but not an object.
    """
    try:
        document = parse_json(body)
    except NotJsonError:
        raise NotJsonBodyError("Not acceptable: the request body is not JSON") from None
    if not isinstance(document, dict):
        raise InvalidParameterError("Invalid parameter: the request body is not a JSON object")
    return document


def read_integer(
    fields: Mapping[str, object],
    name: str,
    *,
    low: int,
    high: int,
    error: type[InvalidParameterError] = InvalidParameterError,
) -> int | None:
    """An integer from `low` to `high`, or None when absent or null; true is no integer."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise error(f"Invalid parameter: {name} must be an integer from {low} to {high}")
    return value


def read_text(
    fields: Mapping[str, object],
    name: str,
    *,
    error: type[InvalidParameterError] = InvalidParameterError,
) -> str | None:
    """A string, or None when absent or null."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise error(f"Invalid parameter: {name} must be a string")
    return value


def read_flag(fields: Mapping[str, object], name: str) -> bool | None:
    """A boolean, or None when absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise InvalidParameterError(f"Invalid parameter: {name} must be a boolean")


def read_object_field(fields: Mapping[str, object], name: str) -> JsonObject | None:
    """An object, or None when absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise InvalidParameterError(f"Invalid parameter: {name} must be an object")


def read_limit(query: Mapping[str, str], name: str, *, default: int, high: int) -> int:
    """A page size by the API's rule: absent or 0 is the default, more than `high` is `high`."""
    limit = _read_query_integer(query, name, default=0)
    return min(limit, high) or default


def read_marker(query: Mapping[str, str]) -> int:
    """The offset at which a page starts; absent is 0."""
    return _read_query_integer(query, "marker", default=0)


def _read_query_integer(query: Mapping[str, str], name: str, *, default: int) -> int:
    text = query.get(name, "")
    if text == "":
        return default
    if len(text) > MAX_MARKER_LENGTH or _INTEGER.fullmatch(text) is None or int(text) < 0:
        raise InvalidQueryError(f"Invalid query parameter: {name} must be an integer of at least 0")
    return int(text)
