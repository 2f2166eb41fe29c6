"""The signature of OBS: the vendor's vectors, and that what is sent is what was signed."""

from collections.abc import Mapping

import pytest
import requests
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.http.storage_signature import (
    StorageSignature,
    signature,
    string_to_sign,
)
from unit.cloud.doubles import AK, KEY, NOW, SK

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
TEMPORARY = AccessKey(SecretStr(AK), SecretStr(SK), SecretStr("tok"))
WITH_TOKEN = {"x-obs-date": DATE, "x-obs-security-token": "tok"}


@pytest.mark.parametrize(
    ("resource", "headers", "expected"),
    [
        ("/results/", {"Date": DATE}, "0DACLYYxgswP2scI0aeqGJT8g9I="),
        ("/results/", WITH_TOKEN, "JLNs+rbqwH4wR6WJto6EKsD3Whs="),
        ("/results", {"Date": DATE}, "QOoqqt2ERWuDLEpCcpa3B1ApWaQ="),
        ("/results", WITH_TOKEN, "k+JC2Uzj4E8vml5NpyYTp30Glvw="),
    ],
)
def test_a_head_is_signed_as_the_vendors_client_signs_it(
    resource: str, headers: Mapping[str, str], expected: str
) -> None:
    assert signature(KEY, string_to_sign("HEAD", resource, headers)) == expected


@pytest.mark.parametrize(
    ("url", "bucket", "expected"),
    [
        ("https://results.obs.x.example/", "results", "JLNs+rbqwH4wR6WJto6EKsD3Whs="),
        ("http://127.0.0.1:1/results", "", "k+JC2Uzj4E8vml5NpyYTp30Glvw="),
    ],
)
def test_what_is_sent_with_a_temporary_key_is_signed_so(
    url: str, bucket: str, expected: str
) -> None:
    auth = StorageSignature(TEMPORARY, bucket=bucket, now=lambda: NOW)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}

    request = requests.Request("HEAD", url, headers=headers, auth=auth).prepare()

    assert request.headers["Authorization"] == f"OBS {AK}:{expected}"
    assert {name: request.headers[name] for name in WITH_TOKEN} == WITH_TOKEN
    assert "Content-Type" not in request.headers


def test_a_permanent_key_sends_no_token() -> None:
    auth = StorageSignature(KEY, bucket="", now=lambda: NOW)

    request = requests.Request("HEAD", "http://127.0.0.1:1/results", auth=auth).prepare()

    assert "x-obs-security-token" not in request.headers


def test_content_headers_are_signed_when_they_are_sent() -> None:
    headers = {
        "Content-MD5": "m",
        "Content-Type": "t",
        "Date": "d",
        "x-obs-b": " 2 ",
        "X-Obs-A": "1",
    }

    text = string_to_sign("PUT", "/b/k", headers)

    assert text == "PUT\nm\nt\nd\nx-obs-a:1\nx-obs-b:2\n/b/k"
