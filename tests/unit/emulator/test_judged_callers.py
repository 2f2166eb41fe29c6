"""Agencies and restricted users: no way round what they are granted."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.http.application import ROUTES
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.iam.actions import ACTIONS, OPEN
from pulumi_functiongraph.emulator.obs import urls as obs_urls
from pulumi_functiongraph.emulator.seeds.models import stable_id
from unit.emulator.callers import ANN, TOPIC, ask, assume, hold_ann, policy, seed, temporary_key
from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.iam_calls import PROJECT_SCOPE, post, token_of
from unit.emulator.obs_calls import obs

DOMAIN = stable_id("domain", "local-cloud")
AGENCY = stable_id("agency", "notify")


def as_ann(client: CloudClient, method: str, path: str, body: Any = None) -> httpx.Response:
    return client.call(method, path, body, access_key=ANN[0], secret_key=ANN[1])


def assume_notify(**changes: Any) -> dict[str, Any]:
    role = {"domain_name": "local-cloud", "agency_name": "notify", **changes}
    return {"identity": {"methods": ["assume_role"], "assume_role": role}, "scope": PROJECT_SCOPE}


def by_token(token: str) -> dict[str, Any]:
    identity = {"methods": ["token"], "token": {"id": token}}
    return {"auth": {"identity": identity, "scope": PROJECT_SCOPE}}


def functions(client: CloudClient, token: str) -> int:
    answer = client.request("GET", f"/v2/{PROJECT}/fgs/functions", headers={"x-auth-token": token})
    return answer.status_code


def test_a_token_for_a_token_of_an_agency_is_the_agencys(huawei: CloudClient) -> None:
    seed(huawei)
    first = token_of(assume(huawei))

    second = token_of(post(huawei, by_token(first)))
    third = token_of(post(huawei, by_token(second)))

    assert [functions(huawei, token) for token in (first, second, third)] == [403, 403, 403]
    seed(huawei, "FunctionGraph ReadOnlyAccess")
    assert functions(huawei, third) == 200


@pytest.mark.parametrize("grants", [[], ["Agent Operator"]])
def test_an_agency_cannot_assume_another(huawei: CloudClient, grants: list[str]) -> None:
    seed(huawei, *grants)
    token = token_of(assume(huawei))
    auth = {"auth": assume_notify(agency_name="functiongraph-notifications")}

    by_request = huawei.request(
        "POST",
        "/v3/auth/tokens",
        content=json.dumps(auth).encode(),
        headers={"x-auth-token": token},
    )
    by_key = huawei.request(
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        content=json.dumps(auth).encode(),
        headers={"x-auth-token": token},
    )

    assert (by_request.status_code, by_key.status_code) == (403, 403)
    assert "iam:agencies:assume" in by_request.json()["error"]["message"]


@pytest.mark.parametrize(
    ("grants", "status"),
    [
        ([], 403),
        (["SMN FullAccess"], 403),
        (["Agent Operator"], 201),
        ([policy("iam:agencies:assume")], 201),
        ([policy("iam:agencies:assume", Resource={"uri": [f"/iam/agencies/{AGENCY}"]})], 201),
        ([policy("iam:agencies:assume", Resource={"uri": ["/iam/agencies/other"]})], 403),
        ([policy("iam:agencies:assume", Resource=[f"iam:*:*:agency:{AGENCY}"])], 201),
    ],
)
def test_a_restricted_user_assumes_what_it_is_granted_to(
    huawei: CloudClient, grants: list[Any], status: int
) -> None:
    seed(huawei)
    hold_ann(huawei, *grants)
    auth = {"auth": assume_notify()}

    token = as_ann(huawei, "POST", "/v3/auth/tokens", auth)
    key = as_ann(huawei, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", auth)

    assert (token.status_code, key.status_code) == (status, status)


def test_every_operation_has_an_action_or_is_open_on_purpose() -> None:
    operations = {(route.service.name, route.operation) for route in ROUTES}
    told_by_the_request = {
        (route.service.name, route.operation) for route in ROUTES if route.needs is not None
    }

    assert operations == set(ACTIONS) | OPEN | told_by_the_request
    assert not set(ACTIONS) & OPEN


def test_nothing_that_changes_anything_is_open() -> None:
    writing = {(route.service.name, route.operation) for route in ROUTES if route.writing}

    assert not writing & OPEN


def test_an_agency_without_grants_can_change_nothing(huawei: CloudClient) -> None:
    seed(huawei)
    token = token_of(assume(huawei))
    values = {
        "project_id": PROJECT,
        "domain_id": DOMAIN,
        "agency_id": AGENCY,
        "role_id": stable_id("role", "Tenant Administrator"),
        "topic_urn": TOPIC,
        "subscription_urn": f"{TOPIC}:1",
        "stream_name": "order-stream",
        "function_urn": "orders",
        "alias_name": "prod",
        "trigger_type_code": "OBS",
        "trigger_id": "1",
    }
    before = huawei.control("GET", "state")

    answers = {
        route.operation: huawei.request(
            route.method,
            route.path.format_map(values),
            content=b"{}",
            headers={"x-auth-token": token},
        ).status_code
        for route in ROUTES
        if route.writing
    }

    assert {operation: status for operation, status in answers.items() if status != 403} == {}
    assert huawei.control("GET", "state") == before


def test_an_operation_without_an_action_is_refused_by_default(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {place: action for place, action in ACTIONS.items() if place[1] != "ListFunctions"}
    monkeypatch.setattr("pulumi_functiongraph.emulator.iam.actions.ACTIONS", known)
    seed(huawei, "Tenant Administrator", "FunctionGraph FullAccess")
    token = token_of(assume(huawei))

    assert functions(huawei, token) == 403


@pytest.mark.parametrize(
    ("action", "method", "path", "body", "status"),
    [
        (
            "iam:permissions:grantRoleToAgencyOnProject",
            "PUT",
            f"/v3.0/OS-AGENCY/projects/{PROJECT}/agencies/{AGENCY}/roles/{{role}}",
            None,
            204,
        ),
        (
            "iam:permissions:listRoleAssignments",
            "GET",
            f"/v3.0/OS-PERMISSION/role-assignments?domain_id={DOMAIN}",
            None,
            200,
        ),
        ("iam:roles:listRoles", "GET", "/v3.0/OS-ROLE/roles", None, 200),
    ],
)
def test_a_restricted_user_does_in_iam_what_it_is_granted(
    huawei: CloudClient, action: str, method: str, path: str, body: Any, status: int
) -> None:
    seed(huawei)
    path = path.format(role=stable_id("role", "DIS User"))
    hold_ann(huawei)
    refused = as_ann(huawei, method, path, body)
    hold_ann(huawei, policy(action))

    assert refused.status_code == 403
    assert as_ann(huawei, method, path, body).status_code == status


def test_who_one_is_may_be_asked_without_grants(huawei: CloudClient) -> None:
    hold_ann(huawei)

    for path in (
        "/v3/auth/domains",
        "/v3/auth/projects",
        "/v3/projects",
        f"/v3/projects/{PROJECT}",
    ):
        assert as_ann(huawei, "GET", path).status_code == 200


def test_a_policy_for_one_topic_covers_its_subscriptions(huawei: CloudClient) -> None:
    topics = f"/v2/{PROJECT}/notifications/topics/{TOPIC}/subscriptions"
    body = {"protocol": "email", "endpoint": "ann@example.com"}
    on_topic = policy("smn:topic:*", Resource=["smn:*:*:topic:order-events"])
    hold_ann(huawei, {**on_topic, "scope": "project"})

    made = as_ann(huawei, "POST", topics, body)
    urn = made.json()["subscription_urn"]
    removed = as_ann(huawei, "DELETE", f"/v2/{PROJECT}/notifications/subscriptions/{urn}")

    assert (made.status_code, removed.status_code) == (201, 200)


@pytest.mark.parametrize(
    ("account", "status"), [(DOMAIN, 200), (PROJECT, 403), (stable_id("domain", "other"), 403)]
)
def test_the_third_segment_of_a_resource_is_the_account(
    huawei: CloudClient, account: str, status: int
) -> None:
    on_topic = policy("smn:topic:*", Resource=[f"smn:*:{account}:topic:order-events"])
    hold_ann(huawei, {**on_topic, "scope": "project"})

    answer = as_ann(huawei, "GET", f"/v2/{PROJECT}/notifications/topics/{TOPIC}")

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:agencies:assume", f"iam:*:*:agency:{AGENCY}"),
        ("iam:agencies:getAgency", f"iam:*:*:agency:{AGENCY}"),
    ],
)
def test_an_agencys_policy_may_name_agencies_by_uri(
    huawei: CloudClient, action: str, resource: str
) -> None:
    seed(huawei, policy(action, Resource={"uri": [f"/iam/agencies/{AGENCY}"]}))

    assert ask(huawei, action, resource)["decision"] == "Allowed"
    assert ask(huawei, action, f"{resource}x")["decision"] == "Denied"


def obs_as_ann(
    client: CloudClient,
    method: str,
    path: str,
    content: bytes = b"",
    *,
    headers: dict[str, str] | None = None,
) -> int:
    answer = obs(
        client,
        method,
        path,
        content,
        access_key=ANN[0],
        secret_key=ANN[1],
        headers=headers,
    )
    return answer.status_code


@pytest.fixture
def stored(huawei: CloudClient) -> CloudClient:
    for key in ("mine/a", "mine/b", "other/a"):
        assert obs(huawei, "PUT", f"/order-failures/{key}", b"content").status_code == 200
    return huawei


def hold_to_mine(client: CloudClient, *actions: str) -> None:
    hold_ann(client, policy(*actions, Resource=["obs:*:*:object:order-failures/mine/*"]))


def test_a_deletion_of_many_objects_is_judged_key_by_key(stored: CloudClient) -> None:
    def delete(*keys: str) -> int:
        listed = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
        body = f"<Delete>{listed}</Delete>".encode()
        return obs_as_ann(stored, "POST", "/order-failures?delete", body)

    hold_to_mine(stored, "obs:object:DeleteObject")

    assert delete("mine/a", "other/a") == 403
    assert delete() == 403
    assert stored.control("GET", "state")["buckets"][0]["objects"] == [
        "mine/a",
        "mine/b",
        "other/a",
    ]
    assert delete("mine/a", "mine/b") == 200
    assert stored.control("GET", "state")["buckets"][0]["objects"] == ["other/a"]


def test_a_copy_reads_its_source(stored: CloudClient) -> None:
    def copy(source: str) -> int:
        return obs_as_ann(
            stored, "PUT", "/order-failures/mine/c", headers={"x-obs-copy-source": source}
        )

    hold_to_mine(stored, "obs:object:PutObject", "obs:object:GetObject")

    assert copy("/order-failures/other/a") == 403
    assert copy("/order-failures/mine/a") == 200


def test_an_upload_in_parts_needs_what_a_plain_one_does(stored: CloudClient) -> None:
    def initiate() -> int:
        path = "/order-failures/mine/large?uploads"
        return obs_as_ann(stored, "POST", path)

    hold_to_mine(stored, "obs:object:GetObject")
    refused = initiate()
    hold_to_mine(stored, "obs:object:PutObject")

    assert (refused, initiate()) == (403, 200)


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/", "obs:bucket:ListAllMyBuckets"),
        ("GET", "/b00", "obs:bucket:ListBucket"),
        ("GET", "/b00?location", "obs:bucket:GetBucketLocation"),
        ("GET", "/b00?uploads", "obs:bucket:ListBucketMultipartUploads"),
        ("GET", "/b00?versions", "obs:bucket:ListBucketVersions"),
        ("PUT", "/b00?acl", "obs:bucket:PutBucketAcl"),
        ("GET", "/b00?lifecycle", "obs:bucket:GetLifecycleConfiguration"),
        ("DELETE", "/b00?lifecycle", "obs:bucket:PutLifecycleConfiguration"),
        ("DELETE", "/b00?policy", "obs:bucket:DeleteBucketPolicy"),
        ("PATCH", "/b00?policy", None),
        ("GET", "/b00?torrent", None),
        ("POST", "/b00", None),
        ("POST", "/b00?delete", "obs:object:DeleteObject"),
        ("PUT", "/b00/k?partNumber=1&uploadId=u", "obs:object:PutObject"),
        ("POST", "/b00/k?uploadId=u", "obs:object:PutObject"),
        ("GET", "/b00/k?uploadId=u", "obs:object:ListMultipartUploadParts"),
        ("DELETE", "/b00/k?uploadId=u", "obs:object:AbortMultipartUpload"),
        ("GET", "/b00/k?acl&versionId=1", "obs:object:GetObjectAcl"),
        ("GET", "/b00/k?versionId=1", "obs:object:GetObjectVersion"),
        ("GET", "/b00/k?response-content-type=a", "obs:object:GetObject"),
        ("PUT", "/b00/k?metadata", "obs:object:ModifyObjectMetaData"),
        ("PUT", "/b00/k?lifecycle", None),
        ("POST", "/b00/k?name=x&rename", None),
    ],
)
def test_each_operation_of_obs_has_its_own_action(
    method: str, path: str, action: str | None
) -> None:
    bare, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "headers": [],
    }
    headers: Mapping[str, str] = {}
    request = RawRequest(method, bare.encode(), query.encode(), headers, b"")

    route = obs_urls.route_of(scope)

    assert route.needs is not None
    needs = route.needs(request)
    assert (None if needs is None else needs[0].action) == action


def test_a_temporary_key_is_held_to_grants_in_obs_too(huawei: CloudClient) -> None:
    seed(huawei)
    key = temporary_key(huawei).json()["credential"]

    answer = obs(
        huawei,
        "GET",
        "/order-failures?policy",
        access_key=key["access"],
        secret_key=key["secret"],
        headers={"x-obs-security-token": key["securitytoken"]},
    )

    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


@pytest.mark.parametrize("body", [b"none", b"[]", {}, {"auth": 1}, {"auth": {}}])
def test_a_temporary_key_is_not_given_for_a_senseless_body(huawei: CloudClient, body: Any) -> None:
    answer = huawei.call("POST", "/v3.0/OS-CREDENTIAL/securitytokens", body)

    assert answer.status_code == 400


def test_a_temporary_key_ends_in_obs_too(huawei: CloudClient) -> None:
    seed(huawei, "OBS Administrator")
    key = temporary_key(huawei).json()["credential"]

    def head(date: str) -> httpx.Response:
        return obs(
            huawei,
            "GET",
            "/order-failures",
            access_key=key["access"],
            secret_key=key["secret"],
            date=date,
            headers={"x-obs-security-token": key["securitytoken"]},
        )

    assert head("Thu, 01 Jan 2026 00:00:00 GMT").status_code == 200
    huawei.control("POST", "clock", {"seconds": 900})
    ended = head("Thu, 01 Jan 2026 00:15:00 GMT")
    assert (ended.status_code, "<Code>InvalidAccessKeyId</Code>" in ended.text) == (403, True)
