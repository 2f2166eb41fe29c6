"""Stands in for the plugins of both providers: makes functions on the local cloud, nothing else."""

import os
import sys
from base64 import b64encode
from contextlib import closing
from pathlib import Path
from typing import Any

from pulumi.provider.experimental.provider import (
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    Provider,
)
from pulumi.provider.experimental.server import main

from pulumi_functiongraph.cloud.http.call import AuthScope, Call, Method
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.settings import resolve


class Functions(Provider):
    """Creates and deletes functions; whatever else changes of one, it takes for granted."""

    async def create(self, request: CreateRequest) -> CreateResponse:
        """Make the function; its id is what Terraform's resource has, the URN with the version."""
        if request.preview:
            return CreateResponse("", request.properties)
        given: dict[str, Any] = {name: value.value for name, value in request.properties.items()}
        code = b64encode(given["funcCode"].encode()).decode()
        body = {
            "func_name": given["name"],
            "package": given["app"],
            "xrole": given["agency"],
            "runtime": given["runtime"],
            "handler": given["handler"],
            "memory_size": int(given["memorySize"]),
            "timeout": int(given["timeout"]),
            "code_type": given["codeType"],
            "func_code": {"file": code},
        }
        made = _call("POST", "functions", body)
        return CreateResponse(made["func_urn"], request.properties)

    async def delete(self, request: DeleteRequest) -> None:
        """Delete the function with all its versions."""
        _call("DELETE", f"functions/{request.resource_id.removesuffix(':latest')}")


def _call(method: Method, path: str, body: dict[str, object] | None = None) -> Any:
    settings = resolve({}, os.environ, Path.home(), directory=Path.cwd())
    project = settings.project_id
    call = Call(
        "make or delete a function",
        f"project {project}",
        method,
        "functiongraph",
        settings.region,
        f"/v2/{project}/fgs/{path}",
        body=body,
        scope=AuthScope("project", project),
    )
    with closing(Session(settings)) as session:
        return session.send(call).content


if __name__ == "__main__":
    main(sys.argv[1:], "0.0.1", Functions())
