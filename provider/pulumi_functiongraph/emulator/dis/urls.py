"""DIS's routes, as the API reference gives them."""

from functools import partial

from pulumi_functiongraph.emulator.dis import errors, responses
from pulumi_functiongraph.emulator.http.routing import Route, Service

SERVICE = Service(name="dis", forbidden=errors.FORBIDDEN, too_large=errors.BODY_TOO_LARGE)

_STREAMS = "/v2/{project_id}/streams"
_STREAM = f"{_STREAMS}/{{stream_name}}"
_RECORDS = "/v2/{project_id}/records"

_route = partial(Route, SERVICE)

ROUTES = (
    _route("POST", _STREAMS, responses.create_stream),
    _route("DELETE", _STREAM, responses.delete_stream),
    _route("POST", _RECORDS, responses.send_records, needs=responses.needs_of),
    _route("GET", _STREAMS, responses.list_streams),
    _route("GET", _STREAM, responses.describe_stream),
)
