"""Buckets and objects: who may, what is kept, and the words of OBS."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs.addressing import Address, address_of, bucket_in_host
from pulumi_functiongraph.emulator.obs.signature import sign_v2
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from unit.emulator.client import CloudClient, local_cloud
from unit.emulator.obs_calls import DATE, obs


def test_a_bucket_of_the_seed_is_there_with_its_region(huawei: CloudClient) -> None:
    answer = obs(huawei, "HEAD", "/order-failures")

    assert answer.status_code == 200
    assert answer.headers["x-obs-bucket-location"] == "cn-north-4"
    assert answer.headers["x-obs-request-id"] == answer.headers["x-request-id"]


def test_a_missing_bucket_is_not_found(huawei: CloudClient) -> None:
    assert obs(huawei, "HEAD", "/nobodys").status_code == 404
    answer = obs(huawei, "GET", "/nobodys")
    assert answer.status_code == 404
    assert "<Code>NoSuchBucket</Code>" in answer.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret_key": "wrong"}, "SignatureDoesNotMatch"),
        ({"access_key": "NOBODY"}, "InvalidAccessKeyId"),
        ({"date": "Thu, 01 Jan 2026 00:16:00 GMT"}, "RequestTimeTooSkewed"),
        ({"date": "now"}, "AccessDenied"),
        ({"date": "Fri, 31 Dec 9999 23:00:00 -0200"}, "AccessDenied"),
        ({"headers": {"x-obs-security-token": "t"}}, "InvalidSecurity"),
    ],
)
def test_wrong_credentials_are_refused(
    huawei: CloudClient, changes: dict[str, str], code: str
) -> None:
    answer = obs(huawei, "GET", "/order-failures", **changes)  # type: ignore[arg-type] # by name

    assert answer.status_code == 403
    assert f"<Code>{code}</Code>" in answer.text
    assert answer.headers["x-obs-request-id"]


def test_an_unsigned_call_is_refused(huawei: CloudClient) -> None:
    answer = huawei.request("GET", "/order-failures")

    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


@pytest.mark.parametrize("name", ["Upper", "a_b", "192.168.0.1", "a..b"])
def test_a_bucket_of_a_forbidden_name_is_not_made(huawei: CloudClient, name: str) -> None:
    answer = obs(huawei, "PUT", f"/{name}")

    assert (answer.status_code, "<Code>InvalidBucketName</Code>" in answer.text) == (400, True)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[CloudClient]:
    """A cloud started again on what another one kept."""
    with local_cloud(directory=tmp_path) as first:
        assert obs(first, "PUT", "/results").status_code == 200
        metadata = {"x-obs-meta-origin": "test"}
        assert obs(first, "PUT", "/results//a/b", b"one", headers=metadata).status_code == 200
        assert obs(first, "PUT", "/results/a/b", b"two").status_code == 200
        assert obs(first, "PUT", "/results/gone", b"three").status_code == 200
        assert obs(first, "DELETE", "/results/gone").status_code == 204
        assert obs(first, "PUT", "/emptied").status_code == 200
        assert obs(first, "DELETE", "/emptied").status_code == 204
    with local_cloud(directory=tmp_path) as second:
        yield second


def test_buckets_and_objects_survive_a_restart(kept: CloudClient) -> None:
    slashed = obs(kept, "GET", "/results//a/b")

    assert (slashed.content, slashed.headers["x-obs-meta-origin"]) == (b"one", "test")
    assert obs(kept, "GET", "/results/a/b").content == b"two"
    assert obs(kept, "HEAD", "/results/gone").status_code == 404
    assert obs(kept, "HEAD", "/emptied").status_code == 404
    assert kept.control("GET", "state")["buckets"] == [
        {"name": "order-failures", "region": "cn-north-4", "objects": [], "notifications": []},
        {
            "name": "results",
            "region": "cn-north-4",
            "objects": ["/a/b", "a/b"],
            "notifications": [],
        },
    ]


def test_the_days_that_an_object_is_kept_are_answered_also_after_a_restart(tmp_path: Path) -> None:
    path = "/order-failures/brief"
    with local_cloud(directory=tmp_path) as first:
        obs(first, "PUT", path, b"content", headers={"x-obs-expires": "5"})
        obs(first, "PUT", "/order-failures/long", b"content")
        obs(first, "PUT", "/order-failures/odd", b"content", headers={"x-obs-expires": "soon"})
        shown = obs(first, "HEAD", path).headers
        assert obs(first, "GET", path).headers["x-obs-expiration"] == shown["x-obs-expiration"]
        obs(first, "PUT", "/order-failures/huge", b"", headers={"x-obs-expires": "9" * 9})
        for other in ("long", "odd", "huge"):
            answer = obs(first, "HEAD", f"/order-failures/{other}")
            assert "x-obs-expiration" not in answer.headers
    with local_cloud(directory=tmp_path) as second:
        assert days_kept(obs(second, "HEAD", path)) == 5
        obs(second, "DELETE", "/order-failures/long")
        obs(second, "PUT", f"{path}?acl", headers={"x-obs-acl": "private"})
        assert days_kept(obs(second, "HEAD", path)) == 5
        obs(second, "PUT", path, b"again")
        assert "x-obs-expiration" not in obs(second, "HEAD", path).headers


def test_an_object_is_dated_by_the_clouds_clock(huawei: CloudClient) -> None:
    for day in (1, 2):
        obs(huawei, "PUT", "/order-failures/key", b"content", headers={"x-obs-expires": "5"})
        shown = obs(huawei, "HEAD", "/order-failures/key").headers
        assert f"0{day} Jan 2026 00:00:00 GMT" in shown["last-modified"]
        assert f"0{day + 5} Jan 2026 00:00:00 GMT" in shown["x-obs-expiration"]
        listed = obs(huawei, "GET", "/order-failures").text
        assert f"<LastModified>2026-01-0{day}T00:00:00.000Z</LastModified>" in listed
        huawei.control("POST", "clock", {"seconds": 86_400})


def days_kept(answer: httpx.Response) -> int:
    [ends] = re.findall(r'^expiry-date="(.*)"$', answer.headers["x-obs-expiration"])
    changed = parsedate_to_datetime(answer.headers["last-modified"])
    return (parsedate_to_datetime(ends) - changed).days


def test_a_refused_change_is_not_kept(huawei: CloudClient) -> None:
    obs(huawei, "PUT", "/order-failures/key", b"content")

    answer = obs(huawei, "DELETE", "/order-failures")

    assert answer.status_code == 409
    assert huawei.control("GET", "state")["buckets"][0]["objects"] == ["key"]


def test_a_reset_empties_the_buckets(huawei: CloudClient) -> None:
    obs(huawei, "PUT", "/order-failures/key", b"content")

    huawei.control("POST", "reset")

    assert obs(huawei, "HEAD", "/order-failures/key").status_code == 404
    assert obs(huawei, "HEAD", "/order-failures").status_code == 200


def test_obs_calls_are_in_the_log_by_operation(huawei: CloudClient) -> None:
    obs(huawei, "PUT", "/order-failures/a/b", b"content")
    obs(huawei, "HEAD", "/order-failures")

    put, head = huawei.control("GET", "requests")["requests"]

    assert (put["service"], put["operation"], put["writing"]) == ("obs", "PutObject", True)
    assert (head["operation"], head["writing"], head["status"]) == ("HeadBucket", False, 200)


def test_a_fault_strikes_obs_too(huawei: CloudClient) -> None:
    huawei.control("POST", "faults", {"service": "obs", "nth": 1, "status": 503})

    assert obs(huawei, "HEAD", "/order-failures").status_code == 503
    assert obs(huawei, "HEAD", "/order-failures").status_code == 200


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("results.obs.eu-de.otc.t-systems.com", "results"),
        ("my.results.obs.cn-north-4.myhuaweicloud.com:8080", "my.results"),
        ("results.localhost:9000", "results"),
        ("obs.eu-de.otc.t-systems.com", None),
        ("localhost:9000", None),
        ("127.0.0.1:9000", None),
    ],
)
def test_a_bucket_can_be_named_by_the_host(host: str, bucket: str | None) -> None:
    request = RawRequest("GET", b"/a%20b", b"", {"host": host}, b"")

    assert bucket_in_host(host) == bucket
    assert address_of(request) == (Address(bucket, "a b") if bucket else Address("a b", ""))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("obs.cn-north-4.myhuaweicloud.com", 200),
        ("obs.cn-south-1.myhuaweicloud.com", 301),
        ("obs.cn-south-1.localhost:8080", 301),
        ("127.0.0.1:8080", 200),
    ],
)
def test_a_bucket_of_another_region_is_redirected_to(
    huawei: CloudClient, host: str, status: int
) -> None:
    answer = obs(huawei, "HEAD", "/order-failures", headers={"host": host})

    assert answer.status_code == status
    assert answer.headers["x-obs-bucket-location"] == "cn-north-4"


def test_a_redirection_says_why(huawei: CloudClient) -> None:
    answer = obs(
        huawei, "GET", "/order-failures", headers={"host": "obs.cn-south-1.myhuaweicloud.com"}
    )

    assert "<Code>PermanentRedirect</Code>" in answer.text


@pytest.mark.parametrize("name", ["content-type", "content-disposition", "expires"])
def test_no_query_writes_a_header_of_its_own(huawei: CloudClient, name: str) -> None:
    obs(huawei, "PUT", "/order-failures/key", b"content")

    query = f"response-{name}=a%0d%0aX-Evil:%20b"
    request = RawRequest("GET", b"/order-failures/key", query.encode(), {"date": DATE}, b"")
    signature = sign_v2(DEFAULT_SECRET_KEY, request, prefix="x-obs-", bucket_in_host=None)
    headers = {"date": DATE, "authorization": f"OBS {DEFAULT_ACCESS_KEY}:{signature}"}

    answer = huawei.request("GET", f"/order-failures/key?{query}", headers=headers)

    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("text", ["1_0", "%2B5", "-1", "x", "%D9%A1"])
def test_a_number_of_a_query_is_ascii_digits(huawei: CloudClient, text: str) -> None:
    answer = obs(huawei, "GET", f"/order-failures?max-keys={text}")

    assert (answer.status_code, "max-keys must be a whole number" in answer.text) == (400, True)
    assert obs(huawei, "GET", "/order-failures?max-keys=10").status_code == 200
