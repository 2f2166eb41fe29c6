"""A resource plugin from source: a note that knows which Python made it."""

import sys

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import CreateRequest, CreateResponse, Provider
from pulumi.provider.experimental.server import main


class NoteProvider(Provider):
    async def create(self, request: CreateRequest) -> CreateResponse:
        made_by = PropertyValue(sys.prefix)
        return CreateResponse(
            resource_id="" if request.preview else "note-1",
            properties={**request.properties, "madeBy": made_by},
        )


main(sys.argv[1:], "0.1.0", NoteProvider())
