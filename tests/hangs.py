"""A test that hangs is ended and named, also where an exception cannot end it.

After `timeout` seconds pytest-timeout raises in the test, once. A `with` that waits for a thread or
a process then waits on. So after `faulthandler_timeout` seconds (pyproject.toml) the process prints
the stacks of its threads and ends; pytest-xdist says which test that was and runs the others.
"""

import faulthandler

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

AFTER_ITS_TIME = 30.0
"""Seconds that are left to a test with a time limit of its own."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test with a longer limit of its own, ``pytest.mark.timeout(…)``, has that."""
    marker = item.get_closest_marker("timeout")
    if marker is None or not marker.args:
        return
    limit = float(marker.args[0]) + AFTER_ITS_TIME
    if limit > float(item.config.getini("faulthandler_timeout")):
        _end_after(limit, item)


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """Pytest stops watching a test that fails, for a debugger; its fixtures may hang yet."""
    if not isinstance(node, pytest.Item):
        return
    _end_after(float(node.config.getini("faulthandler_timeout")), node)


def _end_after(seconds: float, node: pytest.Item) -> None:
    faulthandler.dump_traceback_later(
        seconds, exit=True, file=node.config.stash[fault_handler_stderr_fd_key]
    )
