"""Options of the whole test run: what needs an engine or much time, and how it is left out."""

import pytest
from hypothesis import HealthCheck, settings

from durability.total_queue import PROPERTY as QUEUE
from e2e.robustness.counts import PROPERTY, table

pytest_plugins = ["hangs"]

# How long an example takes, to run or to be made up, says how busy the machine is, and nothing
# about the code. Each run draws other examples, so that many short ones try as much as a long one.
for profile, examples in (("short", 50), ("long", 200)):
    settings.register_profile(
        profile,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("short")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("functiongraph")
    group.addoption(
        "--no-engine",
        action="store_true",
        help="leave out the tests that need a real Pulumi engine, and say so at the end",
    )
    group.addoption(
        "--long",
        action="store_true",
        help="also run the tests marked long",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        settings.load_profile("long")


# Last, so that what -k and -m have taken out already stays out.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    refused = _refused_marks(config)
    left_out = {item for item in items if any(map(item.get_closest_marker, refused))}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))


# With several workers only these collect, so there is no count to be had here.
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if "engine" in _refused_marks(config):
        terminalreporter.write_line(
            "NOT RUN (--no-engine): the tests that need a real Pulumi engine", yellow=True
        )
    for line in _counts(terminalreporter):
        terminalreporter.write_line(line)
    if "long" in _refused_marks(config):
        terminalreporter.write_line("Not run: the long tests; --long runs them too")


def _counts(terminalreporter: pytest.TerminalReporter) -> list[str]:
    """What the trials of e2e/robustness and durability came to, whichever process ran them."""
    reports = [each for found in terminalreporter.stats.values() for each in found]
    properties = [pair for each in reports for pair in getattr(each, "user_properties", ())
                  if each.when == "call"]  # fmt: skip
    trials = table(document for name, document in properties if name == PROPERTY)
    return [*trials, *(f"{QUEUE}: {line}" for name, line in properties if name == QUEUE)]


def _refused_marks(config: pytest.Config) -> list[str]:
    refused = ["engine"] if config.getoption("--no-engine") else []
    return refused if config.getoption("--long") else [*refused, "long"]
