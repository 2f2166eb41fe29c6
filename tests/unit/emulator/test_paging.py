"""Lists: every item exactly once, whatever the page size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.emulator.client import PROJECT, CloudClient, config_body, local_cloud


def configured_versions(client: CloudClient, count: int) -> list[str]:
    """Give `count` versions of a function a config; returns their URNs."""
    urns = []
    for number in range(count):
        name = f"v{number}"
        client.functions("POST", "/orders/versions", {"version": name})
        client.config("PUT", client.urn("orders", name), config_body())
        urns.append(client.urn("orders", name))
    return urns


def walk(client: CloudClient, *, limit: int) -> list[str]:
    """Follow the pages as the Terraform provider does."""
    found: list[str] = []
    marker = 0
    while True:
        query = f"marker={marker}&limit={limit}"
        page = client.functions("GET", f"/orders/async-invoke-configs?{query}").json()
        assert page["page_info"]["current_count"] == len(page["async_invoke_configs"])
        found.extend(config["func_urn"] for config in page["async_invoke_configs"])
        marker = page["page_info"]["next_marker"]
        if not page["async_invoke_configs"] or marker == 0:
            assert len(found) == page["count"]
            return found


@settings(max_examples=25)
@given(count=st.integers(0, 7), limit=st.integers(1, 9), end=st.sampled_from(["offset", "zero"]))
def test_paging_returns_every_config_exactly_once(count: int, limit: int, end: str) -> None:
    with local_cloud() as client:
        client.control("POST", "options", {"list_end": end})
        urns = configured_versions(client, count)

        assert walk(client, limit=limit) == urns


def test_the_last_page_names_the_offset_behind_it_as_the_references_sample(
    huawei: CloudClient,
) -> None:
    configured_versions(huawei, 2)

    page = huawei.functions("GET", "/orders/async-invoke-configs?marker=0&limit=100").json()

    assert page["count"] == 2
    assert page["page_info"] == {"next_marker": 2, "previous_marker": 0, "current_count": 2}


@pytest.mark.parametrize("query", ["", "?limit=0", "?limit=", "?limit=10"])
def test_ten_configs_a_page_when_nothing_else_is_said(huawei: CloudClient, query: str) -> None:
    configured_versions(huawei, 11)

    page = huawei.functions("GET", f"/orders/async-invoke-configs{query}").json()

    assert len(page["async_invoke_configs"]) == 10
    assert page["page_info"]["next_marker"] == 10


def test_a_hundred_configs_a_page_at_most(huawei: CloudClient) -> None:
    configured_versions(huawei, 101)

    page = huawei.functions("GET", "/orders/async-invoke-configs?limit=500").json()

    assert len(page["async_invoke_configs"]) == 100


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "limit=1.5", "marker=-1", "marker=" + "1" * 65]
)
@pytest.mark.parametrize("rest", ["/orders/async-invoke-configs", "/orders/versions", ""])
def test_a_senseless_page_is_refused(huawei: CloudClient, rest: str, query: str) -> None:
    query = query if "async" in rest else query.replace("limit", "maxitems")

    answer = huawei.functions("GET", f"{rest}?{query}")

    assert (answer.status_code, answer.json()["error_code"]) == (400, "FSS.1001")


@settings(max_examples=15)
@given(count=st.integers(0, 6), size=st.integers(1, 7))
def test_paging_returns_every_function_exactly_once(count: int, size: int) -> None:
    with local_cloud() as client:
        for number in range(count):
            assert client.create_function(f"f{number}").status_code == 200
        found: list[str] = []
        marker = 0
        while True:
            page = client.functions("GET", f"?marker={marker}&maxitems={size}").json()
            found.extend(function["func_name"] for function in page["functions"])
            if page["next_marker"] == marker:
                break
            marker = page["next_marker"]

        assert found == ["orders", "audit", *(f"f{number}" for number in range(count))]


def test_functions_are_listed_without_version_and_filtered(huawei: CloudClient) -> None:
    huawei.create_function("orders-2")
    huawei.create_function("orders", package="shop")

    by_name = huawei.functions("GET", "?func_name=order").json()
    by_package = huawei.functions("GET", "?package_name=shop").json()

    assert [function["func_urn"] for function in by_name["functions"]] == [
        f"urn:fss:cn-north-4:{PROJECT}:function:default:orders",
        f"urn:fss:cn-north-4:{PROJECT}:function:default:orders-2",
        f"urn:fss:cn-north-4:{PROJECT}:function:shop:orders",
    ]
    assert [function["package"] for function in by_package["functions"]] == ["shop"]
