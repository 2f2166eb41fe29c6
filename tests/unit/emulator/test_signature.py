"""Signatures against vectors that were made by running the vendors' own signers."""

from collections.abc import Mapping

import pytest

from pulumi_functiongraph.emulator import signature
from pulumi_functiongraph.emulator.exchange import RawRequest
from pulumi_functiongraph.emulator.obs import signature as obs_signature

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
    parsed = signature.parse_authorization(
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, "
        f"SignedHeaders={';'.join(sorted(request.headers))}, Signature={value}"
    )
    assert parsed is not None
    return parsed


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
    value = signature.sign(SECRET_KEY, date="20260101T000000Z", canonical=canonical)
    without = raw("PUT", "async-invoke-config", body=b"anything")

    assert signature.is_signed_by(request, SECRET_KEY, authorization(request, value))
    assert not signature.is_signed_by(without, SECRET_KEY, authorization(request, value))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer abc",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=short",
        f"SDK-HMAC-SM3 Access=a, SignedHeaders=host, Signature={'0' * 64}",
    ],
)
def test_another_kind_of_authorization_is_not_read(header: str) -> None:
    assert signature.parse_authorization(header) is None


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
