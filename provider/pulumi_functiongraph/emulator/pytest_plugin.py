"""A local cloud for your own tests: ask for the fixture `functiongraph_emulator`.

The cloud is one process for the whole run and is reset before each test that asks for it.
Nothing is loaded or started until a test does.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.process import Emulator

CLOUD, CLOCK = "functiongraph_cloud", "functiongraph_clock"
"""Options of pytest's ini file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare which cloud the fixture stands in for, and how its time passes."""
    parser.addini(CLOUD, "cloud of functiongraph_emulator: huawei or otc", default="huawei")
    parser.addini(CLOCK, "clock of functiongraph_emulator: real or virtual", default="real")


@pytest.fixture(scope="session")
def functiongraph_emulator_process(request: pytest.FixtureRequest) -> "Iterator[Emulator]":
    """The local cloud's process; tests ask for `functiongraph_emulator` instead."""
    from pulumi_functiongraph.emulator.process import Emulator

    config = request.config
    cloud, clock = config.getini(CLOUD), config.getini(CLOCK)
    with Emulator(cloud=cloud, clock=clock, run_code=True) as emulator:
        yield emulator


@pytest.fixture
def functiongraph_emulator(functiongraph_emulator_process: "Emulator") -> "Emulator":
    """A local cloud that holds just its built-in seed, and runs the code of Python functions.

    It gives `url`, `environment` (to export), `seed(…)`, `state()`, `requests()`, `writes()`,
    `options(…)` and `reset()`; for what runs `invoke(…)`, `script(…)`, `expect_notification(…)`,
    `invocations()` and `notifications()`; for the time `advance(…)` and `run_until_idle()`; for
    what goes wrong `fail(…)` and `faults(…)`.
    """
    functiongraph_emulator_process.reset()
    return functiongraph_emulator_process
