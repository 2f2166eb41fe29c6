"""The vendor's client of FunctionGraph: every operation that is emulated, beyond the same cases."""

from typing import Any

import pytest
from huaweicloudsdkfunctiongraph import v2 as functiongraph

from contract.drivers import Refused
from contract.vendor import functiongraph_client, told
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture
def client(cloud: Emulator) -> Any:
    return functiongraph_client(cloud.environment)


def create(client: Any, name: str, **settings: Any) -> Any:
    body = functiongraph.CreateFunctionRequestBody(
        func_name=name,
        package="default",
        runtime="Python3.9",
        handler="index.handler",
        memory_size=128,
        timeout=3,
        code_type="inline",
        func_code=functiongraph.FuncCode(file="cHJpbnQoMSkK"),
        **settings,
    )
    with told():
        return client.create_function(functiongraph.CreateFunctionRequest(body=body))


def config_of(client: Any, urn: str) -> Any:
    with told():
        return client.show_function_config(
            functiongraph.ShowFunctionConfigRequest(function_urn=urn)
        )


def test_a_function_lives_from_creation_to_deletion(client: Any) -> None:
    created = create(client, "demo", xrole="notify", description="d")

    assert created.func_urn.endswith(":function:default:demo:latest")
    assert (created.xrole, created.code_size, created.cpu) == ("notify", 9, 300)
    by_name, by_urn = config_of(client, "demo"), config_of(client, created.func_urn)
    assert by_name.to_json_object() == by_urn.to_json_object()
    assert by_urn.digest == created.digest
    body = functiongraph.UpdateFunctionConfigRequestBody(
        func_name="demo",
        runtime="Python3.9",
        timeout=30,
        handler="index.handler",
        memory_size=256,
        xrole="other",
    )
    updated = client.update_function_config(
        functiongraph.UpdateFunctionConfigRequest(function_urn=created.func_urn, body=body)
    )
    assert (updated.timeout, updated.memory_size, updated.xrole) == (30, 256, "other")
    assert updated.description == "d"
    without_version = created.func_urn.removesuffix(":latest")
    client.delete_function(functiongraph.DeleteFunctionRequest(function_urn=without_version))
    with pytest.raises(Refused, match="not found"):
        config_of(client, "demo")


def test_what_is_refused_carries_code_and_request_id(client: Any) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    request = functiongraph.ShowFunctionAsyncInvokeConfigRequest(function_urn="nobody")

    with pytest.raises(ClientRequestException) as caught:
        client.show_function_async_invoke_config(request)

    assert (caught.value.status_code, caught.value.error_code) == (404, "FSS.1051")
    assert len(caught.value.request_id) == 32


def test_a_version_is_published_configured_listed_and_deleted(client: Any) -> None:
    published = client.create_function_version(
        functiongraph.CreateFunctionVersionRequest(
            function_urn="f0",
            body=functiongraph.CreateFunctionVersionRequestBody(version="v9", description="d"),
        )
    )
    assert (published.version, published.version_description) == ("v9", "d")
    client.update_function_async_invoke_config(
        functiongraph.UpdateFunctionAsyncInvokeConfigRequest(
            function_urn=published.func_urn,
            body=functiongraph.UpdateFunctionAsyncInvokeConfigRequestBody(
                max_async_retry_attempts=3
            ),
        )
    )
    listed = client.list_function_versions(
        functiongraph.ListFunctionVersionsRequest(function_urn="f0")
    )
    retries = {
        version.version: version.function_async_config
        and version.function_async_config.max_async_retry_attempts
        for version in listed.versions
    }
    assert retries == {"latest": None, "v1": None, "v2": None, "v3": None, "v9": 3}
    client.delete_function(functiongraph.DeleteFunctionRequest(function_urn=published.func_urn))
    again = client.list_function_versions(
        functiongraph.ListFunctionVersionsRequest(function_urn="f0")
    )
    assert again.count == 4


def test_an_alias_lives_from_creation_to_deletion(client: Any) -> None:
    created = client.create_version_alias(
        functiongraph.CreateVersionAliasRequest(
            function_urn="f0",
            body=functiongraph.CreateVersionAliasRequestBody(
                name="blue", version="v1", additional_version_weights={"v2": 20}
            ),
        )
    )
    assert created.alias_urn.endswith(":f0:!blue")
    assert created.additional_version_weights == {"v2": 20}
    moved = client.update_version_alias(
        functiongraph.UpdateVersionAliasRequest(
            function_urn="f0",
            alias_name="blue",
            body=functiongraph.UpdateVersionAliasRequestBody(version="v2"),
        )
    )
    assert moved.version == "v2"
    # The client percent-encodes the URN, "!" included.
    assert config_of(client, created.alias_urn).version == "v2"
    shown = client.show_version_alias(
        functiongraph.ShowVersionAliasRequest(function_urn="f0", alias_name="blue")
    )
    assert shown.version == "v2"
    client.delete_version_alias(
        functiongraph.DeleteVersionAliasRequest(function_urn="f0", alias_name="blue")
    )
    with pytest.raises(Refused, match="not found"), told():
        client.show_version_alias(
            functiongraph.ShowVersionAliasRequest(function_urn="f0", alias_name="blue")
        )


def test_a_throttled_call_is_told(cloud: Emulator, client: Any) -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached"}
    cloud.faults({"service": "functiongraph", "status": 429, "body": body, "retry_after": 1})

    with pytest.raises(Refused, match="throttled"):
        config_of(client, "f0")
