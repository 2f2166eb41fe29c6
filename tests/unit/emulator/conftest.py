"""Local clouds inside the test's own process."""

from collections.abc import Iterator

import pytest

from unit.emulator.client import CloudClient, local_cloud


@pytest.fixture
def huawei() -> Iterator[CloudClient]:
    with local_cloud() as client:
        yield client


@pytest.fixture
def otc() -> Iterator[CloudClient]:
    with local_cloud(name="otc") as client:
        yield client
