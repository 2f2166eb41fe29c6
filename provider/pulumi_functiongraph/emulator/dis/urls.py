"""DIS's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.dis import errors, record_responses, responses
from pulumi_functiongraph.emulator.http.routing import Route, Service

SERVICE = Service(name="dis", forbidden=errors.FORBIDDEN, too_large=errors.BODY_TOO_LARGE)

_STREAMS = "/v2/{project_id}/streams"

ROUTES = (
    Route(SERVICE, "POST", _STREAMS, "CreateStream", record_responses.create_stream),
    Route(
        SERVICE,
        "DELETE",
        f"{_STREAMS}/{{stream_name}}",
        "DeleteStream",
        record_responses.delete_stream,
    ),
    Route(
        SERVICE,
        "POST",
        "/v2/{project_id}/records",
        "SendRecords",
        record_responses.send_records,
        needs=record_responses.needs_of,
    ),
    Route(SERVICE, "GET", _STREAMS, "ListStreams", responses.list_streams),
    Route(
        SERVICE, "GET", f"{_STREAMS}/{{stream_name}}", "DescribeStream", responses.describe_stream
    ),
)
