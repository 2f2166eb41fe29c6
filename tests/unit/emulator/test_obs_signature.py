"""What signs requests to OBS: vectors of the OBS SDK for Python, and Amazon's for signed chunks."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs import chunked, signature
from pulumi_functiongraph.emulator.obs.addressing import bucket_in_host
from pulumi_functiongraph.emulator.obs.signature import Signature
from pulumi_functiongraph.emulator.seeds.models import Seed, SeedAccessKey
from unit.emulator.client import CloudClient, local_cloud

ACCESS_KEY = "AKEXAMPLE0000000000A"
SECRET_KEY = "SKEXAMPLE0000000000000000000000000000000B"
TOKEN = "tok/en+1=="
HOST = "obs.eu-de.otc.t-systems.com"
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def load_vectors() -> dict[str, Any]:
    """Temporary URLs of esdk-obs-python 3.26.6, made on 1 January 2026 for 300 seconds."""
    lines = Path(__file__).with_name("obs_signature_vectors.jsonl").read_text(encoding="utf-8")
    return {each["name"]: each for each in map(json.loads, lines.splitlines())}


URLS = load_vectors()


def request_of(vector: Mapping[str, Any]) -> RawRequest:
    return RawRequest(
        vector["method"], vector["path"].encode(), vector["query"].encode(), vector["headers"], b""
    )


def read(request: RawRequest) -> Signature:
    found = signature.signature_of(request)
    assert found is not None
    return found


def holds(request: RawRequest, secret_key: str = SECRET_KEY) -> bool:
    bucket = bucket_in_host(request.headers["host"])
    return signature.is_signed_by(request, secret_key, read(request), bucket_in_host=bucket)


@pytest.mark.parametrize("name", URLS)
def test_a_temporary_url_of_the_vendors_sdk_holds_for_its_own_request_alone(name: str) -> None:
    request = request_of(URLS[name])

    assert read(request).access_key == ACCESS_KEY
    assert read(request).security_token == (TOKEN if "temporary" in name else "")
    assert holds(request)
    assert not holds(request, "other")
    assert not holds(replace(request, method="DELETE"))
    assert not holds(replace(request, raw_path=request.raw_path + b"x"))


def test_what_signs_is_taken_out_of_the_query() -> None:
    left = {name: signature.without_credentials(request_of(each)) for name, each in URLS.items()}

    for name, query in left.items():
        expected = {"object": "", "acl": "acl", "list": "prefix=a%20b/&max-keys=5"}
        assert query == expected[name.split(", ")[1]]


HEADERS = {
    "v4 with a Date header": RawRequest(
        "GET",
        b"/results",
        b"prefix=a%20b/",
        {
            "date": DATE,
            "host": HOST,
            "user-agent": "obs-sdk-python/3.26.6",
            "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            "authorization": "AWS4-HMAC-SHA256 "
            f"Credential={ACCESS_KEY}/20260101/eu-de/s3/aws4_request,"
            "SignedHeaders=date;host;user-agent;x-amz-content-sha256,Signature="
            "e96e245c31ac792cb77243021cad6541e73a89381a9094df4852a72d80457b56",
        },
        b"",
    ),
    "v2": RawRequest(
        "PUT",
        b"/results/a%20b",
        b"acl",
        {
            "date": DATE,
            "host": HOST,
            "content-type": "text/plain",
            "x-amz-meta-a": "b",
            "authorization": f"AWS {ACCESS_KEY}:x6v4CWyhtpozRWtSZG7AcFtzn3I=",
        },
        b"",
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_signed_header_of_the_vendors_sdk_holds(name: str) -> None:
    request = HEADERS[name]

    assert holds(request)
    assert not holds(request, "other")
    assert not holds(replace(request, query_string=b"prefix=other&policy"))


def test_a_query_may_be_signed_as_it_is_sent() -> None:
    """The OBS SDK for Go writes "+" for a space and signs that."""
    headers = {"host": HOST, "x-amz-date": "20260101T000000Z"}
    unsigned = RawRequest("GET", b"/results", b"prefix=a+b", headers, b"")
    made = Signature(
        ACCESS_KEY,
        "",
        "x-amz-",
        scope="20260101/eu-de/s3/aws4_request",
        signed_headers=("host", "x-amz-date"),
        date="20260101T000000Z",
    )

    for query in ("prefix=a+b", "prefix=a%20b"):
        signed = signature.sign_v4(SECRET_KEY, unsigned, made, query=query)
        given = replace(made, signature=signed)
        assert signature.is_signed_by(unsigned, SECRET_KEY, given, bucket_in_host=None)


AMAZON_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CHUNKS = (b"a" * 65536, b"a" * 1024, b"")
PLAIN = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
AMAZON = {
    PLAIN: (
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        (
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ),
        b"",
        {"content-length": "66824"},
    ),
    f"{PLAIN}-TRAILER": (
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        (
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ),
        (
            b"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
            b"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
        ),
        {"x-amz-trailer": "x-amz-checksum-crc32c"},
    ),
}
"""Amazon S3 API reference, the examples of both pages on chunks."""


def chunked_request(kind: str) -> RawRequest:
    seed, signatures, trailer, more = AMAZON[kind]
    body = b"".join(
        b"%x;chunk-signature=%s\r\n%s" % (len(chunk), each.encode(), chunk + b"\r\n" * bool(chunk))
        for chunk, each in zip(CHUNKS, signatures, strict=True)
    )
    headers = {
        "content-encoding": "aws-chunked",
        "host": "s3.amazonaws.com",
        "x-amz-content-sha256": kind,
        "x-amz-date": "20130524T000000Z",
        "x-amz-decoded-content-length": "66560",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        **more,
    }
    headers["authorization"] = (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={';'.join(sorted(headers))},Signature={seed}"
    )
    return RawRequest(
        "PUT", b"/examplebucket/chunkObject.txt", b"", headers, body + trailer + b"\r\n"
    )


@pytest.mark.parametrize("kind", AMAZON)
def test_signed_chunks_hold_and_are_put_together(kind: str) -> None:
    request = chunked_request(kind)

    assert holds(request, AMAZON_KEY)
    assert chunked.is_signed_by(request, AMAZON_KEY, read(request))
    assert chunked.content_of(request) == b"".join(CHUNKS)


@pytest.mark.parametrize("kind", AMAZON)
def test_a_changed_chunk_or_trailer_does_not_hold(kind: str) -> None:
    request = chunked_request(kind)
    changes = [(b"aaaa\r\n", b"aaab\r\n"), (b"0;chunk-signature=", b"0;chunk-signature=0")]
    if request.body.rstrip().endswith(b"e435"):
        changes += [(b"sOO8/Q==", b"sOO8/Q=A"), (b"signature:d8", b"signature:d9")]

    for old, new in changes:
        changed = replace(request, body=request.body.replace(old, new))
        assert changed.body != request.body
        assert not chunked.is_signed_by(changed, AMAZON_KEY, read(request))


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"5\r\nhel", b"5;chunk-signature=0\r\nhello!\r\n0\r\n\r\n", b"-1\r\n\r\n"],
)
def test_a_body_that_is_not_in_chunks_is_malformed(body: bytes) -> None:
    request = replace(chunked_request(PLAIN), body=body)

    with pytest.raises(chunked.MalformedChunksError):
        chunked.is_signed_by(request, AMAZON_KEY, read(request))


def test_chunks_without_signatures_are_put_together() -> None:
    headers = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    request = RawRequest("PUT", b"/results/key", b"", headers, body)

    assert chunked.content_of(request) == b"hello"


SEED = Seed(credentials=(SeedAccessKey(access_key=ACCESS_KEY, secret_key=SECRET_KEY),))


def send(client: CloudClient, name: str, **changes: str) -> httpx.Response:
    """One of the temporary URLs, for a bucket that does not exist."""
    vector = URLS[name]
    query = vector["query"]
    for old, new in changes.items():
        query = query.replace(f"{old}=", f"{old}={new}&was=")
    return client.request(
        vector["method"], f"{vector['path']}?{query}", headers=dict(vector["headers"])
    )


@pytest.mark.parametrize("name", ["v2, list, path", "v4, list, path", "obs, list, virtual host"])
def test_a_temporary_url_holds_until_it_expires(name: str) -> None:
    with local_cloud(name="otc", seed=SEED) as client:
        found = send(client, name)
        client.control("POST", "clock", {"skew_seconds": 299})
        still = send(client, name)
        client.control("POST", "clock", {"skew_seconds": 301})
        expired = send(client, name)

    assert (found.status_code, "<Code>NoSuchBucket</Code>" in found.text) == (404, True)
    assert still.status_code == 404
    assert (expired.status_code, "Request has expired" in expired.text) == (403, True)


def test_a_bucket_is_made_by_a_temporary_url() -> None:
    with local_cloud(name="otc", seed=SEED) as client:
        made = client.request("PUT", presigned(client, "PUT", "/results"))
        shown = client.control("GET", "state")["buckets"]

    assert made.status_code == 200
    assert "results" in [bucket["name"] for bucket in shown]


def presigned(client: CloudClient, method: str, path: str, *, sent: str = "") -> str:
    date = f"{client.cloud.clock.now():%Y%m%dT%H%M%SZ}"
    scope = f"{date[:8]}/eu-de/s3/aws4_request"
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ACCESS_KEY}%2F"
        f"{scope.replace('/', '%2F')}&X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    )
    unsigned = RawRequest(method, path.encode(), query.encode(), {"host": "testserver"}, b"")
    made = Signature(
        ACCESS_KEY, "", "x-amz-", scope=scope, signed_headers=("host",), date=date, expires="60"
    )
    value = signature.sign_v4(SECRET_KEY, unsigned, made, query=query)
    return f"{path}?{query}&X-Amz-Signature={value}{sent}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"X-Amz-Expires": "604801"}, "1 to 604800 seconds"),
        ({"X-Amz-Expires": "0"}, "1 to 604800 seconds"),
        ({"X-Amz-Expires": "soon"}, "no valid date"),
        ({"X-Amz-Expires": "6_0"}, "no valid date"),
        ({"X-Amz-Date": "20260101"}, "no valid date"),
        ({"X-Amz-Date": "20260102T000000Z"}, "The date in the credential is not that"),
        ({"X-Amz-Date": "20260101T010000Z"}, "not yet valid"),
        ({"X-Amz-SignedHeaders": "date"}, "not signed: host"),
        ({"X-Amz-Signature": "0"}, "SignatureDoesNotMatch"),
        ({"X-Amz-Credential": "NOBODY/20260101/eu-de/s3/aws4_request"}, "InvalidAccessKeyId"),
    ],
)
def test_a_temporary_url_is_refused_by_what_is_wrong(changes: dict[str, str], said: str) -> None:
    with local_cloud(name="otc", seed=SEED) as client:
        answer = send(client, "v4, list, path", **changes)

    assert (answer.status_code, said in answer.text) == (403, True), answer.text


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "the request is not signed"),
        ({"x-auth-token": "t"}, "OBS takes no tokens"),
        ({"content-type": "multipart/form-data; boundary=x"}, "uploads by a form"),
        (
            {"authorization": "SDK-HMAC-SHA256 Access=a"},
            "names SDK-HMAC-SHA256; OBS takes OBS, AWS",
        ),
        ({"authorization": "OBS secret"}, "the Authorization header cannot be read"),
        ({"authorization": "secret"}, "the Authorization header cannot be read"),
    ],
)
def test_a_form_that_obs_does_not_take_is_named(
    huawei: CloudClient, headers: dict[str, str], said: str
) -> None:
    answer = huawei.request("POST", "/order-failures", headers=headers)

    assert (answer.status_code, "<Code>AccessDenied</Code>" in answer.text) == (403, True)
    assert said in answer.text
    assert "secret" not in answer.text


def test_a_header_of_the_protocol_must_be_signed_in_version_4(huawei: CloudClient) -> None:
    answer = huawei.request(
        "PUT",
        "/order-failures/key",
        headers={
            "x-amz-date": "20260101T000000Z",
            "x-amz-acl": "public-read",
            "authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/r/s3/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
        },
    )

    assert "not signed: x-amz-acl" in answer.text


def test_a_key_with_the_path_of_an_api_is_found_in_a_bucket_in_the_host() -> None:
    with local_cloud(name="otc", seed=SEED) as client:
        vector = URLS["obs, object, virtual host"]
        url = f"/v2/x?{vector['query']}"

        signed = client.request("GET", url, headers={"host": "results.localhost"})
        unsigned = client.request("GET", "/v2/x", headers={"host": "results.localhost"})

    assert "<Code>SignatureDoesNotMatch</Code>" in signed.text
    assert unsigned.json()["error_code"] == "APIGW.0101"


@pytest.mark.parametrize(
    "body",
    [
        b"1\r\nx\r\n" * (chunked.MAX_CHUNKS + 1) + b"0\r\n\r\n",
        b"1;chunk-signature=" + b"a" * chunked.MAX_HEAD + b"\r\nx\r\n0\r\n\r\n",
        b"f" * 5000 + b"\r\n",
        b"+1\r\nx\r\n0\r\n\r\n",
        b"0x1\r\nx\r\n0\r\n\r\n",
    ],
    ids=["many chunks", "a long head", "a long size", "a sign", "a prefix"],
)
def test_chunks_that_are_made_to_harm_are_malformed(body: bytes) -> None:
    with pytest.raises(chunked.MalformedChunksError):
        chunked.content_of(replace(chunked_request(PLAIN), body=body))


def test_many_chunks_are_put_together_in_no_time() -> None:
    block = b"2000\r\n" + b"x" * 8192 + b"\r\n"
    body = block * 10_000 + b"0\r\n\r\n"
    start = time.monotonic()

    assert len(chunked.content_of(replace(chunked_request(PLAIN), body=body))) == 8192 * 10_000
    assert time.monotonic() - start < 5
