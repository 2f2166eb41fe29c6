"""Asynchronous notification configs as a client meets them."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from unit.emulator.client import PROJECT, CloudClient, config_body


def put(client: CloudClient, urn: str = "orders", **changes: Any) -> dict[str, Any]:
    answer = client.config("PUT", urn, config_body(**changes))
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


def error_of(client: CloudClient, method: str, urn: str, body: Any = None) -> tuple[int, str]:
    answer = client.config(method, urn, body)
    return answer.status_code, answer.json()["error_code"]


def test_a_put_answers_the_whole_config_with_version_and_times(huawei: CloudClient) -> None:
    assert put(huawei) == {
        "func_urn": huawei.urn("orders"),
        **config_body(),
        "enable_async_status_log": False,
        "created_time": "2026-01-01T08:00:00+08:00",
        "last_modified": "2026-01-01T08:00:00+08:00",
    }


def test_what_was_put_is_read_back(huawei: CloudClient) -> None:
    stored = put(huawei)

    assert huawei.config("GET", "orders").json() == stored


def test_an_empty_body_gives_the_documented_defaults(huawei: CloudClient) -> None:
    stored = huawei.config("PUT", "orders", {}).json()

    assert stored["max_async_event_age_in_seconds"] == 3600
    assert stored["max_async_retry_attempts"] == 1
    assert stored["destination_config"] == {
        "on_success": {"destination": "", "param": ""},
        "on_failure": {"destination": "", "param": ""},
    }


def test_created_time_stays_and_last_modified_moves(huawei: CloudClient) -> None:
    put(huawei)
    huawei.control("POST", "clock", {"seconds": 60})

    changed = put(huawei, max_async_retry_attempts=3)

    assert changed["created_time"] == "2026-01-01T08:00:00+08:00"
    assert changed["last_modified"] == "2026-01-01T08:01:00+08:00"


@pytest.mark.parametrize("encode", [str, lambda urn: quote(urn, safe="")])
def test_every_form_of_the_urn_reaches_the_same_config(huawei: CloudClient, encode: Any) -> None:
    stored = put(huawei)
    full = huawei.urn("orders")
    forms = [
        "orders",
        "default:orders",
        f"{PROJECT}:default:orders",
        f"{PROJECT}:default:orders:latest",
        full.removesuffix(":latest"),
        full,
    ]

    for form in forms:
        assert huawei.config("GET", encode(form)).json() == stored, form


def test_a_trailing_slash_and_other_header_spellings_are_taken(huawei: CloudClient) -> None:
    stored = put(huawei)

    answer = huawei.call(
        "GET",
        f"/v2/{PROJECT}/fgs/functions/orders/async-invoke-config/",
        headers={"CONTENT-TYPE": "application/json;charset=utf8", "X-Custom": " padded "},
    )

    assert answer.json() == stored
    assert len(answer.headers["X-Request-Id"]) == 32


def test_each_version_has_its_own_config(huawei: CloudClient) -> None:
    huawei.functions("POST", "/orders/versions", {"version": "v1"})
    put(huawei, huawei.urn("orders", "v1"), max_async_retry_attempts=3)

    assert huawei.config("GET", "orders").status_code == 404
    stored = huawei.config("GET", huawei.urn("orders", "v1")).json()
    assert stored["func_urn"] == huawei.urn("orders", "v1")
    assert stored["max_async_retry_attempts"] == 3


@pytest.mark.parametrize("encoded", ["!prod", "%21prod"])
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_an_alias_is_refused(huawei: CloudClient, method: str, encoded: str) -> None:
    huawei.functions("POST", "/orders/aliases", {"name": "prod", "version": "latest"})
    urn = huawei.urn("orders", encoded)

    body = config_body() if method == "PUT" else None

    assert error_of(huawei, method, urn, body) == (400, "FSS.0400")


def test_a_config_that_is_not_there_is_not_found(huawei: CloudClient) -> None:
    assert error_of(huawei, "GET", "orders") == (404, "FSS.0404")
    assert error_of(huawei, "DELETE", "orders") == (404, "FSS.0404")


def test_a_deleted_config_is_gone_and_can_be_made_again(huawei: CloudClient) -> None:
    put(huawei)

    deleted = huawei.config("DELETE", "orders")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert error_of(huawei, "GET", "orders") == (404, "FSS.0404")
    huawei.control("POST", "clock", {"seconds": 60})
    assert put(huawei)["created_time"] == "2026-01-01T08:01:00+08:00"


def test_deleting_a_function_removes_its_configs(huawei: CloudClient) -> None:
    put(huawei)
    huawei.functions("DELETE", "/orders")
    huawei.create_function("orders")

    assert error_of(huawei, "GET", "orders") == (404, "FSS.0404")


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(
    ("option", "expected"),
    [("404", (404, "FSS.1051")), ("401", (401, "FSS.0401")), ("500", (500, "FSS.0500"))],
)
def test_a_missing_function_is_worded_as_the_option_says(
    huawei: CloudClient, method: str, option: str, expected: tuple[int, str]
) -> None:
    huawei.control("POST", "options", {"missing_function": option})

    assert error_of(huawei, method, "nobody", {} if method == "PUT" else None) == expected
    assert huawei.functions("GET", "/nobody/config").status_code == 404


def test_a_missing_version_is_not_found(huawei: CloudClient) -> None:
    assert error_of(huawei, "GET", huawei.urn("orders", "v9")) == (404, "FSS.1052")


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        ("urn:fss:cn-north-4:p:function", (400, "FSS.1309")),
        ("urn:fss:eu-de:" + PROJECT + ":function:default:orders", (404, "FSS.1051")),
        ("otherproject:default:orders", (404, "FSS.1051")),
    ],
)
def test_a_urn_of_elsewhere_or_nowhere_is_refused(
    huawei: CloudClient, urn: str, expected: tuple[int, str]
) -> None:
    assert error_of(huawei, "GET", urn) == expected


def target(destination: Any, param: Any) -> dict[str, Any]:
    return {"destination_config": {"on_success": {"destination": destination, "param": param}}}


FUNCTION_URN = f"urn:fss:cn-north-4:{PROJECT}:function:default:audit"


@pytest.mark.parametrize(
    "body",
    [
        {"max_async_event_age_in_seconds": 1, "max_async_retry_attempts": 0},
        {"max_async_event_age_in_seconds": 86400, "max_async_retry_attempts": 3},
        {"destination_config": None, "max_async_retry_attempts": None},
        {"destination_config": {}},
        {"destination_config": {"on_success": None, "on_failure": {}}},
        {"enable_async_status_log": True},
        target("", ""),
        target("", "{}"),
        target("OBS", '{"bucket":"abc"}'),
        target("OBS", '{"bucket":"abc","prefix":"/x","expires":0}'),
        target("OBS", '{"bucket":"abc","prefix":"","expires":365}'),
        target("SMN", '{"topic_urn":"urn:smn:r:p:t"}'),
        target("DIS", '{"stream_name":"s"}'),
        target("FunctionGraph", json.dumps({"func_urn": FUNCTION_URN})),
        target("FunctionGraph", json.dumps({"func_urn": FUNCTION_URN + ":!prod"})),
    ],
)
def test_what_the_reference_allows_is_taken(huawei: CloudClient, body: Any) -> None:
    assert huawei.config("PUT", "orders", body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"max_async_event_age_in_seconds": 0},
        {"max_async_event_age_in_seconds": 86401},
        {"max_async_event_age_in_seconds": "60"},
        {"max_async_event_age_in_seconds": 60.0},
        {"max_async_retry_attempts": -1},
        {"max_async_retry_attempts": 4},
        {"max_async_retry_attempts": 2.5},
        {"max_async_retry_attempts": True},
        {"enable_async_status_log": "true"},
        {"destination_config": []},
        {"destination_config": {"on_success": "OBS"}},
        target("obs", '{"bucket":"abc"}'),
        target("Kafka", "{}"),
        target(7, "{}"),
        target("", '{"bucket":"abc"}'),
        target("OBS", ""),
        target("OBS", "{}"),
        target("OBS", {"bucket": "abc"}),
        target("OBS", "not json"),
        target("OBS", '["abc"]'),
        target("OBS", '{"bucket":"Abc"}'),
        target("OBS", '{"bucket":"ab"}'),
        target("OBS", '{"bucket":"192.168.0.1"}'),
        target("OBS", '{"bucket":"a..b"}'),
        target("OBS", '{"bucket":"abc","expires":366}'),
        target("OBS", '{"bucket":"abc","expires":-1}'),
        target("OBS", '{"bucket":"abc","expires":true}'),
        target("OBS", '{"bucket":"abc","expires":"5"}'),
        target("OBS", '{"bucket":"abc","prefix":5}'),
        target("OBS", '{"bucket":"abc","topic_urn":"urn:smn:r:p:t"}'),
        target("SMN", '{"topic_urn":"alerts"}'),
        target("SMN", '{"bucket":"abc"}'),
        target("DIS", '{"stream_name":""}'),
        target("DIS", '{"stream_name":"' + "s" * 65 + '"}'),
        target("FunctionGraph", '{"func_urn":"audit"}'),
        target("FunctionGraph", '{"func_urn":"urn:fss:r:p:function:default"}'),
    ],
)
def test_what_the_reference_does_not_allow_is_refused_and_changes_nothing(
    huawei: CloudClient, body: Any
) -> None:
    stored = put(huawei)

    assert error_of(huawei, "PUT", "orders", body) == (400, "FSS.0400")
    assert huawei.config("GET", "orders").json() == stored


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"max_async_retry_attempts": NaN}',
        b'{"destination_config": {"on_success": {"destination": "\\ud800"}}}',
        b"[" * 100_000,
        b'{"max_async_retry_attempts": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_not_json_is_not_acceptable(huawei: CloudClient, body: bytes) -> None:
    assert error_of(huawei, "PUT", "orders", body) == (406, "FSS.0406")


def test_a_body_beyond_the_limit_is_too_large(huawei: CloudClient) -> None:
    body = b'{"padding": "' + b"x" * (1 << 20) + b'"}'

    assert error_of(huawei, "PUT", "orders", body) == (413, "FSS.0413")


def test_a_put_replaces_what_it_leaves_out(huawei: CloudClient) -> None:
    put(huawei)

    replaced = huawei.config("PUT", "orders", {"max_async_retry_attempts": 0}).json()

    assert replaced["max_async_event_age_in_seconds"] == 3600
    assert replaced["destination_config"]["on_success"] == {"destination": "", "param": ""}


def test_a_merging_put_keeps_what_it_leaves_out_and_empties_what_it_says(
    huawei: CloudClient,
) -> None:
    huawei.control("POST", "options", {"put": "merge"})
    former = put(huawei)
    emptied = {"destination": "", "param": "{}"}

    kept = huawei.config("PUT", "orders", {"max_async_retry_attempts": 0}).json()
    unset = huawei.config("PUT", "orders", {"destination_config": {"on_failure": emptied}}).json()

    assert kept == {**former, "max_async_retry_attempts": 0}
    assert unset["destination_config"] == {
        "on_success": former["destination_config"]["on_success"],
        "on_failure": {"destination": "", "param": ""},
    }


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("empty", {"on_success": {"destination": "", "param": ""}}),
        ("null", {"on_success": None}),
        ("missing", {}),
    ],
)
def test_an_unset_target_is_answered_in_the_form_of_the_option(
    huawei: CloudClient, form: str, expected: dict[str, Any]
) -> None:
    huawei.control("POST", "options", {"unset_target": form})
    failure = {"destination": "DIS", "param": '{"stream_name":"s"}'}

    stored = huawei.config("PUT", "orders", {"destination_config": {"on_failure": failure}}).json()

    assert stored["destination_config"] == {**expected, "on_failure": failure}
    assert huawei.config("GET", "orders").json() == stored


def test_last_modified_can_be_answered_as_in_the_references_sample(huawei: CloudClient) -> None:
    huawei.control("POST", "options", {"last_modified": "without_offset"})

    stored = put(huawei)

    assert stored["last_modified"] == "2026-01-01 08:00:00"
    assert stored["created_time"] == "2026-01-01T08:00:00+08:00"


def test_param_comes_back_as_sent_or_canonical(huawei: CloudClient) -> None:
    sent = '{ "prefix": "/é", "bucket":"abc" }'

    def answered() -> str:
        stored = huawei.config("PUT", "orders", target("OBS", sent)).json()
        param: str = stored["destination_config"]["on_success"]["param"]
        return param

    assert answered() == sent
    huawei.control("POST", "options", {"param_text": "canonical"})
    assert answered() == '{"bucket":"abc","prefix":"/é"}'


@pytest.mark.parametrize("flag", [True, False, None])
def test_open_telekom_cloud_fails_on_the_status_log_key(otc: CloudClient, flag: Any) -> None:
    body = {"enable_async_status_log": flag}

    assert error_of(otc, "PUT", "orders", body) == (500, "FSS.0500")
    assert "enable_async_status_log" not in put(otc)
    assert put(otc)["created_time"] == "2026-01-01T00:00:00Z"


def test_huawei_cloud_keeps_the_status_log_flag(huawei: CloudClient) -> None:
    assert put(huawei, enable_async_status_log=True)["enable_async_status_log"] is True
    assert huawei.config("GET", "orders").json()["enable_async_status_log"] is True


def test_dis_can_be_withdrawn(huawei: CloudClient) -> None:
    huawei.control("POST", "options", {"dis": False})

    body = target("DIS", '{"stream_name":"s"}')

    assert error_of(huawei, "PUT", "orders", body) == (400, "FSS.0400")
