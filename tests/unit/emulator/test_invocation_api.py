"""Invocations, and the asynchronous requests among them, as a client of any make meets them."""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from pulumi_functiongraph.emulator.clock import VIRTUAL_START, VirtualClock
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import StoredAlias
from pulumi_functiongraph.emulator.functiongraph.traffic import chosen_version
from pulumi_functiongraph.emulator.invocations import queue, steps
from pulumi_functiongraph.emulator.invocations.decision import Condition, Finish, Status
from pulumi_functiongraph.emulator.invocations.due import list_due
from pulumi_functiongraph.emulator.invocations.outcome import Outcome
from pulumi_functiongraph.emulator.invocations.runner import PlannedRun
from pulumi_functiongraph.emulator.seeds.models import Seed
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.virtual_cloud import MAY_ALL

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

SEED = Seed.model_validate(
    {
        "functions": [
            {"name": "orders", "versions": ["v1", "v2"], "aliases": {"prod": "v1"}},
            {"name": "fails", "behaviour": {"fails": "no luck"}},
            {"name": "broken", "behaviour": {"system_error": True}},
            {"name": "sleeps", "timeout": 600, "behaviour": {"sleep_seconds": 120}},
            {"name": "huge", "behaviour": {"answer_bytes": (6 << 20) + 1}},
            {"name": "says", "behaviour": {"returns": "hello"}},
        ]
    }
)


@pytest.fixture
def cloud() -> Iterator[CloudClient]:
    """A cloud of functions that need no code, on a clock that is moved by hand."""
    with local_cloud(seed=SEED, clock=VirtualClock()) as client:
        yield client


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def accepted(cloud: CloudClient, named: str, event: Any = None) -> str:
    answer = cloud.invoke_async(named, event)
    assert answer.status_code == 202, answer.text
    identifier: str = answer.json()["request_id"]
    return identifier


def listed(cloud: CloudClient, named: str, query: str = "", *, active: str = "") -> Any:
    answer = cloud.functions("GET", f"/{named}/{active}async-invocations{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def status_of(cloud: CloudClient, named: str, identifier: str) -> tuple[str, str, int]:
    [found] = listed(cloud, named, f"?request_id={identifier}")["invocations"]
    return found["status"], found["error_message"], found["error_code"]


def idle(cloud: CloudClient) -> None:
    cloud.control("POST", "clock", {"idle": True})


def test_a_function_without_code_and_script_returns_its_event_as_it_was_sent(
    cloud: CloudClient,
) -> None:
    answer = cloud.invoke("orders", b'{ "b": 1,\n "a": "\xc3\xa4" }')

    assert (answer.status_code, answer.content) == (200, b'{ "b": 1,\n "a": "\xc3\xa4" }')


@pytest.mark.parametrize(
    ("body", "event"),
    [(b"", b"{}"), (b"[1]", b"[1]"), (b'"text"', b'"text"'), (b"null", b"null"), (b"7", b"7")],
)
def test_an_event_is_any_json_and_nothing_is_an_empty_object(
    cloud: CloudClient, body: bytes, event: bytes
) -> None:
    assert cloud.invoke("orders", body).content == event
    assert cloud.invoke_async("orders", body).status_code == 202


def test_a_synchronous_answer_tells_of_the_run_in_headers(cloud: CloudClient) -> None:
    headers = cloud.invoke("says", {}).headers

    assert headers["x-cff-request-id"].count("-") == 4
    assert json.loads(headers["x-cff-invoke-summary"]) == {
        "duration": 0,
        "billingDuration": 0,
        "memorySize": 128,
        "memoryUsed": 0,
    }
    told = {name: value for name, value in headers.items() if "func" in name or "version" in name}
    assert told == {
        "x-cff-response-version": "v0",
        "x-func-err-code": "0",
        "x-is-func-err": "false",
    }
    assert headers["x-cff-billing-duration"] == "0"


def test_an_error_of_the_function_is_an_answer_that_says_so(cloud: CloudClient) -> None:
    answer = cloud.invoke("fails", {})

    assert answer.status_code == 200
    assert answer.json()["errorMessage"] == "no luck"
    assert (answer.headers["x-func-err-code"], answer.headers["x-is-func-err"]) == ("4001", "true")


def test_an_error_of_the_system_is_no_answer_of_the_function(cloud: CloudClient) -> None:
    assert error_of(cloud.invoke("broken", {})) == (500, "FSS.0500")


@pytest.mark.parametrize(
    ("named", "result", "status"),
    [("says", '"hello"', 200), ("fails", None, 500)],
)
def test_v1_wraps_the_result_in_an_object(
    cloud: CloudClient, named: str, result: str | None, status: int
) -> None:
    answer = cloud.invoke(named, {}, headers={"X-CFF-Request-Version": "v1"})

    document = answer.json()
    assert document["request_id"] == answer.headers["x-cff-request-id"]
    assert document["status"] == status
    assert result is None or document["result"] == result
    assert isinstance(document["result"], str)
    assert document["log"] == ""
    assert answer.headers["x-cff-response-version"] == "v1"


def test_the_last_2000_bytes_of_the_log_are_answered_to_who_asks(
    cloud: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = "first" + "ä" * 1500

    async def run(*_: object, **_named: object) -> Outcome:
        return Outcome(Outcome.success("1").result, payload="1", log=log)

    monkeypatch.setattr(cloud.cloud.runner, "run_version", run)

    asked = cloud.invoke("orders", {}, headers={"X-Cff-Log-Type": "tail"})
    wrapped = cloud.invoke(
        "orders", {}, headers={"X-Cff-Log-Type": "tail", "X-CFF-Request-Version": "v1"}
    )

    assert base64.b64decode(asked.headers["x-cff-function-log"]) == log.encode()[-2000:]
    assert wrapped.json()["log"] == "ä" * 1000
    assert "x-cff-function-log" not in cloud.invoke("orders", {}).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-CFF-Request-Version": "v2"}, 400),
        ({"X-Cff-Instance-Memory": "100"}, 400),
        ({"X-Cff-Instance-Memory": "10,240"}, 200),
        ({"X-Cff-Instance-Memory": "512"}, 200),
        ({"X-Cff-Log-Type": "null"}, 200),
    ],
)
def test_headers_have_their_documented_values(
    cloud: CloudClient, headers: Mapping[str, str], status: int
) -> None:
    assert cloud.invoke("orders", {}, headers=headers).status_code == status


def test_the_memory_that_a_request_asks_for_is_what_the_run_has(cloud: CloudClient) -> None:
    answer = cloud.invoke("orders", {}, headers={"X-Cff-Instance-Memory": "512"})

    assert json.loads(answer.headers["x-cff-invoke-summary"])["memorySize"] == 512


@pytest.mark.parametrize("operation", ["invocations", "invocations-async"])
@pytest.mark.parametrize(
    ("named", "body", "expected"),
    [
        ("nobody", b"{}", (404, "FSS.1051")),
        ("a:b:c:d:e", b"{}", (400, "FSS.1309")),
        ("urn:fss:cn-north-4:{project}:function:default:orders:v9", b"{}", (404, "FSS.1052")),
        ("urn:fss:cn-north-4:{project}:function:default:orders:!no", b"{}", (404, "FSS.1053")),
        ("orders", b"{", (406, "FSS.0406")),
        ("orders", b" ", (406, "FSS.0406")),
        ("orders", b'{"a": NaN}', (406, "FSS.0406")),
        ("orders", b"\xff", (406, "FSS.0406")),
    ],
)
def test_what_cannot_be_invoked_is_refused(
    cloud: CloudClient, operation: str, named: str, body: bytes, expected: tuple[int, str]
) -> None:
    path = named.format(project=cloud.urn("x").split(":")[3])

    assert error_of(cloud.functions("POST", f"/{path}/{operation}", body)) == expected


@pytest.mark.parametrize(
    ("operation", "limit", "status"),
    [("invocations", 6 << 20, 200), ("invocations-async", 256 << 10, 202)],
)
def test_an_event_has_a_limit(cloud: CloudClient, operation: str, limit: int, status: int) -> None:
    most = b'"' + b"a" * (limit - 2) + b'"'

    assert cloud.functions("POST", f"/orders/{operation}", most).status_code == status
    assert error_of(cloud.functions("POST", f"/orders/{operation}", most + b" ")) == (
        413,
        "FSS.0413",
    )


def test_an_answer_of_more_than_6_mib_is_an_error_of_the_function(cloud: CloudClient) -> None:
    answer = cloud.invoke("huge", {})

    assert answer.headers["x-is-func-err"] == "true"
    assert answer.json()["errorType"] == "ResponseTooLarge"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "fgctl emulator --run-code"),
        ({"runtime": "Node.js18.15"}, "Python only"),
        ({"code_type": "obs", "code_url": "https://b.obs/x.zip", "func_code": {}}, "in OBS"),
        (
            {"runtime": "Custom Image", "custom_image": {"image": "swr/x:1"}, "func_code": {}},
            "in an image",
        ),
    ],
)
def test_a_function_whose_code_cannot_run_here_is_refused_with_what_to_do(
    cloud: CloudClient, settings: Mapping[str, Any], why: str
) -> None:
    assert cloud.create_function("coded", **settings).status_code == 200

    for refused in (cloud.invoke("coded", {}), cloud.invoke_async("coded", {})):
        assert error_of(refused) == (428, "FSS.0428")
        assert why in refused.json()["error_msg"]
        assert "/_emulator/script" in refused.json()["error_msg"]
    assert listed(cloud, "coded")["count"] == 0

    cloud.control("POST", "script", {"function": "coded", "returns": [1]})
    assert cloud.invoke("coded", {}).json() == [1]
    cloud.control("POST", "script", {"function": "coded", "clear": True})
    assert cloud.invoke("coded", {}).status_code == 428


def test_a_request_is_kept_then_runs_then_is_over(cloud: CloudClient) -> None:
    identifier = accepted(cloud, "orders", {"n": 1})

    assert status_of(cloud, "orders", identifier) == ("WAIT", "", 0)
    idle(cloud)
    assert status_of(cloud, "orders", identifier) == ("SUCCESS", "", 0)


def test_the_five_statuses(cloud: CloudClient) -> None:
    cloud.config(
        "PUT", "fails", {"max_async_event_age_in_seconds": 1, "max_async_retry_attempts": 3}
    )
    cloud.control("POST", "options", {"retry_seconds": 60})
    success, discarded = accepted(cloud, "orders"), accepted(cloud, "fails")
    cloud.config("DELETE", "fails")
    failed, running = accepted(cloud, "fails"), accepted(cloud, "sleeps")
    cloud.control("POST", "clock", {"seconds": 1})
    waiting = accepted(cloud, "orders")

    assert status_of(cloud, "orders", success) == ("SUCCESS", "", 0)
    assert status_of(cloud, "orders", waiting) == ("WAIT", "", 0)
    assert status_of(cloud, "sleeps", running) == ("RUNNING", "", 0)
    assert status_of(cloud, "fails", failed) == ("FAIL", "Exception: no luck", 4001)
    state, message, code = status_of(cloud, "fails", discarded)
    assert (state, code) == ("DISCARD", 4002)
    assert "validity" in message


def test_a_listed_request_has_its_times_in_utc_without_an_offset(cloud: CloudClient) -> None:
    identifier = accepted(cloud, "sleeps")
    [waiting] = listed(cloud, "sleeps")["invocations"]
    idle(cloud)
    [over] = listed(cloud, "sleeps")["invocations"]

    start, end = "2026-01-01T00:00:00", "2026-01-01T00:02:00"
    assert (waiting["start_time"], waiting["end_time"]) == (start, "")
    assert over == {
        "request_id": identifier,
        "status": "SUCCESS",
        "error_message": "",
        "error_code": 0,
        "start_time": start,
        "end_time": end,
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [("WAIT", 2), ("RUNNING", 1), ("SUCCESS", 0), ("FAIL", 0), ("DISCARD", 0), ("", 3)],
)
def test_requests_are_listed_by_status(cloud: CloudClient, status: str, expected: int) -> None:
    accepted(cloud, "sleeps")
    cloud.control("POST", "clock", {"seconds": 1})
    for _ in range(2):
        accepted(cloud, "sleeps")

    page = listed(cloud, "sleeps", f"?status={status}")

    assert page["count"] == len(page["invocations"]) == expected
    assert listed(cloud, "sleeps", f"?status={status}", active="active-")["count"] == expected


def test_pages_follow_one_another_without_gap(cloud: CloudClient) -> None:
    made = [accepted(cloud, "orders") for _ in range(7)]

    seen: list[str] = []
    marker = 0
    while len(seen) < 7:
        page = listed(cloud, "orders", f"?marker={marker}&limit=3")
        assert page["count"] == 7
        seen += [each["request_id"] for each in page["invocations"]]
        marker = page["next_marker"]

    assert seen == made
    assert marker == 7
    cloud.control("POST", "options", {"list_end": "zero"})
    assert listed(cloud, "orders", "?marker=5")["next_marker"] == 0


def test_the_last_hour_of_the_clouds_clock_is_listed_unless_a_window_is_named(
    cloud: CloudClient,
) -> None:
    old = accepted(cloud, "orders")
    cloud.control("POST", "clock", {"seconds": 3601})
    new = accepted(cloud, "orders")

    def ids(query: str) -> list[str]:
        return [each["request_id"] for each in listed(cloud, "orders", query)["invocations"]]

    assert ids("") == [new]
    assert ids("?query_begin_time=2026-01-01T00:00:00") == [old, new]
    assert ids("?query_begin_time=2025-01-01T00:00:00&query_end_time=2026-01-01T00:00:00") == [old]
    assert ids("?query_begin_time=2026-01-01T00:00:01") == [new]
    assert ids("?query_begin_time=2026-01-01T08:00:01%2B08:00") == [new]
    assert ids(f"?request_id={old}&query_begin_time=2026-01-01T00:00:00") == [old]
    assert ids(f"?request_id={old}") == [old]


@pytest.mark.parametrize(
    "query",
    [
        "status=DONE",
        "query_begin_time=yesterday",
        "query_end_time=2026-13-01T00:00:00",
        "limit=-1",
        "marker=x",
    ],
)
def test_a_query_that_cannot_be_read_is_refused(cloud: CloudClient, query: str) -> None:
    answer = cloud.functions("GET", f"/orders/async-invocations?{query}")

    assert error_of(answer) == (400, "FSS.1001")


def test_a_version_in_the_urn_narrows_the_list(cloud: CloudClient) -> None:
    named = {each: cloud.urn("orders", each) for each in ("latest", "v1", "v2", "!prod")}
    made = {each: accepted(cloud, urn) for each, urn in named.items()}

    def ids(urn: str) -> set[str]:
        return {each["request_id"] for each in listed(cloud, urn)["invocations"]}

    assert ids("orders") == set(made.values())
    assert ids(named["latest"]) == {made["latest"]}
    assert ids(named["v2"]) == {made["v2"]}
    assert ids(named["v1"]) == ids(named["!prod"]) == {made["v1"], made["!prod"]}


MISSING = ("nobody", f"{PROJECT}:default:orders:v9", f"{PROJECT}:default:orders:!nope")


@pytest.mark.parametrize("named", MISSING)
@pytest.mark.parametrize("rest", ["async-invocations", "active-async-invocations"])
def test_requests_of_what_is_missing_are_not_found(
    cloud: CloudClient, rest: str, named: str
) -> None:
    assert error_of(cloud.functions("GET", f"/{named}/{rest}")) == (404, "FSS.0404")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        *((named, (404, "FSS.0404")) for named in MISSING),
        (f"{PROJECT}:default:orders:v2", (400, "FSS.0400")),
    ],
)
def test_a_request_is_cancelled_only_as_what_ran_it(
    cloud: CloudClient, named: str, expected: tuple[int, str]
) -> None:
    identifier = accepted(cloud, f"{PROJECT}:default:orders:!prod")

    refused = cloud.functions("POST", f"/{named}/cancel", {"request_id": identifier})
    assert error_of(refused) == expected
    for right in (f"{PROJECT}:default:orders:v1", f"{PROJECT}:default:orders:!prod", "orders"):
        answer = cloud.functions("POST", f"/{right}/cancel", {"request_id": identifier})
        assert answer.status_code == 200


def test_active_requests_are_those_that_are_not_over(cloud: CloudClient) -> None:
    made = [accepted(cloud, "orders") for _ in range(2)]
    idle(cloud)
    made += [accepted(cloud, "orders") for _ in range(3)]

    found = listed(cloud, "orders", active="active-")
    named = listed(cloud, "orders", f"?requests={made[0]},{made[2]}", active="active-")

    assert [each["request_id"] for each in found["invocations"]] == made[2:]
    assert [each["request_id"] for each in named["invocations"]] == [made[2]]
    many = ",".join(map(str, range(11)))
    refused = cloud.functions("GET", f"/orders/active-async-invocations?requests={many}")
    assert error_of(refused) == (400, "FSS.1001")


def test_active_requests_are_not_known_on_open_telekom_cloud() -> None:
    with local_cloud(name="otc", seed=SEED) as otc:
        answer = otc.functions("GET", "/orders/active-async-invocations")

    assert error_of(answer) == (404, "APIGW.0101")


@pytest.mark.parametrize("how", [{}, {"type": "force"}, {"type": "recursive"}])
def test_a_cancelled_request_never_runs(cloud: CloudClient, how: Mapping[str, str]) -> None:
    identifier = accepted(cloud, "orders")

    answer = cloud.functions("POST", "/orders/cancel", {"request_id": identifier, **how})
    idle(cloud)

    assert (answer.status_code, answer.content) == (200, b"null")
    assert status_of(cloud, "orders", identifier) == ("FAIL", "function invocation canceled", 4208)


@pytest.mark.parametrize(("how", "status"), [({}, "SUCCESS"), ({"type": "force"}, "FAIL")])
def test_only_force_ends_a_run_that_has_begun(
    cloud: CloudClient, how: Mapping[str, str], status: str
) -> None:
    identifier = accepted(cloud, "sleeps")
    cloud.control("POST", "clock", {"seconds": 1})

    cloud.functions("POST", "/sleeps/cancel", {"request_id": identifier, **how})
    idle(cloud)

    assert status_of(cloud, "sleeps", identifier)[0] == status
    journal = cloud.control("GET", f"journal?request_id={identifier}")["lines"]
    cut_off = [each["detail"] for each in journal if each["step"] == "cut_off"]
    started = VIRTUAL_START.isoformat()
    told = {"attempt": 1, "repeated": False, "started_at": started}
    assert cut_off == ([told] if how else [])


def test_recursive_cancels_what_a_request_led_to_and_nothing_else(cloud: CloudClient) -> None:
    first, other = accepted(cloud, "orders"), accepted(cloud, "sleeps")
    child = caused(cloud, "sleeps", first)
    grandchild = caused(cloud, "says", child)
    cloud.control("POST", "clock", {"seconds": 0})

    cloud.functions("POST", "/orders/cancel", {"request_id": first, "type": "recursive"})
    cloud.control("POST", "clock", {"seconds": 0})

    assert status_of(cloud, "orders", first)[0] == "SUCCESS"
    assert status_of(cloud, "sleeps", child) == ("FAIL", "function invocation canceled", 4208)
    assert status_of(cloud, "says", grandchild)[0] == "SUCCESS"
    assert status_of(cloud, "sleeps", other)[0] == "RUNNING"


def a_loop(kind: str) -> Seed:
    """A function that leads to itself, and is let."""
    here = f"cn-north-4:{PROJECT}"
    targets = {
        "function": ("FunctionGraph", {"func_urn": f"urn:fss:{here}:function:default:orders"}),
        "topic": ("SMN", {"topic_urn": f"urn:smn:{here}:t"}),
        "bucket": ("OBS", {"bucket": "results"}),
        "stream": ("DIS", {"stream_name": "s"}),
    }
    listeners = {
        "topic": {"topic": "t"},
        "bucket": {"bucket": "results"},
        "stream": {"stream": "s"},
    }
    destination, param = targets[kind]
    return Seed.model_validate(
        {
            "projects": [{"name": "cn-north-4", "id": PROJECT}],
            "agencies": [{"name": "all", "grants": list(MAY_ALL)}],
            "functions": [
                {
                    "name": "orders",
                    "xrole": "all",
                    "loop_breaker": False,
                    "behaviour": {"sleep_seconds": 1},
                    "async_configs": {
                        "latest": {"on_success": {"destination": destination, "param": param}}
                    },
                    "triggers": [listeners[kind]] if kind in listeners else [],
                }
            ],
            "topics": [{"name": "t"}],
            "buckets": [{"name": "results"}],
            "streams": [{"name": "s"}],
        }
    )


@pytest.mark.parametrize("kind", ["function", "topic", "bucket", "stream"])
@pytest.mark.parametrize("waits", [True, False])
def test_recursive_ends_a_loop_also_where_a_notification_is_under_way(
    kind: str, *, waits: bool
) -> None:
    with local_cloud(seed=a_loop(kind), clock=VirtualClock()) as cloud:
        operation = {"function": "AsyncInvokeFunction", "topic": "PublishMessage"}
        operation |= {"bucket": "PutObject", "stream": "SendRecords"}
        first = accepted(cloud, "orders")
        if waits:
            cloud.control("POST", "faults", {"operation": operation[kind], "nth": 3, "status": 503})
        cloud.control("POST", "clock", {"seconds": 3})

        cloud.functions("POST", "/orders/cancel", {"request_id": first, "type": "recursive"})
        idle(cloud)

        ended = [each["status"] for each in listed(cloud, "orders")["invocations"]]
        assert sorted(ended) == ["FAIL", "SUCCESS", "SUCCESS", "SUCCESS"]


def caused(cloud: CloudClient, name: str, parent: str) -> str:
    """A request that another one's notification led to."""
    identifier = accepted(cloud, name)
    cloud.cloud.store.write_now(
        lambda c: c.execute("UPDATE inv_requests SET parent = ? WHERE id = ?", (parent, identifier))
    )
    return identifier


@pytest.mark.parametrize(
    ("named", "body", "expected"),
    [
        ("orders", {}, (400, "FSS.0400")),
        ("orders", {"request_id": "nobody"}, (400, "FSS.0400")),
        ("orders", {"request_id": 7}, (400, "FSS.0400")),
        ("orders", {"request_id": "x", "type": "softly"}, (400, "FSS.0400")),
        ("orders", [], (400, "FSS.0400")),
        ("nobody", {"request_id": "x"}, (404, "FSS.0404")),
    ],
)
def test_what_cannot_be_cancelled_is_refused(
    cloud: CloudClient, named: str, body: Any, expected: tuple[int, str]
) -> None:
    assert error_of(cloud.functions("POST", f"/{named}/cancel", body)) == expected


def test_a_request_of_another_function_cannot_be_cancelled(cloud: CloudClient) -> None:
    identifier = accepted(cloud, "orders")

    answer = cloud.functions("POST", "/says/cancel", {"request_id": identifier})

    assert error_of(answer) == (400, "FSS.0400")


def test_a_request_that_is_over_stays_as_it_is(cloud: CloudClient) -> None:
    identifier = accepted(cloud, "orders")
    idle(cloud)

    answer = cloud.functions("POST", "/orders/cancel", {"request_id": identifier, "type": "force"})

    assert answer.status_code == 200
    assert status_of(cloud, "orders", identifier) == ("SUCCESS", "", 0)


def test_a_synchronous_call_on_a_virtual_clock_waits_for_that_clock(cloud: CloudClient) -> None:
    cloud.control("POST", "script", {"function": "orders", "sleep_seconds": 2, "returns": 1})

    async def both() -> Any:
        path = f"/v2/{PROJECT}/fgs/functions/orders/invocations"
        waiting = asyncio.create_task(cloud.send("POST", path, {}))
        while cloud.cloud.clock.next_waking() is None:  # noqa: ASYNC110 # no clock tells of sleepers
            await asyncio.sleep(0)
        await cloud.cloud.dispatcher.advance(timedelta(seconds=2))
        return await waiting

    answer = cloud.run(both())

    assert (answer.status_code, answer.json()) == (200, 1)
    assert json.loads(answer.headers["x-cff-invoke-summary"])["duration"] == 2000


WEIGHTED = StoredAlias("prod", "v1", {"additional_version_weights": {"v2": 30}})


def test_an_alias_sends_its_share_to_the_further_version() -> None:
    chosen = [
        chosen_version(WEIGHTED, request_id=str(number), headers={}) for number in range(10_000)
    ]

    assert set(chosen) == {"v1", "v2"}
    assert 2800 < chosen.count("v2") < 3200
    again = [chosen_version(WEIGHTED, request_id=str(number), headers={}) for number in range(10)]
    assert again == chosen[:10]


@pytest.mark.parametrize(
    ("rules", "combined", "headers", "version"),
    [
        ([("X", "=", "a")], "and", {"x": "a"}, "v2"),
        ([("x", "=", "a")], "and", {"x": "A"}, "v1"),
        ([("x", "in", "a,b")], "and", {"x": "b"}, "v2"),
        ([("x", "=", "a,b")], "and", {"x": "b"}, "v1"),
        ([("x", "=", "a"), ("y", "=", "b")], "and", {"x": "a"}, "v1"),
        ([("x", "=", "a"), ("y", "=", "b")], "and", {"x": "a", "y": "b"}, "v2"),
        ([("x", "=", "a"), ("y", "=", "b")], "or", {"y": "b"}, "v2"),
        ([("x", "=", "a"), ("y", "=", "b")], None, {"y": "b"}, "v1"),
        ([], "and", {}, "v1"),
        ([], "or", {}, "v1"),
    ],
)
def test_an_alias_sends_by_rule(
    cloud: CloudClient,
    rules: list[tuple[str, str, str]],
    combined: str | None,
    headers: Mapping[str, str],
    version: str,
) -> None:
    strategy: dict[str, Any] = {
        "rules": [
            {"rule_type": "Header", "param": param, "op": op, "value": value}
            for param, op, value in rules
        ]
    }
    if combined is not None:
        strategy["combine_type"] = combined
    body = {"name": "test", "version": "v1", "additional_version_strategy": {"v2": strategy}}
    assert cloud.functions("POST", "/orders/aliases", body).status_code == 200
    cloud.control("POST", "script", {"function": "orders", "returns": 1})

    cloud.invoke_async(cloud.urn("orders", "!test"), {}, headers=headers)

    assert listed(cloud, cloud.urn("orders", version))["count"] == 1


def test_the_config_of_the_version_that_runs_is_the_one_that_counts(cloud: CloudClient) -> None:
    cloud.config("PUT", cloud.urn("orders", "v1"), {"max_async_retry_attempts": 2})
    cloud.control("POST", "script", {"function": "orders", "fails": True})
    made = {each: accepted(cloud, cloud.urn("orders", each)) for each in ("latest", "!prod")}
    idle(cloud)

    def attempts_of(identifier: str) -> int:
        find = queue.find_by_id
        return cloud.cloud.store.read(lambda c: find(c, identifier)).progress.attempts

    attempts = {each: attempts_of(identifier) for each, identifier in made.items()}
    assert attempts == {"latest": 1, "!prod": 3}


def test_a_run_that_ends_after_its_request_is_over_changes_nothing(
    cloud: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = accepted(cloud, "orders")
    now = cloud.cloud.clock.now()
    store = cloud.cloud.store

    [number] = store.read(lambda c: list_due(c, "inv_requests", now=now, most=1))

    async def carry_out(_run: PlannedRun) -> Outcome:
        over = Finish(Status.FAIL, Condition.CANCELLED)
        await store.write(lambda c: steps.finish(c, queue.find(c, number), over, now=now))
        return Outcome.success("1")

    monkeypatch.setattr(cloud.cloud.runner, "carry_out", carry_out)
    cloud.run(cloud.cloud.requests.carry_out(number))

    assert status_of(cloud, "orders", identifier)[0] == "FAIL"
    assert store.read(lambda c: queue.find(c, number)).progress.attempts == 0


def test_a_restricted_user_needs_the_action_of_each_call() -> None:
    policy = {
        "Version": "1.1",
        "Statement": [{"Effect": "Allow", "Action": ["functiongraph:function:invoke"]}],
    }
    seed = SEED.model_copy(
        update=dict(
            Seed.model_validate(
                {
                    "users": [{"name": "ann", "grants": [{"policy": policy}]}],
                    "credentials": [{"access_key": "ANN", "secret_key": "s", "user": "ann"}],
                }
            )
        )
        | {"functions": SEED.functions}
    )
    with local_cloud(seed=seed, clock=VirtualClock()) as client:
        path = f"/v2/{client.urn('orders').split(':')[3]}/fgs/functions/orders"
        answers = {
            rest: client.call(method, f"{path}/{rest}", {}, access_key="ANN", secret_key="s")
            for method, rest in (
                ("POST", "invocations"),
                ("POST", "invocations-async"),
                ("POST", "cancel"),
                ("GET", "async-invocations"),
                ("GET", "active-async-invocations"),
            )
        }

    assert {rest: answer.status_code for rest, answer in answers.items()} == {
        "invocations": 200,
        "invocations-async": 403,
        "cancel": 403,
        "async-invocations": 403,
        "active-async-invocations": 403,
    }
    assert "functiongraph:function:invokeAsync" in answers["invocations-async"].text


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ({}, "function: is required"),
        ({"function": "nobody"}, "function: there is no function nobody"),
        ({"function": "orders", "odd": 1}, "odd: "),
        ({"function": "orders", "clear": True, "fails": True}, "clear stands alone"),
        ({"function": "orders", "fails": True, "returns": 1}, "contradict"),
        ({"function": "a:b:c:v1"}, "leave the version out"),
        ({"function": "orders", "url": "http://example.com"}, "this machine"),
        ({"function": "a:b:c:d:e"}, "Invalid function urn"),
    ],
)
def test_a_script_that_cannot_be_followed_is_refused(
    cloud: CloudClient, order: Mapping[str, Any], problem: str
) -> None:
    answer = cloud.request("POST", "/_emulator/script", content=json.dumps(order).encode())

    assert answer.status_code == 400
    assert problem in answer.json()["problems"][0]


def test_a_script_changes_what_it_speaks_of_and_leaves_the_rest(cloud: CloudClient) -> None:
    def script(**order: object) -> tuple[object, object]:
        told = cloud.control("POST", "script", {"function": cloud.urn("orders"), **order})
        return told["behaviour"], told["loop_breaker"]

    assert script(fail_times=2) == ({"fail_times": 2}, True)
    assert script(loop_breaker=False) == ({"fail_times": 2}, False)
    assert script(returns=None) == ({"returns": None}, False)
    assert script() == ({}, False)
    assert script(clear=True) == (None, True)
    assert script(loop_breaker=False) == (None, False)
