"""No value in a request ends in a failure of the emulator: wrong types, sizes, characters."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_functiongraph.emulator.clock import random_id
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs.signature import sign_v2
from pulumi_functiongraph.emulator.seeds.default import (
    DEFAULT_ACCESS_KEY,
    DEFAULT_PASSWORD,
    DEFAULT_SECRET_KEY,
)
from pulumi_functiongraph.emulator.seeds.models import stable_id
from unit.emulator.client import PROJECT, CloudClient, config_body, function_body
from unit.emulator.obs_calls import DATE, obs

ODD: tuple[Any, ...] = (None, True, 10**30, "\x00😀\r\n", [], {}, [[]])
HUGE = "9" * 6000

DOMAIN = stable_id("domain", "local-cloud")
FUNCTIONS = f"/v2/{PROJECT}/fgs/functions"
TOPIC = f"urn:smn:cn-north-4:{PROJECT}:order-events"
TOPICS = f"/v2/{PROJECT}/notifications/topics"
TRIGGERS = f"/v2/{PROJECT}/fgs/triggers/urn:fss:cn-north-4:{PROJECT}:function:default:orders:latest"
AGENCY = {"domain_name": "local-cloud", "agency_name": "functiongraph-notifications"}
USER = {"name": "developer", "password": DEFAULT_PASSWORD, "domain": {"name": "local-cloud"}}
POLICY = {
    "Version": "1.1",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["obs:object:PutObject"],
            "Resource": ["OBS:*:*:object:a*"],
            "Condition": {"DateLessThan": {"g:CurrentTime": ["2026-01-01T00:00:00Z"]}},
        }
    ],
}
SEED: dict[str, Any] = {
    "domain": {"name": "local-cloud", "id": "d"},
    "projects": [{"name": "eu-de", "id": "p"}],
    "users": [{"name": "u", "id": "i", "password": "p", "grants": ["Tenant Guest"]}],
    "credentials": [{"access_key": "a", "secret_key": "b", "security_token": "c", "user": "u"}],
    "agencies": [
        {
            "name": "a",
            "id": "i",
            "expire_time": "2026-02-01T00:00:00",
            "grants": [{"role": "Tenant Guest", "scope": "project", "project": "eu-de"},
                       {"policy": POLICY}],
        }
    ],
    "functions": [
        {
            "name": "f",
            "memory_size": 128,
            "versions": ["v1"],
            "aliases": {"p": "v1"},
            "async_configs": {
                "latest": {
                    "max_async_retry_attempts": 1,
                    "on_failure": {"destination": "OBS", "param": {"bucket": "abc"}},
                }
            },
            "triggers": [{"bucket": "abc", "events": ["s3:ObjectCreated:*"]}, {"schedule": "3m"}],
        }
    ],
    "topics": [{"name": "t", "project": "eu-de"}],
    "buckets": [{"name": "abc", "region": "eu-de"}],
    "streams": [{"name": "s", "status": "RUNNING"}],
}  # fmt: skip


def auth(method: str, given: Any) -> Any:
    identity = {"methods": [method], method: given}
    return {"auth": {"identity": identity, "scope": {"project": {"name": "cn-north-4"}}}}


CALLS: list[tuple[str, str, Any]] = [
    ("POST", "/v3/auth/tokens", auth("password", {"user": USER})),
    ("POST", "/v3/auth/tokens", auth("token", {"id": "x"})),
    ("POST", "/v3/auth/tokens", auth("assume_role", AGENCY)),
    (
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        auth("assume_role", {**AGENCY, "duration_seconds": 900}),
    ),
    ("PUT", f"{FUNCTIONS}/orders/async-invoke-config", config_body(enable_async_status_log=True)),
    ("POST", FUNCTIONS, function_body("n", xrole="a", description="d", func_vpc={"vpc_id": "a"})),
    ("PUT", f"{FUNCTIONS}/orders/config", function_body("orders")),
    ("POST", f"{FUNCTIONS}/orders/versions", {"version": "v1", "description": "d"}),
    (
        "POST",
        f"{FUNCTIONS}/orders/aliases",
        {"name": "a", "version": "latest", "additional_version_weights": {"latest": 5}},
    ),
    (
        "POST",
        TRIGGERS,
        {
            "trigger_type_code": "OBS",
            "event_data": {"bucket": "results", "events": ["s3:ObjectCreated:*"], "prefix": "a"},
        },
    ),
    (
        "POST",
        TRIGGERS,
        {
            "trigger_type_code": "TIMER",
            "trigger_status": "ACTIVE",
            "event_data": {"name": "t", "schedule_type": "Rate", "schedule": "3m"},
        },
    ),
    ("POST", TRIGGERS, {"trigger_type_code": "SMN", "event_data": {"topic_urn": TOPIC}}),
    ("POST", TRIGGERS, {"trigger_type_code": "DIS", "event_data": {"stream_name": "s"}}),
    ("POST", TOPICS, {"name": "t", "display_name": "d"}),
    ("POST", f"{TOPICS}/{TOPIC}/publish", {"subject": "s", "message": "m"}),
    ("POST", f"{TOPICS}/{TOPIC}/subscriptions", {"protocol": "email", "endpoint": "a@b.c"}),
    ("POST", f"/v2/{PROJECT}/streams", {"stream_name": "s", "partition_count": 1}),
    (
        "POST",
        f"/v2/{PROJECT}/records",
        {"stream_name": "order-stream", "records": [{"data": "eA==", "partition_key": "k"}]},
    ),
    (
        "POST",
        "/v3.0/OS-AGENCY/agencies",
        {"agency": {"name": "a", "domain_id": DOMAIN, "trust_domain_name": "op", "duration": "5"}},
    ),
    (
        "POST",
        "/v3.0/OS-ROLE/roles",
        {"role": {"display_name": "r", "type": "AX", "description": "d", "policy": POLICY}},
    ),
    (
        "PUT",
        "/v3.0/OS-PERMISSION/subjects/agency/scopes/enterprise-project/role-assignments",
        {"role_assignments": [{"role_id": "a", "agency_id": "b", "enterprise_project_id": "0"}]},
    ),
    (
        "POST",
        "/_emulator/authorize",
        {"agency": AGENCY["agency_name"], "action": "obs:object:PutObject", "resource": "a/b"},
    ),
    ("POST", "/_emulator/options", {"put": "merge", "iam_grants_per_second": 0, "dis": None}),
    (
        "POST",
        "/_emulator/faults",
        {"operation": "y", "nth": 1, "times": 1, "status": 500, "body": {"a": []},
         "headers": {"A": "b"}, "retry_after": 1, "delay_seconds": 0.0},
    ),
    ("POST", "/_emulator/clock", {"seconds": 0}),
    ("POST", "/_emulator/seed", SEED),
]  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = (
        document
        if isinstance(document, dict)
        else range(len(document))
        if isinstance(document, list)
        else ()
    )
    for step in steps:
        yield from places(document[step], (*path, step))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_no_value_of_a_body_is_a_failure(
    huawei: CloudClient, method: str, path: str, body: Any
) -> None:
    huawei.cloud.new_id = huawei.cloud.new_request_id = random_id
    values = ODD[::3] if body is SEED else ODD
    for place in places(body):
        for odd in values:
            answer = huawei.call(method, path, with_value(body, place, odd))

            assert answer.status_code < 500, (place, odd, answer.text)
            if path == "/_emulator/faults":
                huawei.control("DELETE", "faults")

    assert huawei.control("GET", "state")


def test_an_id_of_a_seed_that_something_else_has_is_a_problem(huawei: CloudClient) -> None:
    agencies = [{"name": "a", "id": "same"}, {"name": "b", "id": "same"}]

    answer = huawei.request(
        "POST", "/_emulator/seed", content=json.dumps({"agencies": agencies}).encode()
    )

    assert answer.status_code == 400
    assert answer.json()["problems"] == [
        "an id is taken by something else: UNIQUE constraint failed: iam_agencies.id"
    ]


@pytest.mark.parametrize("number", [HUGE, "x", "-1", "0", "²", "1e3", "%00"])
@pytest.mark.parametrize(
    "path",
    [
        "/v3/roles?page={}&per_page=1",
        "/v3/roles?page=1&per_page={}",
        f"/v3.0/OS-AGENCY/agencies?domain_id={DOMAIN}&page={{}}",
        f"{FUNCTIONS}?maxitems={{}}",
        f"{FUNCTIONS}?maxitems=1&marker={{}}",
        f"{FUNCTIONS}/orders/async-invoke-configs?limit={{}}",
        f"{FUNCTIONS}/orders/async-invoke-configs?marker={{}}",
        f"{TOPICS}?offset={{}}",
        f"{TOPICS}?limit={{}}",
        f"/v2/{PROJECT}/notifications/subscriptions?status={{}}",
    ],
)
def test_no_number_of_a_query_is_a_failure(huawei: CloudClient, path: str, number: str) -> None:
    assert huawei.call("GET", path.format(number)).status_code < 500


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", f"/order-failures?max-keys={HUGE}", {}),
        ("GET", "/order-failures?max-keys=x", {}),
        ("GET", "/order-failures/key", {"range": f"bytes={HUGE}-"}),
        ("GET", "/order-failures/key?partNumber=x", {}),
        ("GET", "/order-failures/key", {"if-modified-since": "x"}),
        ("PUT", "/order-failures/copy", {"x-obs-copy-source": "%00"}),
        ("PUT", "/order-failures/copy", {"x-obs-copy-source": "nobody"}),
        ("PUT", "/order-failures/new", {"x-obs-acl": "strange"}),
        ("PUT", "/order-failures/new", {"x-obs-expires": HUGE}),
        ("PUT", f"/order-failures/new?partNumber={HUGE}&uploadId=y", {}),
        ("POST", "/order-failures/key?uploadId=x", {}),
        ("POST", "/order-failures/key?restore", {}),
        ("POST", "/order-failures/key", {}),
        ("POST", "/order-failures", {"content-type": "multipart/form-data"}),
        ("PATCH", "/order-failures/key", {}),
    ],
)
def test_no_request_to_obs_is_a_failure(
    huawei: CloudClient, method: str, path: str, headers: dict[str, str]
) -> None:
    obs(huawei, "PUT", "/order-failures/key", b"content")
    bare, _, query = path.partition("?")
    sent = {"date": DATE, **headers}
    request = RawRequest(method, bare.encode(), query.encode(), sent, b"")
    signature = sign_v2(DEFAULT_SECRET_KEY, request, prefix="x-obs-", bucket_in_host=None)
    sent["authorization"] = f"OBS {DEFAULT_ACCESS_KEY}:{signature}"

    answer = huawei.request(method, path, headers=sent)

    assert answer.status_code < 500
    assert "Traceback" not in answer.text
