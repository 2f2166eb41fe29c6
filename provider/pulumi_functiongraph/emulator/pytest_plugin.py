"""A local cloud for your own tests: ask for the fixture `functiongraph_emulator`.

The cloud is one process for the whole run and is reset before each test that asks for it.
Nothing is loaded or started until a test does.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.process import Emulator

OPTION = "functiongraph_cloud"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare which cloud the fixture stands in for."""
    parser.addini(OPTION, "cloud of functiongraph_emulator: huawei or otc", default="huawei")


@pytest.fixture(scope="session")
def functiongraph_emulator_process(request: pytest.FixtureRequest) -> "Iterator[Emulator]":
    """The local cloud's process; tests ask for `functiongraph_emulator` instead."""
    from pulumi_functiongraph.emulator.process import Emulator

    with Emulator(cloud=request.config.getini(OPTION)) as emulator:
        yield emulator


@pytest.fixture
def functiongraph_emulator(functiongraph_emulator_process: "Emulator") -> "Emulator":
    """A local cloud that holds just its built-in seed.

    It gives `url`, `environment` (to export), `seed(…)`, `state()`, `requests()`, `writes()`,
    `faults(…)`, `options(…)` and `reset()`.
    """
    functiongraph_emulator_process.reset()
    return functiongraph_emulator_process
