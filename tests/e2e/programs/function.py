"""A function as a small dynamic resource, for programs of the engine tests; it is not shipped."""

import json
import os
from typing import Any

import pulumi
import requests
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider
from requests.auth import AuthBase

REGION = os.environ.get("FUNCTIONGRAPH_REGION", "")
PROJECT = os.environ.get("HUAWEICLOUD_SDK_PROJECT_ID", "")


class _Signed(AuthBase):
    """Signs with the vendor's signer and the environment's key."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        from urllib.parse import urlsplit

        from huaweicloudsdkcore.auth.credentials import BasicCredentials
        from huaweicloudsdkcore.sdk_request import SdkRequest
        from huaweicloudsdkcore.signer.signer import Signer

        url = urlsplit(str(request.url))
        key = BasicCredentials(
            os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"], PROJECT
        )
        signed = Signer(key).sign(
            SdkRequest(
                method=str(request.method),
                schema=url.scheme,
                host=url.netloc,
                resource_path=url.path,
                uri=url.path,
                query_params=[],
                header_params={"Content-Type": "application/json", "X-Project-Id": PROJECT},
                body=request.body or "",
            )
        )
        request.headers.update(signed.header_params)
        return request


def _call(method: str, path: str, body: Any = None) -> requests.Response:
    endpoint = json.loads(os.environ["FUNCTIONGRAPH_ENDPOINTS"])["functiongraph"]
    answer = requests.request(
        method,
        f"{endpoint}/v2/{PROJECT}/fgs/functions{path}",
        data=None if body is None else json.dumps(body),
        auth=_Signed(),
        timeout=10,
    )
    answer.raise_for_status()
    return answer


class FunctionProvider(ResourceProvider):
    """Create and delete a function that does nothing."""

    serialize_as_secret_always = False

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changed = olds.get("name") != news.get("name")
        return DiffResult(changes=changed, replaces=["name"] if changed else [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        body = {
            "func_name": props["name"],
            "package": "default",
            "runtime": "Python3.9",
            "handler": "index.handler",
            "memory_size": 128,
            "timeout": 3,
            "code_type": "inline",
            "func_code": {"file": "cGFzcw=="},
            "xrole": "serverless-trust",
        }
        urn = _call("POST", "", body).json()["func_urn"]
        return CreateResult(urn, {**props, "function_urn": urn})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        _call("DELETE", f"/{_id.removesuffix(':latest')}")


class Function(Resource, module="test", name="Function"):
    """A function whose URN is unknown until it is created."""

    function_urn: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(FunctionProvider(), name, {"name": name, "function_urn": None}, opts)
