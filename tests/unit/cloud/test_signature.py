"""Signatures: the vendor's vectors, and that what is sent is what was signed."""

from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from factories import PROJECT
from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.http.call import AuthScope, Call, Method, path_of
from pulumi_functiongraph.cloud.http.key_signature import KeySignature
from unit.cloud.doubles import AK, KEY, NOW, SK

HOST = "https://functiongraph.eu-de.otc.t-systems.com"
URN = f"urn:fss:eu-de:{PROJECT}:function:default:demo:latest"
TEMPORARY = AccessKey(SecretStr(AK), SecretStr(SK), SecretStr("tok/en+1=="))


def signed(
    leaf: str,
    *,
    method: Method = "GET",
    key: AccessKey = KEY,
    query: tuple[tuple[str, str], ...] = (),
    body: bytes | None = None,
    scope: AuthScope | None = AuthScope("project", PROJECT),  # noqa: B008 - frozen
    name: str = URN,
) -> requests.PreparedRequest:
    path = path_of("v2", PROJECT, "fgs", "functions", name, leaf)
    url = Call("read", "it", method, "functiongraph", "eu-de", path, query=query).url(HOST)
    auth = KeySignature(key, scope=scope, now=lambda: NOW)
    return requests.Request(method, url, data=body, auth=auth).prepare()


def signature(request: requests.PreparedRequest) -> str:
    return str(request.headers["Authorization"]).rpartition("Signature=")[2]


def test_get_is_signed_as_the_vendors_sdk_signs_it() -> None:
    request = signed("async-invoke-config")

    assert request.headers["Authorization"] == (
        f"SDK-HMAC-SHA256 Access={AK}, "
        "SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
        "Signature=7288f68ae1660d566656d9714e0581f9167e6cf6272c14a1a3de672f6df02bed"
    )


def test_put_with_temporary_keys_signs_the_token_too() -> None:
    body = b'{"max_async_event_age_in_seconds":3600,"max_async_retry_attempts":1}'

    request = signed("async-invoke-config", method="PUT", key=TEMPORARY, body=body)

    assert request.headers["X-Security-Token"] == "tok/en+1=="
    assert "x-security-token" in str(request.headers["Authorization"])
    expected = "d19778dd48d0d6588b4cafc06b0bbe506264530d88e18de27fea65e07be8b0b3"
    assert signature(request) == expected


def test_the_query_is_signed() -> None:
    request = signed("async-invoke-configs", query=(("marker", "0"), ("limit", "100")))

    expected = "cc074bd29bd8b0cbc17a977f5b36bd942670f9a1385642c9c43f20edc1281ea1"
    assert signature(request) == expected
    assert str(request.url).endswith("?limit=100&marker=0")


def test_a_domain_scope_is_sent_and_signed() -> None:
    request = signed("x", scope=AuthScope("domain", "d0"))

    assert request.headers["X-Domain-Id"] == "d0"
    assert "X-Project-Id" not in request.headers
    assert "x-domain-id" in str(request.headers["Authorization"])


def test_a_call_without_scope_names_none() -> None:
    request = signed("x", scope=None)

    assert not {"X-Domain-Id", "X-Project-Id"} & set(request.headers)


def test_colon_and_exclamation_mark_are_sent_percent_encoded_as_they_are_signed() -> None:
    request = signed("config", name=URN.replace("latest", "!prod"))

    assert "urn%3Afss%3Aeu-de" in str(request.url)
    assert str(request.url).endswith("%21prod/config")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    value=TEXTS,
    name=st.text("abc:!~-_. +&=", max_size=12).map("urn:".__add__),
    token=st.none() | st.text("abc+/= ", min_size=1),
    body=st.none() | st.binary(max_size=20),
    scope=st.sampled_from([None, AuthScope("project", PROJECT), AuthScope("domain", "d0")]),
)
def test_a_signature_is_the_one_of_the_vendors_signer(
    method: Method,
    value: str,
    name: str,
    token: str | None,
    body: bytes | None,
    scope: AuthScope | None,
) -> None:
    """Of the names and values as a person knows them, so that what is sent is what is signed."""
    from huaweicloudsdkcore.sdk_request import SdkRequest
    from huaweicloudsdkcore.signer.signer import Signer

    key = AccessKey(SecretStr(AK), SecretStr(SK), SecretStr(token) if token else None)
    query = (("package_name", value), ("limit", "1"))
    request = signed("x", method=method, key=key, query=query, body=body, scope=scope, name=name)
    address = urlsplit(str(request.url))
    names = str(request.headers["Authorization"]).split("SignedHeaders=")[1].partition(",")[0]
    form = SdkRequest(
        method=method,
        host=address.netloc,
        resource_path=f"/v2/{PROJECT}/fgs/functions/{name}/x",
        query_params=list(query),
        header_params={each: str(request.headers[each]) for each in names.split(";")},
        body=body or b"",
    )

    Signer(Pair).sign(form)

    assert request.headers["Authorization"] == form.header_params["Authorization"]
    assert address.query == Signer._process_canonical_query_string(form)
    assert f"{address.path}/" == Signer(Pair)._process_canonical_uri(form)


class Pair:
    ak = AK
    sk = SK


@pytest.mark.parametrize("body", [b"{}", None])
def test_the_scope_of_one_call_does_not_leak_into_another(body: bytes | None) -> None:
    one = signed("x", scope=AuthScope("project", "one"), body=body)
    two = signed("x", scope=AuthScope("project", "two"), body=body)

    assert (one.headers["X-Project-Id"], two.headers["X-Project-Id"]) == ("one", "two")
    assert signature(one) != signature(two)
