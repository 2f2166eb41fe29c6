"""The same cases for the vendor's client and ours: what one writes, every one reads."""

from dataclasses import replace

import pytest

from contract.drivers import Destination, Driver, NewDriver, Refused, Setting
from contract.vendor import VendorDriver
from pulumi_functiongraph.emulator.process import Emulator


def urn_of(cloud: Emulator, name: str, version: str = "latest") -> str:
    environment = cloud.environment
    region, project = environment["FUNCTIONGRAPH_REGION"], environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    return f"urn:fss:{region}:{project}:function:default:{name}:{version}"


def destinations(cloud: Emulator) -> dict[str, Destination]:
    environment = cloud.environment
    region, project = environment["FUNCTIONGRAPH_REGION"], environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    return {
        "OBS": Destination("OBS", {"bucket": "order-failures", "prefix": "/f", "expires": 7}),
        "SMN": Destination("SMN", {"topic_urn": f"urn:smn:{region}:{project}:order-events"}),
        "DIS": Destination("DIS", {"stream_name": "order-stream"}),
        "FunctionGraph": Destination("FunctionGraph", {"func_urn": urn_of(cloud, "audit")}),
    }


@pytest.mark.parametrize("service", ["OBS", "SMN", "DIS", "FunctionGraph"])
def test_what_is_put_is_answered_read_and_listed(
    cloud: Emulator, driver: Driver, service: str
) -> None:
    target = destinations(cloud)[service]
    setting = Setting(age=60, retries=0, on_success=target, on_failure=target)

    put = driver.put(urn_of(cloud, "f0"), setting)

    assert (put.urn, put.setting) == (urn_of(cloud, "f0"), setting)
    assert put.created
    assert put.modified
    assert driver.get(urn_of(cloud, "f0")) == put
    assert driver.configs(urn_of(cloud, "f0")) == [put]


@pytest.mark.parametrize("unset", ["empty", "missing", "null"])
def test_an_unset_target_is_none_in_whatever_form_it_is_answered(
    cloud: Emulator, driver: Driver, unset: str
) -> None:
    cloud.options(unset_target=unset)
    setting = Setting(on_failure=destinations(cloud)["SMN"])

    assert driver.put(urn_of(cloud, "f0"), setting).setting == setting
    assert driver.put(urn_of(cloud, "f0"), Setting()).setting == Setting()


def test_a_second_put_replaces_the_first(cloud: Emulator, driver: Driver) -> None:
    both = destinations(cloud)["OBS"]
    first = driver.put(urn_of(cloud, "f0"), Setting(on_success=both, on_failure=both))

    second = driver.put(urn_of(cloud, "f0"), Setting(retries=3, on_failure=both))

    assert second.setting == Setting(retries=3, on_failure=both)
    assert second.created == first.created


def test_a_config_that_is_not_there_is_none(cloud: Emulator, driver: Driver) -> None:
    assert driver.get(urn_of(cloud, "f0")) is None
    assert driver.get(urn_of(cloud, "nobody")) is None
    assert driver.configs(urn_of(cloud, "f0")) == []


def test_deleting_twice_is_fine_and_leaves_nothing(cloud: Emulator, driver: Driver) -> None:
    driver.put(urn_of(cloud, "f0"), Setting())

    driver.delete(urn_of(cloud, "f0"))
    driver.delete(urn_of(cloud, "f0"))

    assert driver.get(urn_of(cloud, "f0")) is None


@pytest.mark.parametrize("end", ["offset", "zero"])
def test_every_version_has_its_own_config_and_the_list_has_them_all(
    cloud: Emulator, driver: Driver, end: str
) -> None:
    cloud.options(list_end=end)
    urns = [urn_of(cloud, "f0", version) for version in ("latest", "v1", "v2", "v3")]
    put = [driver.put(urn, Setting(age=number + 1)) for number, urn in enumerate(urns)]

    assert sorted(driver.configs(urn_of(cloud, "f0")), key=lambda seen: seen.setting.age) == put
    assert [driver.get(urn) for urn in urns] == put


def test_functions_and_aliases_are_listed(cloud: Emulator, driver: Driver) -> None:
    names = ["orders", "audit", *(f"f{number}" for number in range(8))]

    assert sorted(driver.functions()) == sorted(urn_of(cloud, name) for name in names)
    assert driver.aliases(urn_of(cloud, "f0")) == {"prod": "v1"}


def test_a_put_on_a_missing_function_is_not_found(cloud: Emulator, driver: Driver) -> None:
    with pytest.raises(Refused) as caught:
        driver.put(urn_of(cloud, "nobody"), Setting())

    assert caught.value.reason == "not found"


def test_a_wrong_secret_key_is_unauthorized(cloud: Emulator, new_driver: NewDriver) -> None:
    driver = new_driver({**cloud.environment, "HUAWEICLOUD_SDK_SK": "wrong"})

    with pytest.raises(Refused) as caught:
        driver.put(urn_of(cloud, "f0"), Setting())

    assert caught.value.reason == "unauthorized"


def test_a_temporary_key_is_taken_with_its_token(cloud: Emulator, new_driver: NewDriver) -> None:
    key = {"access_key": "TEMPORARY", "secret_key": "s3cret", "security_token": "tok/en+1=="}
    cloud.seed({"credentials": [key]})
    environment = {
        **cloud.environment,
        "HUAWEICLOUD_SDK_AK": key["access_key"],
        "HUAWEICLOUD_SDK_SK": key["secret_key"],
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": key["security_token"],
    }

    assert new_driver(environment).put(urn_of(cloud, "f0"), Setting()).setting == Setting()


def test_a_wrong_clock_is_unauthorized(cloud: Emulator, driver: Driver) -> None:
    cloud.skew(seconds=3600)

    with pytest.raises(Refused) as caught:
        driver.put(urn_of(cloud, "f0"), Setting())

    assert caught.value.reason == "unauthorized"


def test_one_client_reads_what_the_other_wrote(cloud: Emulator, driver: Driver) -> None:
    vendor = VendorDriver(cloud.environment)
    setting = Setting(age=1, retries=3, on_success=destinations(cloud)["OBS"])

    written = driver.put(urn_of(cloud, "f0"), setting)
    changed = vendor.put(urn_of(cloud, "f0"), replace(setting, retries=0))

    assert vendor.get(urn_of(cloud, "f0")) == changed
    assert driver.get(urn_of(cloud, "f0")) == changed
    assert changed.created == written.created
