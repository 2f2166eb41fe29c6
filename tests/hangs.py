"""A test that hangs is ended and named, also where an exception cannot end it.

After `timeout` seconds pytest-timeout raises in the test, once. A `with` that waits for a thread or
a process then waits on. So after `faulthandler_timeout` seconds (pyproject.toml) the process prints
the stacks of its threads and ends; pytest-xdist says which test that was and runs the others.
"""

import faulthandler

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """Pytest stops watching a test that fails, for a debugger; its fixtures may hang yet."""
    if not isinstance(node, pytest.Item):
        return
    faulthandler.dump_traceback_later(
        float(node.config.getini("faulthandler_timeout")),
        exit=True,
        file=node.config.stash[fault_handler_stderr_fd_key],
    )
