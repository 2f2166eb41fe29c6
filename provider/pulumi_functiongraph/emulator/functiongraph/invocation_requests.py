"""What a request for an invocation, or for invocations, says."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from pulumi_functiongraph.emulator.clock import FIRST
from pulumi_functiongraph.emulator.functiongraph import errors, models, stored_aliases
from pulumi_functiongraph.emulator.functiongraph.functions import MEMORY_SIZES
from pulumi_functiongraph.emulator.functiongraph.names import Reference
from pulumi_functiongraph.emulator.functiongraph.requests import referenced
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import NotJsonError, parse_json
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations.decision import Status
from pulumi_functiongraph.emulator.invocations.listing import Selection
from pulumi_functiongraph.emulator.state.store import Connection

WINDOW = timedelta(hours=1)
"""Before now; API reference, "Querying Asynchronous Invocation Requests", Table 2. That there
is no such window where requests are named is ours."""

LARGE_MEMORY_SIZES = frozenset({8192, 10240})
"""MiB that only `X-Cff-Instance-Memory` can ask for; "Executing a Function Synchronously"."""

MAX_IDS = 10
"""Requests that one query may name; huaweicloudsdkfunctiongraph, ListActiveAsyncInvocations."""

VERSIONS = frozenset({"v0", "v1"})


def read_event(body: bytes) -> str:
    """The event of an invocation, JSON text as it was sent; no body is an empty object.

    The reference speaks of an object; clients have been seen to send other values.

    Raises:
        errors.NOT_JSON_BODY: the body is not JSON.
    """
    if not body:
        return "{}"
    try:
        parse_json(body)
    except NotJsonError:
        raise errors.NOT_JSON_BODY.error() from None
    return body.decode()


class SynchronousCall(msgspec.Struct, frozen=True):
    """How a synchronous invocation is to be made and answered."""

    version: str
    """Form of the answer: v0 is what the function returns, v1 a JSON object."""
    wants_log: bool
    memory_mib: int | None
    """None is what the function is configured with."""


def read_synchronous_call(headers: Mapping[str, str]) -> SynchronousCall:
    """What the headers of a synchronous invocation ask for.

    Raises:
        errors.INVALID_PARAMETER: a header has none of its documented values.
    """
    version = headers.get("x-cff-request-version") or "v0"
    if version not in VERSIONS:
        raise errors.INVALID_PARAMETER.error("Invalid X-CFF-Request-Version: must be v0 or v1")
    memory = headers.get("x-cff-instance-memory", "").replace(",", "")
    sizes = {str(size): size for size in MEMORY_SIZES | LARGE_MEMORY_SIZES}
    if memory and memory not in sizes:
        raise errors.INVALID_PARAMETER.error("Invalid X-Cff-Instance-Memory")
    wants_log = headers.get("x-cff-log-type", "").lower() == "tail"
    return SynchronousCall(version, wants_log, sizes.get(memory))


def read_selection(call: Call, *, ids: frozenset[str] | None, only_active: bool) -> Selection:
    """The asynchronous requests that a query asks for.

    Raises:
        errors.FUNCTION_OF_REQUESTS_NOT_FOUND: there is no such function.
        errors.INVALID_QUERY: a status or a time cannot be read.
    """
    reference, project = referenced_function(call), call.known_project()
    versions = call.read(named_versions, project, reference)
    window = call.now - WINDOW if ids is None else FIRST
    return Selection(
        project_id=project.id,
        package=reference.package,
        name=reference.name,
        begin=_read_time(call.query, "query_begin_time", default=window),
        end=_read_time(call.query, "query_end_time", default=call.now),
        versions=versions,
        ids=ids,
        status=_read_status(call.query),
        only_active=only_active,
    )


def read_ids(query: Mapping[str, str]) -> frozenset[str] | None:
    """The ids that a query names in `requests`, separated by commas; None without any.

    Raises:
        errors.INVALID_QUERY: it names too many.
    """
    named = query.get("requests", "")
    ids = frozenset(named.split(","))
    if len(ids) > MAX_IDS:
        raise errors.INVALID_QUERY.error(
            f"Invalid query parameter: requests must name at most {MAX_IDS} requests"
        )
    return ids if named else None


def referenced_function(call: Call) -> Reference:
    """The function that the path names, whose absence is worded as for its requests."""
    try:
        return referenced(call)
    except ServiceError as error:
        raise reworded(error) from None


def reworded(error: ServiceError) -> ServiceError:
    """A refusal as the operations on asynchronous requests word it."""
    missing = (errors.FUNCTION_NOT_FOUND, errors.VERSION_NOT_FOUND, errors.ALIAS_NOT_FOUND)
    if any(error.means(each) for each in missing):
        return errors.FUNCTION_OF_REQUESTS_NOT_FOUND.error()
    return error


def named_versions(
    connection: Connection, project: Project, reference: Reference
) -> frozenset[str] | None:
    """The versions that a reference means: all that an alias names, or None for every one.

    Raises:
        errors.FUNCTION_OF_REQUESTS_NOT_FOUND: there is no such function, version or alias.
    """
    try:
        latest = models.find_latest(connection, project, reference)
        if not reference.explicit:
            return None
        if reference.alias is None:
            return frozenset({models.resolve(connection, project, reference).version})
        alias = stored_aliases.find_alias(connection, latest.function, reference.alias)
    except ServiceError as error:
        raise reworded(error) from None
    return frozenset({alias.version, *stored_aliases.further_versions(alias.document)})


def _read_status(query: Mapping[str, str]) -> Status | None:
    text = query.get("status", "")
    try:
        return Status(text) if text else None
    except ValueError:
        raise errors.INVALID_QUERY.error(
            f"Invalid query parameter: status must be one of {', '.join(Status)}"
        ) from None


def _read_time(query: Mapping[str, str], name: str, *, default: datetime) -> datetime:
    """A time in UTC; one with an offset is taken, too."""
    text = query.get(name, "")
    if not text:
        return default
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise errors.INVALID_QUERY.error(
            f"Invalid query parameter: {name} must be a time such as 2026-01-31T12:00:00, in UTC"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
