"""Options of the whole test run: what needs an engine or much time, and how it is left out."""

import pytest

_LEFT_OUT = pytest.StashKey[dict[str, int]]()


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


# Last, so that what -k and -m have taken out already is not reported again.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    refused = {
        mark
        for mark, is_refused in (
            ("engine", config.getoption("--no-engine")),
            ("long", not config.getoption("--long")),
        )
        if is_refused
    }
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    counts = dict.fromkeys(sorted(refused), 0)
    for item in items:
        marks = [mark for mark in sorted(refused) if item.get_closest_marker(mark) is not None]
        if marks:
            counts[marks[0]] += 1
            left_out.append(item)
        else:
            kept.append(item)
    config.stash[_LEFT_OUT] = counts
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    counts = config.stash.get(_LEFT_OUT, {})
    if count := counts.get("engine", 0):
        terminalreporter.write_line(
            f"NOT RUN (--no-engine): {count} tests that need a real Pulumi engine", yellow=True
        )
    if count := counts.get("long", 0):
        terminalreporter.write_line(f"Not run: {count} long tests; --long runs them too")
