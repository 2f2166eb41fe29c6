"""Faults on order, as far as they need no real connection."""

import json
import time
from typing import Any

import pytest

from pulumi_functiongraph.emulator.http.faults import Fault, Faults
from pulumi_functiongraph.emulator.state import dump
from unit.emulator.client import CloudClient, config_body

PUT = "UpdateFunctionAsyncInvokeConfig"


def statuses(client: CloudClient, count: int) -> list[int]:
    return [client.config("PUT", "orders", config_body()).status_code for _ in range(count)]


def test_only_the_nth_call_of_the_operation_is_struck(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"operation": PUT, "nth": 2, "status": 500})
    huawei.config("GET", "orders")

    assert statuses(huawei, 3) == [200, 500, 200]


def test_several_calls_in_a_row_are_struck(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"operation": PUT, "nth": 2, "times": 2, "status": 502})

    assert statuses(huawei, 4) == [200, 502, 502, 200]


def test_every_call_is_struck_until_the_fault_is_lifted(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"service": "functiongraph", "status": 503})

    assert statuses(huawei, 2) == [503, 503]
    assert huawei.call("GET", "/v3/projects").status_code == 200
    assert huawei.control("GET", "faults")["faults"] == [
        {"service": "functiongraph", "status": 503, "calls": 2}
    ]
    huawei.control("DELETE", "faults")
    assert statuses(huawei, 1) == [200]


def test_a_probability_strikes_about_its_part_of_calls_and_the_same_ones_in_every_run() -> None:
    def struck(**fields: Any) -> list[int]:
        faults = Faults()
        faults.add(Fault(status=500, probability=0.3, **fields))
        return [count for count in range(1000) if faults.strike("obs", "PutObject")]

    assert 240 < len(struck()) < 360
    assert struck() == struck() == struck(seed=0)
    assert struck() != struck(seed=1)
    assert struck(nth=11, times=100) == [count for count in struck() if 10 <= count < 110]


@pytest.mark.parametrize(("probability", "count"), [(0, 0), (1, 50)])
def test_a_probability_may_be_none_or_all(probability: float, count: int) -> None:
    faults = Faults()
    faults.add(Fault(status=500, probability=probability))

    assert sum(faults.strike("obs", "PutObject") is not None for _ in range(50)) == count


def test_a_throttled_call_names_when_to_come_back(huawei: CloudClient) -> None:
    body = {"error_code": "APIGW.0308", "error_msg": "throttled"}
    huawei.control("POST", "faults", {"status": 429, "body": body, "retry_after": 7})

    answer = huawei.config("GET", "orders")

    assert (answer.status_code, answer.json()) == (429, body)
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["X-Request-Id"]


def test_a_struck_call_is_not_carried_out(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"operation": PUT, "nth": 1, "status": 500})

    assert statuses(huawei, 1) == [500]
    assert huawei.config("GET", "orders").status_code == 404


def test_a_call_struck_afterwards_is_carried_out(huawei: CloudClient) -> None:
    fault = {"operation": PUT, "nth": 1, "status": 504, "when": "after"}
    huawei.control("POST", "faults", fault)

    assert statuses(huawei, 1) == [504]
    assert huawei.config("GET", "orders").status_code == 200


def test_a_body_that_is_not_json_is_sent_as_it_is(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"body": "<html>busy</html>", "headers": {"X-A": "b"}})

    answer = huawei.config("GET", "orders")

    assert (answer.status_code, answer.text) == (200, "<html>busy</html>")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["x-a"] == "b"


def test_a_delayed_call_goes_on(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"operation": PUT, "delay_seconds": 0.05})
    start = time.monotonic()

    assert statuses(huawei, 1) == [200]
    assert time.monotonic() - start >= 0.05


@pytest.mark.parametrize(("when", "is_carried_out"), [("before", False), ("after", True)])
def test_a_call_is_carried_out_before_its_delay_only_when_that_is_asked(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch, when: str, *, is_carried_out: bool
) -> None:
    live: list[bool] = []

    async def look(_seconds: float) -> None:
        functions: Any = dump.document(huawei.cloud)["functions"]
        live.append(any(each["async_configs"] for each in functions))

    monkeypatch.setattr("asyncio.sleep", look)
    fault = {"operation": PUT, "when": when, "delay_seconds": 60}
    huawei.control("POST", "faults", fault)

    assert statuses(huawei, 1) == [200]
    assert live == [is_carried_out]


def test_a_killed_call_is_carried_out_before(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Any] = []
    monkeypatch.setattr(huawei.cloud, "die", lambda: found.append(huawei.control))
    huawei.control("POST", "faults", {"operation": PUT, "nth": 1, "kill_after_commit": True})

    statuses(huawei, 1)

    assert len(found) == 1
    assert huawei.config("GET", "orders").status_code == 200


@pytest.mark.parametrize("fault", [{"reset": True}, {"truncate": True}])
def test_a_broken_connection_needs_a_real_one(huawei: CloudClient, fault: dict[str, Any]) -> None:
    huawei.control("POST", "faults", {"operation": PUT, **fault})

    with pytest.raises(ConnectionResetError):
        huawei.config("PUT", "orders", config_body())


def test_the_first_fault_that_strikes_wins_and_all_count() -> None:
    faults = Faults()
    faults.add(Fault(nth=2, status=500))
    faults.add(Fault(status=503))

    struck = [faults.strike("functiongraph", "Any") for _ in range(3)]

    assert [fault.status for fault in struck if fault] == [503, 500, 503]
    assert [document["calls"] for document in faults.documents()] == [3, 3]


@pytest.mark.parametrize(
    "fault",
    [
        {"headers": {"X-A": "b\r\nSet-Cookie: c=d"}},
        {"headers": {"X-A": "b\nX-C: d"}},
        {"headers": {"X-A": "b\x00"}},
        {"headers": {"X-A": "\x1b[31m"}},
        {"headers": {"X-A\r\nX-C": "b"}},
        {"headers": {"X A": "b"}},
        {"headers": {"": "b"}},
        {"headers": {"X-Ä": "b"}},
        {"headers": {"Content-Length": "5"}, "body": "x"},
        {"headers": {"transfer-encoding": "chunked"}},
        {"status": 204, "body": "x"},
        {"status": 304, "body": {}},
        {"nth": 1 << 40, "status": 500},
        {"retry_after": 10**30},
        {"status": 500, "delay_seconds": 1e300},
    ],
)
def test_a_fault_that_no_server_could_send_is_refused(
    huawei: CloudClient, fault: dict[str, Any]
) -> None:
    answer = huawei.request("POST", "/_emulator/faults", content=json.dumps(fault).encode())

    assert answer.status_code == 400
    assert answer.json()["problems"]
    assert huawei.control("GET", "faults") == {"faults": []}


def test_a_fault_may_send_any_header_that_can_be_sent(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"headers": {"X-A": "b\tÄ", "Connection": "close"}})

    answer = huawei.config("GET", "orders")

    assert answer.headers["connection"] == "close"
    assert answer.headers.raw[0][1] == "b\tÄ".encode()
