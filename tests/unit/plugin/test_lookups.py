"""The package's functions, as the engine calls them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.core.errors import Forbidden
from pulumi_functiongraph.core.targets import Bucket
from unit.plugin.conftest import World
from unit.plugin.plugin_process import Failed, plain, secret

GET_FUNCTION = "functiongraph:index:getFunction"
GET_CONFIG = "functiongraph:index:getAsyncNotificationConfig"


def answer(world: World, token: str, **arguments: Any) -> dict[str, Any]:
    return plain(getattr(world.plugin.invoke(token, arguments), "return"))


def test_a_function_is_looked_up_by_its_name(world: World) -> None:
    found = answer(world, GET_FUNCTION, name=world.name("orders"))
    assert found["functionUrn"] == world.urn("orders")
    assert found["agency"] == "trust"
    assert found["name"] == world.name("orders")
    assert found["version"] == "latest"


@pytest.mark.parametrize(
    ("token", "argument"), [(GET_FUNCTION, "name"), (GET_CONFIG, "functionUrn")]
)
def test_a_name_that_is_secret_is_in_no_error(world: World, token: str, argument: str) -> None:
    for name in ("canary-function", world.urn("shipping").replace("shipping", "canary")):
        if token == GET_FUNCTION and name.startswith("urn:"):
            continue
        with pytest.raises(Failed, match="there is no") as failed:
            world.plugin.invoke(token, {argument: secret(name)})
        assert "canary" not in failed.value.text


def test_a_config_is_read_whoever_set_it(world: World) -> None:
    world.put("orders", max_async_retry_attempts=3, on_failure=Bucket(bucket="results"))
    for name in (world.urn("orders"), world.name("orders")):
        found = answer(world, GET_CONFIG, functionUrn=name)
        assert found["maxAsyncRetryAttempts"] == 3
        assert found["onFailure"]["bucket"] == "results"
        assert found["createdTime"]


@pytest.mark.parametrize(
    ("token", "arguments", "told"),
    [
        (GET_FUNCTION, {"name": "nobody"}, "name: there is no function "),
        (GET_FUNCTION, {"name": ""}, "name: is empty"),
        (GET_FUNCTION, {}, "name: is empty"),
        (GET_FUNCTION, {"name": 3}, "name: is not a string"),
        (GET_FUNCTION, {"name": "orders", "pakage": "x"}, "pakage: is not an argument; there are"),
        (GET_CONFIG, {"functionUrn": "nobody"}, "functionUrn: there is no function "),
        (GET_CONFIG, {"functionUrn": "orders:!prod"}, "functionUrn: "),
        (GET_CONFIG, {}, "functionUrn: "),
    ],
)
def test_what_cannot_be_looked_up_is_told(
    world: World, token: str, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(Failed) as failed:
        world.plugin.invoke(token, arguments)
    assert failed.value.text.strip().startswith(told), failed.value.text
    assert "Traceback" not in failed.value.text
    assert "declare one" not in failed.value.text


@pytest.mark.parametrize("may_look", [True, False])
def test_a_function_without_a_config_may_be_given_one(
    world: World, monkeypatch: pytest.MonkeyPatch, *, may_look: bool
) -> None:
    def refused(*_call: object) -> None:
        raise Forbidden(operation="read", resource="the function")

    if not may_look:
        monkeypatch.setattr(FunctionGraph, "get_function", refused)
    with pytest.raises(Failed, match=r"there is no async notification config of .*; declare one"):
        world.plugin.invoke(GET_CONFIG, {"functionUrn": world.name("orders")})
