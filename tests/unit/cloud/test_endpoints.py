"""Endpoints: each cloud's addresses, and every way to set another one."""

import pytest

from pulumi_functiongraph.cloud.endpoints import (
    Endpoints,
    Service,
    override_hint,
    problem_with,
    vendor_overrides,
)


@pytest.mark.parametrize(
    ("service", "region", "expected"),
    [
        ("functiongraph", "eu-de", "https://functiongraph.eu-de.otc.t-systems.com"),
        ("iam", "eu-de", "https://iam.eu-de.otc.t-systems.com"),
        ("smn", "eu-de", "https://smn.eu-de.otc.t-systems.com"),
        ("obs", "eu-nl", "https://obs.eu-nl.otc.t-systems.com"),
        ("iam", "eu-ch2", "https://iam-pub.eu-ch2.sc.otc.t-systems.com"),
        ("obs", "eu-ch2", "https://obs.eu-ch2.sc.otc.t-systems.com"),
        ("functiongraph", "cn-north-4", "https://functiongraph.cn-north-4.myhuaweicloud.com"),
        ("iam", "ap-southeast-3", "https://iam.ap-southeast-3.myhuaweicloud.com"),
        ("iam", "eu-west-101", "https://iam.eu-west-101.myhuaweicloud.eu"),
        ("smn", "eu-west-101", "https://smn.eu-west-101.myhuaweicloud.eu"),
        ("functiongraph", "eu-west-101", "https://functiongraph.eu-west-101.myhuaweicloud.com"),
    ],
)
def test_each_region_has_its_address(service: Service, region: str, expected: str) -> None:
    assert Endpoints().url(service, region=region) == expected


def test_the_vendors_sdk_knows_the_same_addresses() -> None:
    from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion
    from huaweicloudsdkiam.v3.region.iam_region import IamRegion

    found: list[tuple[Service, object]] = [
        ("functiongraph", FunctionGraphRegion),
        ("iam", IamRegion),
    ]
    for service, regions in found:
        for name, region in regions.static_fields.items():  # type: ignore[attr-defined]  # the SDK is untyped
            url = Endpoints(cloud="huawei").url(service, region=name)
            assert url in region.endpoints, name


def test_a_named_cloud_wins_over_the_region() -> None:
    url = Endpoints(cloud="huawei").url("iam", region="eu-de")

    assert url == "https://iam.eu-de.myhuaweicloud.com"


def test_an_override_may_stand_for_every_region() -> None:
    endpoints = Endpoints(overrides={"smn": "https://smn.{region}.example.com/"})

    assert endpoints.url("smn", region="eu-de") == "https://smn.eu-de.example.com"


def test_the_vendors_variables_hold_for_one_region() -> None:
    environ = {
        "HUAWEICLOUD_SDK_REGION_IAM_EU_DE": " http://one , http://two",
        "HUAWEICLOUD_SDK_REGION_SMN_EU_DE": " ",
        "OTHER": "x",
    }
    endpoints = Endpoints(vendor=vendor_overrides(environ))

    assert endpoints.url("iam", region="eu-de") == "http://one"
    assert "otc.t-systems.com" in endpoints.url("iam", region="eu-nl")


@pytest.mark.parametrize(
    "address",
    [
        "https://functiongraph.eu-de.example.com",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "https://gateway.example.com/functiongraph/",
        "https://functiongraph.{region}.example.com",
    ],
)
def test_addresses_that_are_taken(address: str) -> None:
    assert problem_with(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "functiongraph.example.com",
        "ftp://host",
        "https://",
        "https://user:password@host",
        "https://host?query",
        "https://host/pa th",
        "https://host:port",
        "https://host:99999",
        "https://host:0",
        "http://[::1",
        7,
        None,
    ],
)
def test_addresses_that_are_refused(address: object) -> None:
    assert problem_with(address)


def test_the_hint_is_ready_to_paste() -> None:
    import json

    command = override_hint("smn").partition("endpoints '")[2].partition("'")[0]

    assert list(json.loads(command)) == ["smn"]
