"""Functions, versions and aliases as a client meets them."""

import hashlib
import json
from typing import Any

import pytest

from unit.emulator.client import PROJECT, CloudClient, config_body, function_body


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def test_a_created_function_is_answered_with_its_model(huawei: CloudClient) -> None:
    created = huawei.create_function("demo", xrole="serverless-trust", description="d")

    model = created.json()
    assert created.status_code == 200
    assert model["func_urn"] == huawei.urn("demo")
    assert model["namespace"] == PROJECT
    assert model["project_name"] == "cn-north-4"
    assert (model["cpu"], model["code_size"]) == (300, 9)
    assert model["digest"] == hashlib.sha512(b"print(1)\n").hexdigest()
    assert (model["xrole"], model["description"]) == ("serverless-trust", "d")
    assert model["last_modified"] == "2026-01-01T08:00:00+08:00"
    assert huawei.functions("GET", "/demo/config").json() == model


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"func_name": None}, "FSS.1002"),
        ({"func_name": "1x"}, "FSS.1002"),
        ({"func_name": "x" * 61}, "FSS.1002"),
        ({"handler": None}, "FSS.1003"),
        ({"handler": "nodot"}, "FSS.1003"),
        ({"handler": "index\0.handler"}, "FSS.1003"),
        ({"package": None}, "FSS.1004"),
        ({"runtime": "Cobol"}, "FSS.1005"),
        ({"runtime": 3}, "FSS.1005"),
        ({"code_type": "tar"}, "FSS.1006"),
        ({"code_type": None}, "FSS.1006"),
        ({"memory_size": 100}, "FSS.1007"),
        ({"memory_size": True}, "FSS.1007"),
        ({"timeout": 2}, "FSS.1008"),
        ({"timeout": 259201}, "FSS.1008"),
        ({"user_data": {"a": 1}}, "FSS.1009"),
        ({"func_code": {"file": "?"}}, "FSS.1011"),
        ({"xrole": 7}, "FSS.0400"),
    ],
)
def test_a_function_that_the_reference_does_not_allow_is_refused(
    huawei: CloudClient, change: dict[str, Any], code: str
) -> None:
    answer = huawei.functions("POST", body={**function_body("demo"), **change})

    assert error_of(answer) == (400, code)
    assert huawei.functions("GET", "/demo/config").status_code == 404


def test_a_function_of_a_taken_name_is_refused(huawei: CloudClient) -> None:
    assert error_of(huawei.create_function("orders")) == (409, "FSS.1061")
    assert huawei.create_function("orders", package="other").status_code == 200


def test_an_update_changes_what_it_names_and_keeps_the_rest(huawei: CloudClient) -> None:
    before = huawei.functions("GET", "/orders/config").json()
    huawei.control("POST", "clock", {"seconds": 1})

    after = huawei.functions("PUT", "/orders/config", {"timeout": 30, "xrole": "other"}).json()

    assert after == {
        **before,
        "timeout": 30,
        "xrole": "other",
        "last_modified": "2026-01-01T08:00:01+08:00",
    }
    assert huawei.functions("GET", "/orders/config").json() == after


def test_a_refused_update_changes_nothing(huawei: CloudClient) -> None:
    before = huawei.functions("GET", "/orders/config").json()

    answer = huawei.functions("PUT", "/orders/config", {"timeout": 30, "memory_size": 1})

    assert error_of(answer) == (400, "FSS.1007")
    assert huawei.functions("GET", "/orders/config").json() == before


def test_a_deleted_function_is_gone(huawei: CloudClient) -> None:
    assert huawei.functions("DELETE", "/orders").status_code == 204
    assert error_of(huawei.functions("GET", "/orders/config")) == (404, "FSS.1051")
    assert error_of(huawei.functions("DELETE", "/orders")) == (404, "FSS.1051")


def test_a_version_is_published_listed_and_deleted(huawei: CloudClient) -> None:
    published = huawei.functions("POST", "/orders/versions", {"version": "v1", "description": "d"})

    assert published.status_code == 200
    assert published.json()["func_urn"] == huawei.urn("orders", "v1")
    assert published.json()["version_description"] == "d"
    listed = huawei.functions("GET", "/orders/versions").json()
    assert [version["version"] for version in listed["versions"]] == ["latest", "v1"]
    assert (listed["next_marker"], listed["count"]) == (2, 2)
    assert huawei.functions("DELETE", f"/{huawei.urn('orders', 'v1')}").status_code == 204
    assert huawei.functions("GET", "/orders/versions").json()["count"] == 1
    assert huawei.functions("GET", "/orders/config").status_code == 200


def test_a_version_is_named_by_the_time_when_no_name_is_given(huawei: CloudClient) -> None:
    published = huawei.functions("POST", "/orders/versions").json()

    assert published["version"] == "v20260101-000000"
    assert error_of(huawei.functions("POST", "/orders/versions")) == (409, "FSS.1062")


@pytest.mark.parametrize("name", ["latest", "-v", "v:1", "v" * 43])
def test_a_version_of_a_senseless_name_is_refused(huawei: CloudClient, name: str) -> None:
    answer = huawei.functions("POST", "/orders/versions", {"version": name})

    assert error_of(answer) == (400, "FSS.1015")


def test_latest_is_not_deleted_by_itself(huawei: CloudClient) -> None:
    answer = huawei.functions("DELETE", f"/{huawei.urn('orders')}")

    assert error_of(answer) == (400, "FSS.1015")


def test_a_published_version_keeps_its_settings(huawei: CloudClient) -> None:
    huawei.functions("POST", "/orders/versions", {"version": "v1"})
    huawei.functions("PUT", "/orders/config", {"timeout": 30})

    version = huawei.functions("GET", f"/{huawei.urn('orders', 'v1')}/config").json()
    answer = huawei.functions("PUT", f"/{huawei.urn('orders', 'v1')}/config", {"timeout": 5})

    assert version["timeout"] == 3
    assert error_of(answer) == (400, "FSS.1015")


@pytest.mark.parametrize("copies", [False, True])
def test_versions_carry_their_async_config(huawei: CloudClient, *, copies: bool) -> None:
    huawei.control("POST", "options", {"publish_copies_config": copies})
    huawei.config("PUT", "orders", config_body())

    published = huawei.functions("POST", "/orders/versions", {"version": "v1"}).json()
    latest, version = huawei.functions("GET", "/orders/versions").json()["versions"]

    expected = {
        **config_body(),
        "created_time": "2026-01-01T08:00:00+08:00",
        "last_modified": "2026-01-01T08:00:00+08:00",
    }
    assert latest["function_async_config"] == expected
    assert version["function_async_config"] == (expected if copies else None)
    assert published["function_async_config"] == version["function_async_config"]
    assert huawei.config("GET", huawei.urn("orders", "v1")).status_code == (200 if copies else 404)


def test_an_alias_may_send_calls_to_further_versions_by_rule(huawei: CloudClient) -> None:
    huawei.functions("POST", "/orders/versions", {"version": "v1"})
    rule = {"rule_type": "Header", "param": "x", "op": "=", "value": "2"}
    strategy = {"v1": {"combine_type": "or", "rules": [rule]}}
    body = {"name": "prod", "version": "latest", "additional_version_strategy": strategy}

    created = huawei.functions("POST", "/orders/aliases", body).json()

    assert created["additional_version_strategy"] == strategy
    assert huawei.functions("DELETE", "/orders:v1").status_code != 204
    wrongs: list[dict[str, object]] = [
        {"v1": {}},
        {"v1": {"rules": [{"odd": 1}]}},
        {"v9": {"rules": []}},
    ]
    for wrong in wrongs:
        refused = {**body, "name": "test", "additional_version_strategy": wrong}
        assert huawei.functions("POST", "/orders/aliases", refused).status_code in {400, 404}


def test_an_alias_lives_from_creation_to_deletion(huawei: CloudClient) -> None:
    huawei.functions("POST", "/orders/versions", {"version": "v1"})
    body = {"name": "prod", "version": "v1", "additional_version_weights": {"latest": 10}}

    created = huawei.functions("POST", "/orders/aliases", body).json()

    assert created == {
        "name": "prod",
        "version": "v1",
        "description": "",
        "last_modified": "2026-01-01T08:00:00+08:00",
        "alias_urn": huawei.urn("orders", "!prod"),
        "additional_version_weights": {"latest": 10},
    }
    assert huawei.functions("GET", "/orders/aliases").json() == [created]
    assert huawei.functions("GET", "/orders/aliases/prod").json() == created
    resolved = huawei.functions("GET", f"/{huawei.urn('orders', '%21prod')}/config").json()
    assert resolved["func_urn"] == huawei.urn("orders", "v1")
    moved = huawei.functions("PUT", "/orders/aliases/prod", {"version": "latest"}).json()
    assert (moved["version"], moved["additional_version_weights"]) == ("latest", None)
    assert huawei.functions("DELETE", "/orders/aliases/prod").status_code == 204
    assert huawei.functions("GET", "/orders/aliases").json() == []


def test_an_alias_that_cannot_be_is_refused(huawei: CloudClient) -> None:
    def create(**body: Any) -> tuple[int, str]:
        return error_of(huawei.functions("POST", "/orders/aliases", body))

    huawei.functions("POST", "/orders/aliases", {"name": "prod", "version": "latest"})

    assert create(name="prod", version="latest") == (409, "FSS.1063")
    assert create(name="1", version="latest") == (400, "FSS.1014")
    assert create(version="latest") == (400, "FSS.1014")
    assert create(name="test") == (400, "FSS.1015")
    assert create(name="test", version="v9") == (404, "FSS.1052")
    assert create(name="test", version="latest", additional_version_weights={"latest": 101}) == (
        400,
        "FSS.1014",
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_alias_that_is_not_there_is_not_found(huawei: CloudClient, method: str) -> None:
    body = {"version": "latest"} if method == "PUT" else None

    answer = huawei.functions(method, "/orders/aliases/nobody", body)

    assert error_of(answer) == (404, "FSS.1053")
    assert error_of(huawei.functions("GET", f"/{huawei.urn('orders', '!no')}/config")) == (
        404,
        "FSS.1053",
    )


def test_a_version_that_an_alias_names_is_not_deleted(huawei: CloudClient) -> None:
    huawei.functions("POST", "/orders/versions", {"version": "v1"})
    weights = {"v1": 50}
    huawei.functions(
        "POST",
        "/orders/aliases",
        {"name": "prod", "version": "latest", "additional_version_weights": weights},
    )

    answer = huawei.functions("DELETE", f"/{huawei.urn('orders', 'v1')}")

    assert error_of(answer) == (409, "FSS.0409")


def test_an_alias_is_not_deleted_as_a_version(huawei: CloudClient) -> None:
    answer = huawei.functions("DELETE", f"/{huawei.urn('orders', '!prod')}")

    assert error_of(answer) == (400, "FSS.1015")


def test_the_state_does_not_show_encrypted_user_data(huawei: CloudClient) -> None:
    huawei.create_function("sealed", encrypted_user_data='{"TOKEN": "hunter2"}')

    state = huawei.control("GET", "state")

    assert "hunter2" not in json.dumps(state)
    (function,) = [each for each in state["functions"] if each["func_name"] == "sealed"]
    assert function["encrypted_user_data"] == "[secret]"
