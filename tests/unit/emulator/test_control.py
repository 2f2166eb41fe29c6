"""The controls that no cloud has."""

import json
import threading
import time
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.controls.objects import SHOWN
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.models import MAX_PROBLEMS
from unit.emulator.client import PROJECT, CloudClient, config_body
from unit.emulator.obs_calls import obs


def refused(client: CloudClient, name: str, content: bytes) -> list[str]:
    answer = client.request("POST", f"/_emulator/{name}", content=content)
    assert answer.status_code == 400
    problems: list[str] = answer.json()["problems"]
    return problems


def test_a_reset_brings_back_the_seed_and_every_default(huawei: CloudClient) -> None:
    before = huawei.control("GET", "state")
    huawei.config("PUT", "orders", config_body())
    huawei.functions("DELETE", "/audit")
    huawei.control("POST", "options", {"put": "merge"})
    huawei.control("POST", "faults", {"status": 500})
    huawei.control("POST", "clock", {"seconds": 60})

    huawei.control("POST", "reset")

    assert huawei.control("GET", "state") == before
    assert huawei.control("GET", "options")["put"] == "replace"
    assert huawei.control("GET", "faults") == {"faults": []}
    assert huawei.control("GET", "requests") == {"requests": []}


def test_the_log_tells_what_was_asked_and_what_was_answered(huawei: CloudClient) -> None:
    huawei.config("PUT", "orders", config_body())
    huawei.config("GET", "nobody")

    put, get = huawei.control("GET", "requests")["requests"]

    path = f"/v2/{PROJECT}/fgs/functions/orders/async-invoke-config"
    assert (put["method"], put["path"], put["status"]) == ("PUT", path, 200)
    assert (put["service"], put["operation"], put["writing"]) == (
        "functiongraph",
        "UpdateFunctionAsyncInvokeConfig",
        True,
    )
    assert (get["operation"], get["status"], get["writing"]) == (
        "ShowFunctionAsyncInvokeConfig",
        404,
        False,
    )


def test_the_log_is_emptied_on_order_and_numbers_go_on(huawei: CloudClient) -> None:
    huawei.config("GET", "orders")
    huawei.control("DELETE", "requests")
    huawei.config("GET", "orders")

    [entry] = huawei.control("GET", "requests")["requests"]

    assert entry["number"] == 2


def test_asking_for_a_token_is_no_writing_request(huawei: CloudClient) -> None:
    huawei.request("POST", "/v3/auth/tokens", content=b"{}")

    [entry] = huawei.control("GET", "requests")["requests"]

    assert (entry["operation"], entry["writing"]) == ("KeystoneCreateUserToken", False)


def test_the_state_shows_configs_by_version(huawei: CloudClient) -> None:
    stored = huawei.config("PUT", "orders", config_body()).json()

    functions = huawei.control("GET", "state")["functions"]

    assert [each["func_name"] for each in functions] == ["orders", "audit"]
    assert functions[0]["async_configs"] == {"latest": stored}
    assert functions[1]["async_configs"] == {}


def test_no_secret_is_in_the_state_or_the_log(huawei: CloudClient) -> None:
    huawei.call("GET", "/v3/projects")

    shown = f"{huawei.control('GET', 'state')}{huawei.control('GET', 'requests')}"

    assert "local-cloud-secret-key" not in shown
    assert "local-cloud-password" not in shown


def test_a_seed_is_added_to_what_is_there(huawei: CloudClient) -> None:
    huawei.config("PUT", "orders", config_body())
    text = b"functions: [{name: billing, versions: [v1], aliases: {prod: v1}}]"

    answer = huawei.request("POST", "/_emulator/seed", content=text)

    names = {each["func_name"]: each for each in answer.json()["functions"]}
    assert names["orders"]["async_configs"] != {}
    assert names["billing"]["versions"] == ["latest", "v1"]
    assert names["billing"]["aliases"] == {"prod": "v1"}


def test_a_seed_with_problems_changes_nothing(huawei: CloudClient) -> None:
    before = huawei.control("GET", "state")
    text = b"functions: [{name: fine}, {name: bad, project: nowhere}]\nbuckets: [{name: X}]"

    problems = refused(huawei, "seed", text)

    assert problems == [
        "functions[1].project: there is no project nowhere",
        "buckets[0].name: OBS takes names of 3 to 63 lower-case letters, digits, '-' and '.'",
    ]
    assert huawei.control("GET", "state") == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("options", b'{"put": "sometimes"}'),
        ("options", b'{"puts": "merge"}'),
        ("options", b"[]"),
        ("faults", b"{}"),
        ("faults", b'{"status": 99}'),
        ("faults", b'{"status": 500, "times": 2}'),
        ("faults", b'{"status": 500, "colour": "red"}'),
        ("clock", b"{}"),
        ("clock", b'{"seconds": "NaN"}'),
        ("clock", b'{"seconds": true}'),
        ("faults", b'{"status": 500, "nth": true}'),
        ("options", b'{"retry_seconds": true}'),
        ("options", b'{"delivery_attempts": 2.5}'),
        ("invoke", b'{"function": "orders", "wait_seconds": true}'),
        ("expect", b'{"timeout_seconds": true}'),
        ("seed", b"functions: {"),
    ],
)
def test_a_senseless_order_is_refused_with_its_problems(
    huawei: CloudClient, name: str, content: bytes
) -> None:
    assert refused(huawei, name, content)


WORDS = [
    ("clock", {"seconds": -1}, "seconds: must be at least 0"),
    ("clock", {"seconds": 1e10}, "seconds: must be at most 1000000000"),
    ("clock", {"seconds": "5"}, "seconds: must be a number, not a text"),
    ("clock", {"idle": 1}, "idle: must be true or false, not a number"),
    ("clock", {"skew_seconds": -1e10}, "skew_seconds: must be at least -1000000000"),
    ("expect", {"after": "5"}, "after: must be a whole number, not a text"),
    ("expect", {"after": True}, "after: must be a whole number, not true or false"),
    ("expect", {"after": 1.5}, "after: must be a whole number, not a fraction"),
    ("expect", {"status": "WAIT"}, "status: must be DELIVERED or FAILED"),
    ("expect", {"timeout_seconds": 61}, "timeout_seconds: must be at most 60"),
    ("expect", {"last": 1}, "last: there is no such field; there are function, request_id, "),
    ("invoke", {"function": "orders", "async": 0}, "async: must be true or false, not a number"),
    (
        "script",
        {"function": "orders", "fails": None},
        "fails: must be true or false, or a text, not null",
    ),
    (
        "script",
        {"function": "orders", "fails": "x" * 2000},
        "fails: must be true or false, or a text of at most 1,024 characters",
    ),
    (
        "script",
        {"function": "orders", "system_error": -1},
        "system_error: must be true or false, or at least 0",
    ),
]


@pytest.mark.parametrize(("name", "order", "words"), WORDS)
def test_an_order_is_refused_by_the_name_of_what_is_wrong_with_it(
    huawei: CloudClient, name: str, order: dict[str, Any], words: str
) -> None:
    before = huawei.control("GET", "clock")

    [problem] = refused(huawei, name, json.dumps(order).encode())

    assert problem.startswith(words)
    assert huawei.control("GET", "clock") == before


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_a_number_that_is_none_is_refused(huawei: CloudClient, number: str) -> None:
    for name in ("clock", "expect", "options"):
        assert refused(huawei, name, f'{{"seconds": {number}}}'.encode())[0].startswith("body: ")


def test_options_are_changed_one_by_one(huawei: CloudClient) -> None:
    huawei.control("POST", "options", {"put": "merge"})
    options = huawei.control("POST", "options", {"unset_target": "null"})

    assert (options["put"], options["unset_target"]) == ("merge", "null")


def test_the_environment_leads_a_client_here(huawei: CloudClient) -> None:
    found: dict[str, Any] = huawei.control("GET", "environment")

    assert found["FUNCTIONGRAPH_CLOUD"] == "huawei"
    assert found["FUNCTIONGRAPH_REGION"] == "cn-north-4"
    assert found["HUAWEICLOUD_SDK_PROJECT_ID"] == PROJECT
    assert json.loads(found["FUNCTIONGRAPH_ENDPOINTS"])["iam"] == "http://testserver"
    assert found["HUAWEICLOUD_SDK_REGION_FUNCTIONGRAPH_CN_NORTH_4"] == "http://testserver"


def test_an_unknown_control_is_unknown(huawei: CloudClient) -> None:
    assert huawei.request("POST", "/_emulator/selfdestruct").status_code == 404


def test_the_clock_is_shown(huawei: CloudClient) -> None:
    assert huawei.control("GET", "clock") == {
        "now": "2026-01-01T00:00:00+00:00",
        "virtual": False,
        "skew_seconds": 0,
    }


def test_the_clock_stays_in_the_years_that_can_be_written(huawei: CloudClient) -> None:
    answers = [
        huawei.request("POST", "/_emulator/clock", content=b'{"seconds": 1e9}') for _ in range(300)
    ]

    assert answers[-1].status_code == 400
    assert "would leave the years 1970 to 9000" in answers[-1].json()["problems"][0]
    assert huawei.functions("GET").status_code == 200


def test_a_control_that_fails_shows_nothing_of_its_insides(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise LookupError("local-cloud-secret-key")

    monkeypatch.setattr(huawei.cloud.request_log, "documents", fail)

    answer = huawei.request("GET", "/_emulator/requests")

    assert answer.status_code == 500
    assert answer.json() == {"problems": ["the local cloud failed, see its log"]}


def test_the_log_keeps_no_secret_and_no_endless_path(huawei: CloudClient) -> None:
    huawei.request(
        "GET",
        "/bucket/" + "k" * 10_000 + "?X-Obs-Security-Token=canary-1",
        headers={"authorization": "OBS canary-2:canary3=", "x-auth-token": "canary-4"},
    )
    huawei.request("POST", "/v3/auth/tokens", content=b'{"auth": {"password": "canary-5"}}')

    shown = json.dumps(huawei.control("GET", "requests"))

    assert "canary" not in shown
    assert len(shown) < 5000


def test_an_answer_of_a_control_holds_no_bare_control_character(huawei: CloudClient) -> None:
    huawei.request("GET", "/bucket/%1b%5D0;evil%07%C2%9b31m")

    answer = huawei.request("GET", "/_emulator/requests")

    assert answer.content.isascii()
    assert b"\x1b" not in answer.content
    assert answer.json()["requests"][0]["path"] == "/bucket/\x1b]0;evil\x07\x9b31m"


MANY = {
    "faults, empty": ("faults", b"[" + b",".join([b"{}"] * 300_000) + b"]"),
    "faults": ("faults", b"[" + b",".join([b'{"reset":true}'] * 1001) + b"]"),
    "values": ("faults", b'{"status":503,"body":[' + b",".join([b"1"] * 20_000) + b"]}"),
    "headers": ("faults", json.dumps({"headers": {f"k{n}": 1 for n in range(20_000)}}).encode()),
    "options": ("options", json.dumps({f"k{n}": 1 for n in range(70_000)}).encode()),
    "bytes": ("options", b" " * (1 << 20) + b"{}"),
    "depth": ("options", b"[" * 500_000),
    "functions": ("seed", b'{"functions":[' + b",".join([b"1"] * 10_000) + b"]}"),
    "keys": ("seed", json.dumps({f"k{n}": 1 for n in range(5_000)}).encode()),
    "functions, wrong late": (
        "seed",
        b'{"functions":[' + b'{"name":"f"},' * 60 + b",".join([b"1"] * 9_000) + b"]}",
    ),
}
"""Orders of many parts."""


@pytest.mark.parametrize(("name", "content"), MANY.values(), ids=MANY)
def test_an_order_of_many_parts_is_refused_with_few_problems(
    huawei: CloudClient, name: str, content: bytes
) -> None:
    answer = huawei.request("POST", f"/_emulator/{name}", content=content)

    assert answer.status_code in {400, 413}
    assert 1 <= len(answer.json()["problems"]) <= MAX_PROBLEMS + 1
    assert len(answer.content) < 20_000


def test_all_faults_together_have_a_limit(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", [{"reset": True}] * 1000)

    assert refused(huawei, "faults", b'{"reset": true}') == [
        "body: 1000 faults can be in force, there is room for 0"
    ]


def test_problems_beyond_the_first_are_counted(huawei: CloudClient) -> None:
    problems = refused(huawei, "faults", json.dumps([{"status": 1}] * 100).encode())

    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].startswith("and ")


def test_others_are_answered_while_a_large_seed_is_read() -> None:
    functions = ",".join(f'{{"name":"f{n}"}}' for n in range(6_000))
    seed = f'{{"functions":[{functions}]}}'.encode()
    waited: list[float] = []
    with Emulator() as emulator, httpx.Client(base_url=emulator.url, timeout=60) as http:
        sent = threading.Thread(target=httpx.post, args=(f"{emulator.url}/_emulator/seed",),
                                kwargs={"content": seed, "timeout": 60})  # fmt: skip
        sent.start()
        while sent.is_alive():
            start = time.monotonic()
            assert http.get("/_emulator/clock").status_code == 200
            waited.append(time.monotonic() - start)
        assert len(http.get("/_emulator/state").json()["functions"]) > 6_000

    assert len(waited) > 5
    assert max(waited) < 2


@pytest.mark.parametrize(
    "media_types",
    [["application/json", "text/plain"], ["text/plain", "application/json"], ["a/b", "a/b"]],
)
def test_an_order_has_one_content_type(huawei: CloudClient, media_types: list[str]) -> None:
    headers = [(b"content-type", each.encode()) for each in media_types]

    answer = huawei.request("POST", "/_emulator/reset", headers=headers)  # type: ignore[arg-type] # a list is taken

    assert answer.status_code == 400
    assert "one Content-Type" in answer.json()["problems"][0]


def test_the_log_shows_what_came_last_on_request(huawei: CloudClient) -> None:
    for name in ("orders", "audit", "nobody"):
        huawei.config("GET", name)

    last = huawei.control("GET", "requests?last=2")["requests"]
    more = huawei.control("GET", "requests?last=20000")["requests"]

    assert [each["number"] for each in last] == [2, 3]
    assert [each["number"] for each in more] == [1, 2, 3]
    assert huawei.request("GET", "/_emulator/requests?last=0").status_code == 400


def test_the_counts_of_changes_grow_with_what_happens_and_only_then(huawei: CloudClient) -> None:
    before = huawei.control("GET", "changes")
    huawei.control("GET", "state")
    assert huawei.control("GET", "changes") == before

    huawei.config("PUT", "orders", config_body())
    huawei.control("POST", "faults", {"status": 500})

    after = huawei.control("GET", "changes")
    assert after["changes"] > before["changes"]
    assert (after["requests"], after["faults"]) == (before["requests"] + 1, 1)
    assert after["cloud"] == "huawei"


def test_what_a_function_was_told_is_shown(huawei: CloudClient) -> None:
    before = huawei.control("GET", "script?function=orders")
    huawei.control("POST", "script", {"function": "orders", "fail_times": 2})

    assert before == {"function": "orders", "behaviour": None, "loop_breaker": True}
    assert huawei.control("GET", "script?function=orders")["behaviour"] == {"fail_times": 2}
    answer = huawei.request("GET", "/_emulator/script?function=nobody")
    assert answer.json()["problems"] == [
        "function: there is no function nobody; there is orders, audit"
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'{"a": 1}', '{"a": 1}'),
        (b"", ""),
        (b"\xff\xfe", None),
        ("é".encode() * SHOWN, "é" * (SHOWN // 2)),
        (b"x" + "é".encode() * SHOWN, "x" + "é" * (SHOWN // 2 - 1)),
        (b"x" * SHOWN + b"\xff", "x" * SHOWN),
        ("é".encode()[:1], None),
    ],
    ids=[
        "json",
        "empty",
        "binary",
        "long",
        "long, cut in a character",
        "long, binary behind",
        "half",
    ],
)
def test_an_object_is_shown_as_text_where_it_is_text(
    huawei: CloudClient, content: bytes, text: str | None
) -> None:
    assert obs(huawei, "PUT", "/order-failures/a%20b", content).status_code == 200

    shown = huawei.control("GET", "object?bucket=order-failures&key=a%20b")

    assert shown == {
        "bucket": "order-failures",
        "key": "a b",
        "bytes": len(content),
        "content_type": "binary/octet-stream",
        "text": text,
    }


def test_an_object_that_is_not_there_is_named(huawei: CloudClient) -> None:
    answer = huawei.request("GET", "/_emulator/object?bucket=order-failures&key=none")

    assert answer.json()["problems"] == ["key: bucket order-failures has no object none"]
