"""Invocations by the vendor's own client of FunctionGraph."""

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from huaweicloudsdkfunctiongraph import v2 as functiongraph

from contract.drivers import Refused
from contract.vendor import functiongraph_client, told
from pulumi_functiongraph.emulator.process import Emulator

PATIENCE = 20.0
"""Seconds within which what is due at once has happened."""


@pytest.fixture
def client(cloud: Emulator) -> Any:
    return functiongraph_client(cloud.environment)


def script(cloud: Emulator, function: str, **behaviour: object) -> None:
    cloud.control("POST", "script", json.dumps({"function": function, **behaviour}))


def invoke(client: Any, urn: str, body: Any, **headers: str) -> Any:
    request = functiongraph.InvokeFunctionRequest(function_urn=urn, body=body, **headers)
    with told():
        return client.invoke_function(request)


def invoke_async(client: Any, urn: str, body: Any = None) -> str:
    request = functiongraph.AsyncInvokeFunctionRequest(function_urn=urn, body=body)
    with told():
        identifier: str = client.async_invoke_function(request).request_id
    return identifier


def requests(client: Any, urn: str, **filters: Any) -> Any:
    request = functiongraph.ListAsyncInvocationsRequest(function_urn=urn, **filters)
    with told():
        return client.list_async_invocations(request)


def active(client: Any, urn: str, **filters: Any) -> Any:
    request = functiongraph.ListActiveAsyncInvocationsRequest(function_urn=urn, **filters)
    with told():
        return client.list_active_async_invocations(request)


def cancel(client: Any, urn: str, identifier: str, how: str | None = None) -> None:
    body = functiongraph.CancelAsyncInvocationRequestBody(request_id=identifier, type=how)
    request = functiongraph.CancelAsyncInvocationRequest(function_urn=urn, body=body)
    with told():
        client.cancel_async_invocation(request)


def until(status: str, look: Callable[[], Any]) -> Any:
    """The one request that is found, once it has a status."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        [found] = look().invocations
        if found.status == status:
            return found
        time.sleep(0.01)
    raise AssertionError(f"not {status} but {found}")


def test_a_function_is_invoked_synchronously(client: Any) -> None:
    answer = invoke(client, "f0", {"k": "v"}, x_cff_request_version="v1", x_cff_log_type="tail")

    assert (json.loads(answer.result), answer.status, answer.log) == ({"k": "v"}, 200, "")
    assert answer.request_id == answer.x_cff_request_id


def test_the_raw_answer_has_the_id_in_its_header(client: Any) -> None:
    assert invoke(client, "f0", {"k": "v"}).x_cff_request_id.count("-") == 4


def test_an_error_of_the_function_is_told(client: Any, cloud: Emulator) -> None:
    script(cloud, "f0", fails="no luck")

    answer = invoke(client, "f0", {}, x_cff_request_version="v1")

    assert answer.status == 500
    assert json.loads(answer.result)["errorMessage"] == "no luck"


def test_an_error_of_the_system_is_raised(client: Any, cloud: Emulator) -> None:
    script(cloud, "f0", system_error=True)

    with pytest.raises(Refused, match="unavailable"):
        invoke(client, "f0", {})


def test_an_asynchronous_request_is_kept_and_succeeds(client: Any) -> None:
    identifier = invoke_async(client, "f0", {"k": "v"})

    found = until("SUCCESS", lambda: requests(client, "f0", request_id=identifier))

    assert (found.request_id, found.error_code, found.error_message) == (identifier, 0, "")
    assert found.start_time <= datetime.fromisoformat(found.end_time).replace(
        tzinfo=found.start_time.tzinfo
    )


def test_an_asynchronous_request_without_body_is_kept(client: Any) -> None:
    identifier = invoke_async(client, "f0")

    until("SUCCESS", lambda: requests(client, "f0", request_id=identifier))


def test_a_failed_request_says_why(client: Any, cloud: Emulator) -> None:
    script(cloud, "f0", fails="no luck")
    identifier = invoke_async(client, "f0", {})

    found = until("FAIL", lambda: requests(client, "f0", request_id=identifier))

    assert found.error_message == "Exception: no luck"
    assert isinstance(found.error_code, int)
    assert found.error_code != 0


def test_requests_are_listed_by_page_status_and_time(client: Any) -> None:
    made = [invoke_async(client, "f0", {"n": number}) for number in range(5)]
    for identifier in made:
        until("SUCCESS", partial(requests, client, "f0", request_id=identifier))

    first = requests(client, "f0", limit="3")
    second = requests(client, "f0", limit="3", marker=str(first.next_marker))
    seen = [each.request_id for each in (*first.invocations, *second.invocations)]

    assert seen == made
    assert first.count == second.count == 5
    assert requests(client, "f0", status="FAIL").count == 0
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert requests(client, "f0", query_begin_time=f"{later:%Y-%m-%dT%H:%M:%S}").count == 0
    assert requests(client, "f0", query_end_time=f"{later:%Y-%m-%dT%H:%M:%S}").count == 5


def test_a_running_request_is_stopped_by_force(client: Any, cloud: Emulator) -> None:
    cloud_is_huawei = cloud.environment["FUNCTIONGRAPH_CLOUD"] == "huawei"
    client.update_function_config(
        functiongraph.UpdateFunctionConfigRequest(
            function_urn="f0",
            body=functiongraph.UpdateFunctionConfigRequestBody(
                func_name="f0",
                runtime="Python3.9",
                timeout=3600,
                handler="index.handler",
                memory_size=128,
            ),
        )
    )
    script(cloud, "f0", sleep_seconds=3600)
    identifier = invoke_async(client, "f0", {})
    until("RUNNING", lambda: requests(client, "f0", request_id=identifier))
    if cloud_is_huawei:
        [found] = active(client, "f0", requests=identifier).invocations
        assert (found.request_id, found.end_time) == (identifier, "")
    else:
        with pytest.raises(Refused, match="not found"):
            active(client, "f0")

    cancel(client, "f0", identifier, "force")
    found = until("FAIL", lambda: requests(client, "f0", request_id=identifier))

    assert (found.error_code, found.error_message) == (4208, "function invocation canceled")


def test_what_is_not_there_is_refused(client: Any) -> None:
    for call in (
        lambda: invoke(client, "nobody", {}),
        lambda: invoke_async(client, "nobody", {}),
        lambda: requests(client, "nobody"),
        lambda: cancel(client, "nobody", "x"),
    ):
        with pytest.raises(Refused, match="not found"):
            call()
    with pytest.raises(Refused, match="rejected"):
        cancel(client, "f0", "nobody")


def test_an_alias_runs_the_version_that_it_names(client: Any, cloud: Emulator) -> None:
    state = next(each for each in cloud.state()["functions"] if each["func_name"] == "f0")
    urn = state["func_urn"]
    identifier = invoke_async(client, f"{urn}:!prod", {})

    until("SUCCESS", lambda: requests(client, f"{urn}:v1", request_id=identifier))

    assert requests(client, f"{urn}:v2").count == 0
    with pytest.raises(Refused, match="not found"):
        invoke(client, f"{urn}:v9", {})


CALLS_BACK = """\
import json, urllib.request

def handler(event, context):
    print("publishing")
    base, topic = context.getUserData("SMN"), context.getUserData("TOPIC")
    request = urllib.request.Request(
        f"{base}/v2/{context.getProjectID()}/notifications/topics/{topic}/publish",
        data=json.dumps({"message": event["message"]}).encode(),
        headers={"X-Auth-Token": context.getToken(), "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
"""


def code(text: str) -> Any:
    return functiongraph.FuncCode(file=base64.b64encode(text.encode()).decode())


def create(client: Any, name: str, **settings: Any) -> str:
    body = functiongraph.CreateFunctionRequestBody(
        func_name=name,
        package="default",
        runtime="Python3.9",
        handler="index.handler",
        memory_size=128,
        timeout=10,
        code_type="inline",
        **settings,
    )
    with told():
        request = functiongraph.CreateFunctionRequest(body=body)
        urn: str = client.create_function(request).func_urn
    return urn


@pytest.mark.parametrize(("role", "messages"), [("SMN Administrator", 1), ("Tenant Guest", 0)])
def test_code_calls_the_local_cloud_with_the_rights_of_its_agency(
    client: Any, cloud: Emulator, role: str, messages: int
) -> None:
    grants = [role, "Tenant Guest"]
    cloud.seed({"agencies": [{"name": "runs", "grants": grants}], "topics": [{"name": "calls"}]})
    [topic] = [each["topic_urn"] for each in topics(cloud)]
    endpoint = json.loads(cloud.environment["FUNCTIONGRAPH_ENDPOINTS"])["smn"]
    create(
        client,
        "calls",
        func_code=code(CALLS_BACK),
        xrole="runs",
        user_data=json.dumps({"SMN": endpoint, "TOPIC": topic}),
    )

    answer = invoke(
        client,
        "calls",
        {"message": "hello"},
        x_cff_request_version="v1",
        x_cff_log_type="tail",
    )

    [found] = topics(cloud)
    assert len(found["messages"]) == messages, answer
    assert "\npublishing\n" in answer.log
    assert (answer.status == 200) == bool(messages)
    assert messages or "HTTP Error 403" in answer.result


def topics(cloud: Emulator) -> list[Any]:
    found = cloud.state()["topics"]
    return [each for each in found if each["topic_urn"].endswith(":calls")]


def test_code_is_read_and_changed(client: Any) -> None:
    urn = create(client, "coded", func_code=code("def handler(event, context): return 1"))
    show = functiongraph.ShowFunctionCodeRequest(function_urn=urn)
    before = client.show_function_code(show)

    body = functiongraph.UpdateFunctionCodeRequestBody(
        code_type="inline", func_code=code("def handler(event, context): return 2")
    )
    request = functiongraph.UpdateFunctionCodeRequest(function_urn=urn, body=body)
    changed = client.update_function_code(request)

    after = client.show_function_code(show)
    assert before.func_code.file != after.func_code.file == changed.func_code.file
    assert before.digest != after.digest == changed.digest
    answer = invoke(client, urn, {}, x_cff_request_version="v1")
    assert json.loads(answer.result) == 2
