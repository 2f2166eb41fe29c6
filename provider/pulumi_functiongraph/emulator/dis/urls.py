"""DIS's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.dis import exceptions, responses
from pulumi_functiongraph.emulator.routing import Route, Service

SERVICE = Service(
    name="dis", forbidden=exceptions.ForbiddenError, too_large=exceptions.BodyTooLargeError
)

_STREAMS = "/v2/{project_id}/streams"

ROUTES = (
    Route(SERVICE, "GET", _STREAMS, "ListStreams", responses.list_streams),
    Route(
        SERVICE, "GET", f"{_STREAMS}/{{stream_name}}", "DescribeStream", responses.describe_stream
    ),
)
