"""Whom the local cloud lets in."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from pulumi_functiongraph.emulator.auth import signature
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from pulumi_functiongraph.emulator.seeds.models import Seed, SeedAccessKey, SeedProject
from unit.emulator.client import HOST, PROJECT, START, CloudClient, local_cloud, sign

FUNCTIONS = f"/v2/{PROJECT}/fgs/functions"
TOPICS = f"/v2/{PROJECT}/notifications/topics"


def refusal(answer: Any) -> tuple[int, str, str]:
    document = answer.json()
    return answer.status_code, document["error_code"], document["error_msg"]


def test_a_call_without_credentials_is_refused(huawei: CloudClient) -> None:
    answer = huawei.request("GET", FUNCTIONS)

    status, code, message = refusal(answer)
    assert (status, code) == (401, "APIGW.0301")
    assert message.startswith("Incorrect IAM authentication information: ")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_a_wrong_secret_key_is_refused(huawei: CloudClient) -> None:
    answer = huawei.call("GET", FUNCTIONS, secret_key="wrong")

    assert refusal(answer) == (
        401,
        "APIGW.0301",
        "Incorrect IAM authentication information: verify aksk signature fail",
    )


def test_an_unknown_access_key_is_refused(huawei: CloudClient) -> None:
    status, code, message = refusal(huawei.call("GET", FUNCTIONS, access_key="NOBODY"))

    assert (status, code) == (401, "APIGW.0301")
    assert "does not exist" in message


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong_by_more_than_15_minutes_is_refused(
    huawei: CloudClient, minutes: int
) -> None:
    date = START + timedelta(minutes=minutes)

    answer = huawei.call("GET", FUNCTIONS, headers={"X-Sdk-Date": f"{date:%Y%m%dT%H%M%SZ}"})

    status, code, message = refusal(answer)
    assert (status, code) == (401, "APIGW.0301")
    assert "clock skew" in message
    assert f"{START:%Y%m%dT%H%M%SZ}" in message


@pytest.mark.parametrize("minutes", [-15, 15])
def test_a_clock_that_is_wrong_by_15_minutes_is_taken(huawei: CloudClient, minutes: int) -> None:
    date = START + timedelta(minutes=minutes)

    answer = huawei.call("GET", FUNCTIONS, headers={"X-Sdk-Date": f"{date:%Y%m%dT%H%M%SZ}"})

    assert answer.status_code == 200


def test_a_malformed_date_is_refused(huawei: CloudClient) -> None:
    answer = huawei.call("GET", FUNCTIONS, headers={"X-Sdk-Date": "yesterday"})

    assert refusal(answer)[:2] == (401, "APIGW.0301")


def test_a_scope_of_another_day_is_refused(huawei: CloudClient) -> None:
    answer = huawei.request(
        "GET",
        FUNCTIONS,
        headers={
            "X-Sdk-Date": "20260101T000000Z",
            "Authorization": "SDK-HMAC-SHA256 Credential=AK/20251231///sdk_request, "
            "SignedHeaders=x-sdk-date, Signature=0",
        },
    )

    assert refusal(answer)[:2] == (401, "APIGW.0301")
    assert "the date in Credential is not that of X-Sdk-Date" in refusal(answer)[2]


def test_a_date_that_is_not_signed_is_refused(huawei: CloudClient) -> None:
    answer = huawei.request(
        "GET",
        FUNCTIONS,
        headers={
            "X-Sdk-Date": "20260101T000000Z",
            "Authorization": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0",
        },
    )

    assert refusal(answer)[:2] == (401, "APIGW.0301")
    assert "no signed X-Sdk-Date" in refusal(answer)[2]


def test_a_form_without_its_hash_in_this_python_is_refused_by_name(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    answer = huawei.request(
        "GET",
        FUNCTIONS,
        headers={
            "X-Sdk-Date": "20260101T000000Z",
            "Authorization": f"SDK-HMAC-SM3 Access={DEFAULT_ACCESS_KEY}, "
            "SignedHeaders=x-sdk-date, Signature=0",
        },
    )

    assert "SDK-HMAC-SM3 cannot be verified by this build of Python" in refusal(answer)[2]


def test_another_scheme_of_authorization_is_refused(huawei: CloudClient) -> None:
    answer = huawei.request("GET", FUNCTIONS, headers={"Authorization": "Basic abc"})

    assert refusal(answer)[:2] == (401, "APIGW.0301")


def test_a_project_that_the_credentials_are_not_for_is_forbidden() -> None:
    seed = Seed(
        projects=(SeedProject(name="cn-north-4", id=PROJECT), SeedProject(name="cn-east-3"))
    )
    with local_cloud(seed=seed) as client:
        state = client.control("GET", "state")
        other = next(each["id"] for each in state["projects"] if each["name"] == "cn-east-3")

        narrowed = client.call("GET", f"/v2/{other}/fgs/functions")
        named = client.call("GET", f"/v2/{other}/fgs/functions", headers={"X-Project-Id": other})
        topics = client.call("GET", f"/v2/{other}/notifications/topics")
        streams = client.call("GET", f"/v2/{other}/streams")

    assert (narrowed.status_code, narrowed.json()["error_code"]) == (403, "FSS.0403")
    assert named.status_code == 200
    assert (topics.status_code, topics.json()["code"]) == (403, "SMN.0001")
    assert (streams.status_code, streams.json()["errorCode"]) == (403, "DIS.4116")


def test_a_project_that_does_not_exist_is_forbidden(huawei: CloudClient) -> None:
    answer = huawei.call("GET", "/v2/nowhere/fgs/functions", headers={"X-Project-Id": "nowhere"})

    assert (answer.status_code, answer.json()["error_code"]) == (403, "FSS.0403")


def test_another_account_in_x_domain_id_is_refused(huawei: CloudClient) -> None:
    answer = huawei.call("GET", "/v3/projects", headers={"X-Domain-Id": "other"})

    assert refusal(answer)[:2] == (401, "APIGW.0301")


@pytest.fixture
def temporary() -> SeedAccessKey:
    return SeedAccessKey(access_key="TEMPORARY", secret_key="temporary-secret", security_token="t0")


def test_a_temporary_key_needs_its_security_token(temporary: SeedAccessKey) -> None:
    def call(client: CloudClient, **headers: str) -> int:
        return client.call(
            "GET",
            FUNCTIONS,
            headers=headers,
            access_key=temporary.access_key,
            secret_key=temporary.secret_key,
        ).status_code

    with local_cloud(seed=Seed(credentials=(temporary,))) as client:
        assert call(client, **{"X-Security-Token": "t0"}) == 200
        assert call(client, **{"X-Security-Token": "t1"}) == 401
        assert call(client) == 401


def test_a_security_token_need_not_be_signed() -> None:
    """The Go SDKs sign first and add the token after that."""
    key = SeedAccessKey(access_key="TMP", secret_key="s", security_token="t0")
    date = f"{START:%Y%m%dT%H%M%SZ}"
    request = RawRequest("GET", FUNCTIONS.encode(), b"", {"x-sdk-date": date}, b"")
    canonical = signature.canonical_request(
        request, signed_headers=["x-sdk-date"], payload_hash=signature.payload_hash(b"")
    )
    signed = sign("s", date=date, canonical=canonical)
    headers = {
        "X-Sdk-Date": date,
        "Authorization": "SDK-HMAC-SHA256 Access=TMP, SignedHeaders=x-sdk-date, "
        f"Signature={signed}",
    }

    with local_cloud(seed=Seed(credentials=(key,))) as client:
        right = client.request("GET", FUNCTIONS, headers={**headers, "X-Security-Token": "t0"})
        wrong = client.request("GET", FUNCTIONS, headers={**headers, "X-Security-Token": "t1"})

    assert (right.status_code, wrong.status_code) == (200, 401)


@pytest.mark.parametrize("algorithm", [form.algorithm for form in signature.FORMS])
def test_a_signature_that_is_not_ascii_is_refused(huawei: CloudClient, algorithm: str) -> None:
    scope = "Access=AK" if "V11" not in algorithm else "Credential=AK/20260101/r/s"
    named = scope.replace("AK", DEFAULT_ACCESS_KEY)
    line = f"{algorithm} {named}, SignedHeaders=host;x-sdk-date, Signature=\u00e9\u0130"
    sent = {"x-sdk-date": b"20260101T000000Z", "authorization": line.encode()}

    answer = huawei.request("GET", "/v3/projects", headers=sent)  # type: ignore[arg-type] # bytes are taken

    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("name=nothing", 200),
        ("name=nothing&name=cn-north-4", 401),
        ("name=nothing&Name=cn-north-4", 401),
        ("name=nothing&name=nothing", 200),
    ],
)
def test_the_scoped_form_signs_a_parameter_once(
    huawei: CloudClient, query: str, status: int
) -> None:
    sent = {"host": HOST, "x-sdk-date": "20260101T000000Z"}
    scope = ("20260101", "", "", signature.SCOPE_END)
    request = RawRequest("GET", b"/v3/projects", b"name=nothing", sent, b"")
    parsed = signature.Authorization(
        signature.FORMS[1], DEFAULT_ACCESS_KEY, scope, tuple(sorted(sent)), ""
    )
    [canonical] = signature._canonical_requests(request, parsed)
    text = "\n".join(
        (signature.ALGORITHM, sent["x-sdk-date"], "/".join(scope),
         signature.payload_hash(canonical.encode()))
    )  # fmt: skip
    key = signature._key(DEFAULT_SECRET_KEY, parsed)
    value = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    line = (
        f"{signature.ALGORITHM} Credential={DEFAULT_ACCESS_KEY}/{'/'.join(scope)}, "
        f"SignedHeaders={';'.join(sorted(sent))}, Signature={value}"
    )

    answer = huawei.request("GET", f"/v3/projects?{query}", headers={**sent, "authorization": line})

    assert answer.status_code == status
    assert '"cn-north-4"' not in answer.text


def test_no_parameter_has_two_values(huawei: CloudClient) -> None:
    answer = huawei.call("GET", "/v3/projects?name=a&name=b")

    assert answer.status_code == 401
    assert "has two values" in answer.text
    assert huawei.call("GET", "/v3/projects?name=a&name=a").status_code == 200


def test_a_permanent_key_takes_no_security_token(huawei: CloudClient) -> None:
    answer = huawei.call("GET", FUNCTIONS, headers={"X-Security-Token": "t0"})

    assert refusal(answer)[:2] == (401, "APIGW.0301")


def test_an_access_key_never_shows_its_secret() -> None:
    key = SeedAccessKey(access_key="AK", secret_key="canary", security_token="canary")

    assert "canary" not in repr(key)


@pytest.mark.parametrize("path", ["/v2/nothing", "/v3/nothing", f"{FUNCTIONS}/orders"])
def test_a_path_or_method_without_api_is_unknown(huawei: CloudClient, path: str) -> None:
    answer = huawei.call("PATCH", path)

    assert refusal(answer)[:2] == (404, "APIGW.0101")


def test_a_broken_handler_answers_500_and_is_logged_without_secrets(
    huawei: CloudClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(huawei.cloud.store, "read", _broken)

    answer = huawei.call("GET", FUNCTIONS)

    assert refusal(answer)[:2] == (500, "APIGW.0500")
    assert "ListFunctions failed" in caplog.text
    assert "local-cloud-secret-key" not in caplog.text


def _broken(_query: object) -> None:
    raise RuntimeError("broken on purpose")
