"""A running local cloud of each kind, and every driver on it."""

import warnings
from collections.abc import Iterator

import pytest
from huaweicloudsdkcore.warning.warning import TypeConversionWarning

from contract.drivers import Driver, NewDriver
from contract.ours import OurDriver
from contract.vendor import VendorDriver
from pulumi_functiongraph.emulator.process import Emulator

DRIVERS: dict[str, NewDriver] = {"vendor": VendorDriver, "ours": OurDriver}

SEED = {
    "functions": [
        {"name": f"f{number}", "versions": ["v1", "v2", "v3"], "aliases": {"prod": "v1"}}
        for number in range(8)
    ]
}


@pytest.fixture(scope="session", params=["huawei", "otc"])
def running_cloud(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    with Emulator(cloud=request.param, run_code=True) as emulator:
        yield emulator


@pytest.fixture
def cloud(running_cloud: Emulator) -> Emulator:
    running_cloud.reset()
    running_cloud.seed(SEED)
    running_cloud.forget_requests()
    return running_cloud


@pytest.fixture(params=DRIVERS)
def new_driver(request: pytest.FixtureRequest) -> NewDriver:
    return DRIVERS[request.param]


@pytest.fixture
def driver(cloud: Emulator, new_driver: NewDriver) -> Driver:
    return new_driver(cloud.environment)


@pytest.fixture(autouse=True)
def vendors_view_of_times() -> Iterator[None]:
    """The vendor's client warns of any time with an offset, which its own service answers too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TypeConversionWarning)
        yield
