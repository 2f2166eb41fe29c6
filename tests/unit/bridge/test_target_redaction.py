"""Names of targets, which may be secret, are in no error that repeats what a service said."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from pulumi_functiongraph.bridge.target_redaction import hide_names
from pulumi_functiongraph.core.errors import CloudError, FunctionGraphError, NotApplied, Rejected
from pulumi_functiongraph.dynamic.error_text_only import error_text_only
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import AnyProvider, provider_with, settings_of

TOPIC = "urn:smn:local:0123456789abcdef0123456789abcdef:canary-topic"
URN = "urn:fss:local:0123456789abcdef0123456789abcdef:function:default:orders:latest"
BAG = {"functionUrn": URN, "onFailure": {"destination": "SMN", "topicUrn": TOPIC}}

SAID = (
    f"no right to {TOPIC}",
    "The topic canary-topic does not exist",
    "The topic canary%2Dtopic does not exist",
    json.dumps({"topic": TOPIC}),
)


def rejected(detail: str) -> Rejected:
    return Rejected(operation="read the async config", resource=URN, status=400, detail=detail)


@pytest.mark.parametrize("said", SAID)
def test_an_error_keeps_its_type_and_its_function_and_loses_the_names(said: str) -> None:
    @error_text_only
    def read(_self: object, _id: str, _props: dict[str, Any]) -> None:
        raise rejected(said)

    with pytest.raises(Rejected) as caught:
        read(None, URN, BAG)

    assert "canary" not in f"{caught.value} {vars(caught.value)}"
    assert str(caught.value).startswith(f"could not read the async config of {URN}: HTTP 400 ")


def test_errors_that_repeat_one_another_lose_them_everywhere() -> None:
    @error_text_only
    def update(_id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> None:
        try:
            raise rejected(SAID[1])
        except CloudError as error:
            differs = NotApplied(f"{error}\nThe topic differs")
            differs.args = (*differs.args, 7)
            raise differs from error

    with pytest.raises(NotApplied) as caught:
        update(URN, {}, BAG)

    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert "HTTP 400 The topic (not shown) does not exist\nThe topic differs" in str(
        caught.value.args[0]
    )


def test_the_function_is_named_also_where_a_target_is_called_alike() -> None:
    bag = {"functionUrn": "orders", "onSuccess": {"destination": "OBS", "bucket": "orders"}}
    error = rejected("no function orders")

    hide_names(error, [URN, bag, None])

    assert error.detail == "no function orders"


def test_what_is_ours_to_say_stays() -> None:
    error = NotApplied("the canary-topic")

    hide_names(error, [URN, BAG])

    assert str(error) == "the canary-topic"


OPERATIONS = {
    "create": "UpdateFunctionAsyncInvokeConfig",
    "read": "ShowFunctionAsyncInvokeConfig",
    "update": "UpdateFunctionAsyncInvokeConfig",
    "delete": "DeleteFunctionAsyncInvokeConfig",
}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("method", OPERATIONS)
def test_no_method_shows_a_name(functiongraph_emulator: Emulator, method: str, said: str) -> None:
    functiongraph_emulator.seed(
        "functions: [{name: orders, xrole: trust}]\ntopics: [{name: canary-topic}]\n"
    )
    provider = provider_with(settings_of(functiongraph_emulator.environment))
    settings = provider.configs.account.settings
    bag = json.loads(
        json.dumps(BAG)
        .replace(":local:", f":{settings.region}:")
        .replace("0123456789abcdef0123456789abcdef", str(settings.project_id))
    )
    if method == "delete":
        bag = provider.create(bag).outs
    fault = {"operation": OPERATIONS[method], "status": 400, "body": {"error_msg": said}}
    functiongraph_emulator.faults(fault)

    message = message_of(provider, method, bag)

    assert "HTTP 400" in message
    assert "(not shown)" in message
    assert "canary" not in message


def message_of(provider: AnyProvider, method: str, bag: dict[str, Any]) -> str:
    urn = bag["functionUrn"]
    try:
        match method:
            case "create":
                provider.create(bag)
            case "read":
                provider.read(urn, bag)
            case "update":
                provider.update(urn, {}, bag)
            case _:
                provider.delete(urn, bag)
    except FunctionGraphError as error:
        return str(error)
    return "nothing went wrong"
