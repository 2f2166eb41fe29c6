"""A local cloud for each test, and its page in a browser for each module."""

from collections.abc import Iterator

import pytest

from browser.chromium import Page, open_page
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture
def cloud() -> Iterator[Emulator]:
    with Emulator(run_code=True) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with open_page(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(cloud: Emulator, browser: Page) -> Iterator[Page]:
    browser.said.clear()
    browser.resize(1400)
    yield browser
    assert browser.said == []
    browser.show("about:blank")
