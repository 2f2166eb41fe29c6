"""DIS v2: whether a stream is there, and whether it takes records."""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it

from __future__ import annotations

from pulumi_functiongraph.cloud.http.call import AuthScope, Call, path_of
from pulumi_functiongraph.cloud.http.json_fields import JsonFields
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.agencies import StreamFacts
from pulumi_functiongraph.core.errors import NotFound

NO_STREAM = "DIS.4301"
"""The code of a 400 about a stream; DIS API reference, "Error Codes"."""


class Dis:
    """The call that finds out about a stream."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # API: GET /v2/{project_id}/streams/{stream_name}
    def get_stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        """A stream, ``None`` when DIS says that there is none.

        Raises:
            CloudError: the service did not say.
        """
        call = Call(
            "look at the stream",
            name,
            "GET",
            "dis",
            region,
            path_of("v2", project_id, "streams", name),
            scope=AuthScope("project", project_id),
        )
        try:
            return self._session.read(call, _stream)
        except NotFound as error:
            if error.code == NO_STREAM:
                return None
            raise


def _stream(content: object) -> StreamFacts:
    fields = JsonFields.of(content)
    return StreamFacts(fields.text("stream_name"), fields.text("status"))
