"""The emulator's own judgement of policies, and what it refuses because of it."""

import base64
import json
from typing import Any

import pytest

from pulumi_functiongraph.emulator.iam.authorization import Granted, context_of, decide
from pulumi_functiongraph.emulator.seeds.models import stable_id
from unit.emulator.callers import OBJECT, TOPIC, ask, assume, seed, temporary_key
from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.iam_calls import post, token_of

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": ["obs:object:PutObject"]}
DENY = {**ALLOW, "Effect": "Deny"}


def judged(*statements: dict[str, Any], resource: str = OBJECT, **context: str) -> str:
    document: dict[str, Any] = {"Version": "1.1", "Statement": list(statements)}
    values = {f"g:{name}": value for name, value in context.items()}
    return decide(
        [Granted("r", document)], "obs:object:PutObject", resource, context_of(values)
    ).decision


@pytest.mark.parametrize(
    "actions",
    [
        ["obs:*:*"],
        ["OBS:Object:putobject"],
        ["obs:object:Put*"],
        ["obs:object:Put?bject"],
        ["*"],
        ["*:*:*"],
        ["obs::"],
        ["obs:*"],
        ["::Put"],
    ],
)
def test_actions_are_matched_with_wildcards_in_any_case(actions: list[str]) -> None:
    assert judged({"Effect": "Allow", "Action": actions}) == "Allowed"


@pytest.mark.parametrize("actions", [["obs:object:Get*"], ["smn:*:*"], ["::Get"], ["obs:bucket:*"]])
def test_other_actions_are_not_allowed(actions: list[str]) -> None:
    assert judged({"Effect": "Allow", "Action": actions}) == "Denied"


@pytest.mark.parametrize(
    ("resource", "decision"),
    [
        ("obs:*:*:object:results/*", "Allowed"),
        ("obs:::object:results/success/?", "Allowed"),
        ("OBS:*:*:object:*", "Allowed"),
        ("*", "Allowed"),
        ("obs:*:*:object:Results/*", "Denied"),
        ("obs:*:*:bucket:results", "Denied"),
        ("obs:*:*:object:results", "Denied"),
    ],
)
def test_resources_have_five_segments(resource: str, decision: str) -> None:
    assert judged({**ALLOW, "Resource": [resource]}) == decision


def test_a_deny_wins_and_without_an_allow_nothing_is_allowed() -> None:
    assert judged(ALLOW, DENY) == "Denied"
    assert judged() == "Denied"
    assert judged(ALLOW, {**DENY, "Resource": ["obs:*:*:object:other/*"]}) == "Allowed"


def test_everything_but_what_is_named() -> None:
    assert judged(ALLOW, {**DENY, "NotResource": ["obs:*:*:object:results/*"]}) == "Allowed"
    assert judged(ALLOW, {**DENY, "NotResource": ["obs:*:*:object:other/*"]}) == "Denied"
    assert judged({"Effect": "Allow", "NotAction": ["smn:*:*"]}) == "Allowed"
    assert judged({"Effect": "Allow", "NotAction": ["obs:*:*"]}) == "Denied"


@pytest.mark.parametrize(
    ("condition", "decision"),
    [
        ({"StringEquals": {"g:UserName": ["ann", "bob"]}}, "Allowed"),
        ({"StringEquals": {"g:username": ["bob"]}}, "Denied"),
        ({"StringNotEquals": {"g:UserName": ["bob"]}}, "Allowed"),
        ({"StringMatch": {"g:UserName": ["a*"]}}, "Allowed"),
        ({"StringStartWith": {"g:UserName": ["b"]}}, "Denied"),
        ({"NumberLessThan": {"g:Age": ["9"]}}, "Allowed"),
        ({"NumericGreaterThan": {"g:Age": "10"}}, "Denied"),
        ({"Bool": {"g:MFAPresent": ["true"]}}, "Denied"),
        ({"Null": {"g:Other": ["true"]}}, "Allowed"),
        ({"Null": {"g:UserName": "true"}}, "Denied"),
        ({"StringEquals": {"g:Other": ["x"]}}, "Denied"),
        ({"StringNotEquals": {"g:Other": ["x"]}}, "Allowed"),
        ({"StringEqualsIfExists": {"g:Other": ["x"]}}, "Allowed"),
        ({"ForAnyValue:StringEquals": {"g:UserName": ["ann"]}}, "Allowed"),
        ({"DateLessThan": {"g:CurrentTime": ["2027-01-01T00:00:00+00:00"]}}, "Allowed"),
        ({"IpAddress": {"g:SourceIp": ["10.0.0.0/8"]}}, "Allowed"),
        ({"NotIpAddress": {"g:SourceIp": ["10.0.0.0/8"]}}, "Denied"),
    ],
)
def test_conditions_are_judged(condition: dict[str, Any], decision: str) -> None:
    found = judged(
        {**ALLOW, "Condition": condition},
        UserName="ann",
        Age="5",
        MFAPresent="false",
        CurrentTime="2026-01-01T00:00:00+00:00",
        SourceIp="10.1.2.3",
    )

    assert found == decision


@pytest.mark.parametrize(
    "condition", [[], {"StringResembles": {"g:UserName": ["a"]}}, {"NumberEquals": {"g:Age": "x"}}]
)
def test_what_is_not_understood_neither_allows_nor_lifts_a_deny(condition: Any) -> None:
    assert judged({**ALLOW, "Condition": condition}, UserName="ann", Age="5") == "Denied"
    assert judged(ALLOW, {**DENY, "Condition": condition}, UserName="ann", Age="5") == "Denied"


def test_a_role_without_those_that_it_depends_on_has_no_effect(huawei: CloudClient) -> None:
    resource = f"smn:cn-north-4:{PROJECT}:topic:t"
    seed(huawei, "SMN Administrator")
    alone = ask(huawei, "smn:topic:publish", resource)
    seed(huawei, "SMN Administrator", {"role": "Tenant Guest", "scope": "inherited"})

    assert (alone["decision"], alone["ineffective"]) == ("Denied", ["SMN Administrator"])
    assert ask(huawei, "smn:topic:publish", resource) == {
        "decision": "Allowed",
        "role": "SMN Administrator",
        "statement": 0,
        "ineffective": [],
    }


@pytest.mark.parametrize(
    ("scope", "decision"),
    [("domain", "Allowed"), ("inherited", "Allowed"), ("project", "Denied")],
)
def test_what_is_for_obs_must_be_granted_on_the_account(
    huawei: CloudClient, scope: str, decision: str
) -> None:
    seed(huawei, {"role": "OBS Administrator", "scope": scope})

    assert ask(huawei, "obs:object:PutObject")["decision"] == decision


def test_an_expired_agency_may_do_nothing(huawei: CloudClient) -> None:
    expired = {"name": "notify", "grants": ["OBS Administrator"], "expire_time": "2025-12-31"}
    huawei.control("POST", "seed", {"agencies": [expired]})

    assert ask(huawei, "obs:object:PutObject")["decision"] == "Denied"


@pytest.mark.parametrize("changes", [{"agency": "nobody"}, {"project": "nowhere"}, {"x": 1}])
def test_a_senseless_question_is_refused(huawei: CloudClient, changes: dict[str, Any]) -> None:
    seed(huawei)
    body = {"agency": "notify", "action": "a:b:c", "resource": OBJECT, **changes}

    answer = huawei.request("POST", "/_emulator/authorize", content=json.dumps(body).encode())

    assert answer.status_code == 400
    assert answer.json()["problems"][0].startswith(next(iter(changes)))


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        (
            "POST",
            f"/v2/{PROJECT}/notifications/topics/{TOPIC}/publish",
            {"message": "m"},
            "SMN.0001",
        ),
        (
            "POST",
            f"/v2/{PROJECT}/records",
            {"stream_name": "order-stream", "records": [{"data": "YQ==", "partition_key": "k"}]},
            "DIS.4116",
        ),
        ("GET", f"/v2/{PROJECT}/fgs/functions/orders/config", None, "FSS.0403"),
    ],
)
def test_a_token_of_an_agency_does_what_the_agency_may(
    huawei: CloudClient, method: str, path: str, body: Any, code: str
) -> None:
    def status() -> tuple[int, str]:
        token = token_of(assume(huawei))
        content = b"" if body is None else json.dumps(body).encode()
        answer = huawei.request(method, path, content=content, headers={"x-auth-token": token})
        return answer.status_code, answer.text

    seed(huawei)
    refused, text = status()
    seed(
        huawei,
        "Tenant Guest",
        "SMN Administrator",
        "DIS User",
        "FunctionGraph ReadOnlyAccess",
    )

    assert refused == 403
    assert code in text
    assert status()[0] == 200


def test_an_agency_that_is_not_there_cannot_be_assumed(huawei: CloudClient) -> None:
    seed(huawei)
    identity = {"methods": ["assume_role"], "assume_role": {"agency_name": "notify"}}

    assert assume(huawei, agency_name="nobody").status_code == 403
    assert assume(huawei, agency_name=5).status_code == 400
    assert assume(huawei, domain_name="elsewhere").status_code == 403
    assert post(huawei, {"auth": {"identity": identity}}).status_code == 401


def test_a_token_dies_with_its_agency(huawei: CloudClient) -> None:
    seed(huawei, "FunctionGraph ReadOnlyAccess")
    token = token_of(assume(huawei))
    [agency] = [
        each for each in huawei.control("GET", "state")["agencies"] if each["name"] == "notify"
    ]
    huawei.call("DELETE", f"/v3.0/OS-AGENCY/agencies/{agency['id']}")

    answer = huawei.request("GET", f"/v2/{PROJECT}/fgs/functions", headers={"x-auth-token": token})

    assert answer.status_code == 401


def test_a_temporary_key_of_an_agency_does_what_the_agency_may(huawei: CloudClient) -> None:
    seed(huawei)
    created = temporary_key(huawei)
    key = created.json()["credential"]

    def publish() -> int:
        return huawei.call(
            "POST",
            f"/v2/{PROJECT}/notifications/topics/{TOPIC}/publish",
            {"message": "m"},
            headers={"x-security-token": key["securitytoken"]},
            access_key=key["access"],
            secret_key=key["secret"],
        ).status_code

    assert (created.status_code, key["expires_at"]) == (201, "2026-01-01T00:15:00.000000Z")
    assert publish() == 403
    seed(huawei, "SMN FullAccess")
    assert publish() == 200
    huawei.control("POST", "clock", {"seconds": 900})
    assert publish() == 401
    assert temporary_key(huawei, duration_seconds=1).status_code == 400
    password = {"auth": {"identity": {"methods": ["password"]}}}
    assert huawei.call("POST", "/v3.0/OS-CREDENTIAL/securitytokens", password).status_code == 400


def test_a_seeded_user_may_be_held_to_grants(huawei: CloudClient) -> None:
    user = {"name": "ann", "grants": ["FunctionGraph ReadOnlyAccess"]}
    key = {"access_key": "ANNSKEY", "secret_key": "anns-secret", "user": "ann"}
    huawei.control("POST", "seed", {"users": [user], "credentials": [key]})
    account = huawei.call("GET", "/v3/auth/domains").json()["domains"][0]["id"]

    def status(path: str) -> int:
        answer = huawei.call("GET", path, access_key="ANNSKEY", secret_key="anns-secret")
        return answer.status_code

    assert status(f"/v2/{PROJECT}/fgs/functions/orders/config") == 200
    assert status(f"/v3.0/OS-AGENCY/agencies?domain_id={account}") == 403
    assert huawei.call("GET", f"/v3.0/OS-AGENCY/agencies?domain_id={account}").status_code == 200


def test_functiongraph_lists_the_agencies_that_trust_it(
    huawei: CloudClient, otc: CloudClient
) -> None:
    path = f"/v2/{PROJECT}/fgs/service-trusted-agencies"
    other = {"name": "other", "trust_domain_name": "op_svc_obs"}
    huawei.control("POST", "seed", {"agencies": [other]})

    assert huawei.call("GET", path).json() == [
        {"name": "functiongraph-notifications", "expire_time": None}
    ]
    assert otc.call("GET", path).status_code == 404
    otc.control("POST", "options", {"service_trusted_agencies": "yes"})
    assert otc.call("GET", path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/v3.0/OS-AGENCY/projects/{PROJECT}/agencies/{{agency}}/roles",
        f"/v3.0/OS-PERMISSION/role-assignments?domain_id={stable_id('domain', 'local-cloud')}",
        "/v3.0/OS-ROLE/roles",
        f"/v3.0/OS-ROLE/roles/{stable_id('policy', 'notify', '0')}",
    ],
)
def test_reading_grants_faster_than_iam_allows_is_refused(huawei: CloudClient, path: str) -> None:
    document = {
        "Version": "1.1",
        "Statement": [{"Effect": "Allow", "Action": ["smn:topic:list"]}],
    }
    seed(huawei, {"policy": document})
    [agency] = [
        each for each in huawei.control("GET", "state")["agencies"] if each["name"] == "notify"
    ]
    path = path.format(agency=agency["id"])
    huawei.control("POST", "options", {"iam_grants_per_second": 2})

    answers = [huawei.call("GET", path) for _ in range(3)]
    huawei.control("POST", "clock", {"seconds": 1})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["error"]["code"] == 429
    assert huawei.call("GET", path).status_code == 200


def test_records_are_kept_in_a_stream_that_was_made(huawei: CloudClient) -> None:
    streams, records = f"/v2/{PROJECT}/streams", f"/v2/{PROJECT}/records"
    created = huawei.call("POST", streams, {"stream_name": "new", "partition_count": 1})
    good = {"data": base64.b64encode(b"event").decode(), "partition_key": "k"}

    answer = huawei.call(
        "POST", records, {"stream_name": "new", "records": [good, {"data": "?"}, 1, good]}
    ).json()

    assert created.status_code == 201
    assert huawei.call("POST", streams, {"stream_name": "new"}).json()["errorCode"] == "DIS.4307"
    assert answer["failed_record_count"] == 2
    numbers = [each.get("sequence_number") for each in answer["records"]]
    assert numbers == ["0", None, None, "1"]
    [stream] = [each for each in huawei.control("GET", "state")["streams"] if each["name"] == "new"]
    assert stream["records"] == [good, good]
    assert huawei.call("DELETE", f"{streams}/new").status_code == 204
    assert huawei.call("DELETE", f"{streams}/new").json()["errorCode"] == "DIS.4301"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("streams", {"stream_name": "-!"}, "DIS.4200"),
        ("streams", b"not json", "DIS.4200"),
        ("records", b"not json", "DIS.4200"),
        ("records", {"stream_name": "order-stream", "records": []}, "DIS.4200"),
        ("records", {"stream_name": "none", "records": [{"data": ""}]}, "DIS.4301"),
        ("records", {"stream_name": "still", "records": [{"data": ""}]}, "DIS.4318"),
    ],
)
def test_what_dis_does_not_take_is_refused(
    huawei: CloudClient, path: str, body: Any, code: str
) -> None:
    huawei.control("POST", "seed", {"streams": [{"name": "still", "status": "FROZEN"}]})

    answer = huawei.call("POST", f"/v2/{PROJECT}/{path}", body)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
