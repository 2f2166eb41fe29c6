"""Signatures against vectors that were made by running the vendors' own signers.

Those of the two Go SDKs are in a file: gophertelekomcloud 30e3307, golangsdk 83ad1d2, run with the
keys below.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pulumi_functiongraph.emulator.auth import signature
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs import signature as obs_signature
from unit.emulator.client import sign

ACCESS_KEY = "AKEXAMPLE0000000000A"
SECRET_KEY = "SKEXAMPLE0000000000000000000000000000000B"
PROJECT = "0123456789abcdef0123456789abcdef"
URN = f"urn:fss:eu-de:{PROJECT}:function:default:demo:latest"
HEADERS = {
    "content-type": "application/json",
    "host": "functiongraph.eu-de.otc.t-systems.com",
    "x-project-id": PROJECT,
    "x-sdk-date": "20260101T000000Z",
}


def raw(
    method: str,
    rest: str,
    *,
    query: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] = HEADERS,
) -> RawRequest:
    path = f"/v2/{PROJECT}/fgs/functions/{URN}/{rest}"
    return RawRequest(method, path.encode(), query.encode(), headers, body)


def authorization(request: RawRequest, value: str) -> signature.Authorization:
    return signature.parse_authorization(
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, "
        f"SignedHeaders={';'.join(sorted(request.headers))}, Signature={value}"
    )


VECTORS = {
    "get": (
        raw("GET", "async-invoke-config"),
        "7288f68ae1660d566656d9714e0581f9167e6cf6272c14a1a3de672f6df02bed",
    ),
    "put with a security token": (
        raw(
            "PUT",
            "async-invoke-config",
            body=b'{"max_async_event_age_in_seconds":3600,"max_async_retry_attempts":1}',
            headers={**HEADERS, "x-security-token": "tok/en+1=="},
        ),
        "d19778dd48d0d6588b4cafc06b0bbe506264530d88e18de27fea65e07be8b0b3",
    ),
    "list with a query": (
        raw("GET", "async-invoke-configs", query="marker=0&limit=100"),
        "cc074bd29bd8b0cbc17a977f5b36bd942670f9a1385642c9c43f20edc1281ea1",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_signature_of_the_vendors_signer_is_accepted(name: str) -> None:
    request, value = VECTORS[name]

    assert signature.is_signed_by(request, SECRET_KEY, authorization(request, value))


@pytest.mark.parametrize("name", VECTORS)
def test_the_same_signature_on_a_percent_encoded_path_is_accepted(name: str) -> None:
    request, value = VECTORS[name]
    encoded = RawRequest(
        request.method,
        request.raw_path.replace(b":", b"%3A"),
        request.query_string,
        request.headers,
        request.body,
    )

    assert signature.is_signed_by(encoded, SECRET_KEY, authorization(request, value))


def test_the_canonical_request_is_that_of_the_vendors_signer() -> None:
    request, _ = VECTORS["get"]
    path = f"/v2/{PROJECT}/fgs/functions/{URN.replace(':', '%3A')}/async-invoke-config/"

    assert signature.canonical_request(
        request, signed_headers=sorted(HEADERS), payload_hash=signature.payload_hash(b"")
    ) == (
        f"GET\n{path}\n\ncontent-type:application/json\n"
        "host:functiongraph.eu-de.otc.t-systems.com\n"
        f"x-project-id:{PROJECT}\nx-sdk-date:20260101T000000Z\n\n"
        "content-type;host;x-project-id;x-sdk-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_a_changed_request_is_refused() -> None:
    request, value = VECTORS["put with a security token"]
    header = authorization(request, value)
    changed_body = RawRequest("PUT", request.raw_path, b"", request.headers, b"{}")
    changed_method = RawRequest("DELETE", request.raw_path, b"", request.headers, request.body)
    changed_header = RawRequest(
        "PUT", request.raw_path, b"", {**request.headers, "x-project-id": "other"}, request.body
    )

    assert not signature.is_signed_by(changed_body, SECRET_KEY, header)
    assert not signature.is_signed_by(changed_method, SECRET_KEY, header)
    assert not signature.is_signed_by(changed_header, SECRET_KEY, header)
    assert not signature.is_signed_by(request, SECRET_KEY + "x", header)


def test_an_unsigned_payload_is_accepted_when_the_header_says_so() -> None:
    headers = {**HEADERS, "content-type": "text/plain", "x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}
    request = raw("PUT", "async-invoke-config", body=b"anything", headers=headers)
    canonical = signature.canonical_request(
        request, signed_headers=sorted(headers), payload_hash="UNSIGNED-PAYLOAD"
    )
    value = sign(SECRET_KEY, date="20260101T000000Z", canonical=canonical)
    without = raw("PUT", "async-invoke-config", body=b"anything")

    assert signature.is_signed_by(request, SECRET_KEY, authorization(request, value))
    assert not signature.is_signed_by(without, SECRET_KEY, authorization(request, value))


def load_vectors() -> dict[str, Any]:
    lines = Path(__file__).with_name("signature_vectors.jsonl").read_text(encoding="utf-8")
    return {each["name"]: each for each in map(json.loads, lines.splitlines())}


GO_VECTORS = load_vectors()


def signed_request(vector: Mapping[str, Any]) -> tuple[RawRequest, signature.Authorization]:
    """What the wire carries, and the header that stands for it."""
    headers = {name: value.strip() for name, value in vector["headers"].items()}
    parsed = signature.parse_authorization(headers.pop("authorization"))
    path, query, body = (vector[name].encode() for name in ("path", "query", "body"))
    return RawRequest(vector["method"], path, query, headers, body), parsed


@pytest.mark.parametrize("name", GO_VECTORS)
def test_a_signature_of_a_go_sdk_is_accepted_for_its_own_request_and_key_alone(name: str) -> None:
    request, parsed = signed_request(GO_VECTORS[name])
    other_path = replace(request, raw_path=request.raw_path + b"x")
    other_header = replace(request, headers={**request.headers, "accept": "text/html"})
    other_date = replace(request, headers={**request.headers, "x-sdk-date": "20260101T000001Z"})

    assert parsed.access_key == ACCESS_KEY
    assert signature.is_signed_by(request, SECRET_KEY, parsed)
    assert not signature.is_signed_by(request, SECRET_KEY + "x", parsed)
    for changed in (other_path, other_header, other_date, replace(request, method="PATCH")):
        assert not signature.is_signed_by(changed, SECRET_KEY, parsed)


def test_every_form_has_a_vector() -> None:
    seen = {signed_request(each)[1].form for each in GO_VECTORS.values()}

    assert seen == set(signature.FORMS)


@pytest.mark.parametrize(
    "name", ["gophertelekomcloud: put", "golangsdk: put", "golangsdk, derived: put"]
)
def test_a_signature_of_a_go_sdk_is_refused_for_another_body(name: str) -> None:
    request, parsed = signed_request(GO_VECTORS[name])

    assert not signature.is_signed_by(replace(request, body=b"{}"), SECRET_KEY, parsed)


def test_a_post_without_a_body_signs_its_query_in_place_of_the_body() -> None:
    request, parsed = signed_request(GO_VECTORS["gophertelekomcloud: post without a body"])

    changed = replace(request, query_string=request.query_string + b"&more=1")
    assert not signature.is_signed_by(changed, SECRET_KEY, parsed)


@pytest.mark.parametrize(
    "value", ["", "zz", "30", "300602010102010", "3006020101020100", "30060201010201ff", "00" * 70]
)
def test_what_is_no_signature_on_a_curve_is_refused(value: str) -> None:
    for name in ("golangsdk, EcdsaP256SHA256: get", "golangsdk, SM2SM3: get"):
        request, parsed = signed_request(GO_VECTORS[name])

        assert not signature.is_signed_by(request, SECRET_KEY, replace(parsed, signature=value))


def test_the_reason_of_a_wrong_signature_is_found_in_the_request() -> None:
    request, value = VECTORS["get"]
    header = authorization(request, value)
    bare = {name: each for name, each in HEADERS.items() if name != "x-project-id"}
    hashed = {**HEADERS, "x-sdk-content-sha256": "0" * 64}

    assert signature.what_is_missing(request, header) == ""
    assert "no x-project-id" in signature.what_is_missing(replace(request, headers=bare), header)
    assert "x-sdk-content-sha256 is not the hash" in signature.what_is_missing(
        replace(request, headers=hashed), header
    )


SIGNED = f"SignedHeaders=host, Signature={'0' * 64}"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "no algorithm"),
        ("SDK-HMAC-SHA256", "needs SignedHeaders and Signature"),
        ("very-secret", "no algorithm"),
        ("very secret=value", "names very;"),
        ("Bearer abc", "names Bearer; known are SDK-HMAC-SHA256, V11-HMAC-SHA256, SDK-HMAC-SM3"),
        (f"AWS4-HMAC-SHA256 Credential=a/d/r/s3/aws4_request, {SIGNED}", "names AWS4-HMAC-SHA256"),
        (f"SDK-HMAC-SHA256 {SIGNED}", "Access=<access key> or Credential=<access key>/<date>/"),
        (f"SDK-HMAC-SHA256 Credential=a/d/r/s, {SIGNED}", "needs Access=<access key> or"),
        (f"SDK-HMAC-SHA256 Credential=a/d/r/s/aws4_request, {SIGNED}", "needs Access="),
        (f"V11-HMAC-SHA256 Access=a, {SIGNED}", "Credential=<access key>/<date>/<region>/<service"),
        (f"SDK-HMAC-SM3 Access=, {SIGNED}", "needs Access=<access key>"),
        ("SDK-HMAC-SM3 Access=a, SignedHeaders=host", "needs SignedHeaders and Signature"),
        ("SDK-HMAC-SM3 Access=a, SignedHeaders=;, Signature=0", "needs SignedHeaders and"),
    ],
)
def test_another_kind_of_authorization_is_refused_by_what_it_lacks(header: str, said: str) -> None:
    with pytest.raises(signature.UnknownFormError) as caught:
        signature.parse_authorization(header)

    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


BUCKET_DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
OBS_VECTORS = {
    "virtual host": (b"/", {"date": BUCKET_DATE}, "results", "0DACLYYxgswP2scI0aeqGJT8g9I="),
    "virtual host, temporary key": (
        b"/",
        {"x-obs-date": BUCKET_DATE, "x-obs-security-token": "tok"},
        "results",
        "JLNs+rbqwH4wR6WJto6EKsD3Whs=",
    ),
    "path": (b"/results", {"date": BUCKET_DATE}, None, "QOoqqt2ERWuDLEpCcpa3B1ApWaQ="),
    "path, temporary key": (
        b"/results",
        {"x-obs-date": BUCKET_DATE, "x-obs-security-token": "tok"},
        None,
        "k+JC2Uzj4E8vml5NpyYTp30Glvw=",
    ),
}


@pytest.mark.parametrize("name", OBS_VECTORS)
def test_a_signature_of_the_vendors_obs_client_is_made_again(name: str) -> None:
    path, headers, bucket, expected = OBS_VECTORS[name]
    request = RawRequest("HEAD", path, b"", headers, b"")

    made = obs_signature.sign_v2(SECRET_KEY, request, prefix="x-obs-", bucket_in_host=bucket)

    assert made == expected
