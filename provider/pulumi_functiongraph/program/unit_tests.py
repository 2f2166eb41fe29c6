"""Which unit test under ``pulumi.runtime.set_mocks`` is running.

Each is a program of its own, whatever they share: Pulumi's root resource is one for the whole
process, and mocks are as often set once a module as once a test.
"""

from __future__ import annotations

import os

import msgspec

from pulumi_functiongraph.bridge.sdk_internals.mocks import calls_under_way, monitor
from pulumi_functiongraph.bridge.sdk_internals.unittest_case import running_case

_PYTEST = "PYTEST_CURRENT_TEST"
"""Set by pytest to the test's id and its phase; pytest, "Environment Variables"."""


class UnitTest(msgspec.Struct, frozen=True, eq=False):
    """A unit test.

    Attributes:
        monitor: what answers in place of the engine; another one with each ``set_mocks``.
        calls: the SDK's list of calls under way; another one with each ``pulumi.runtime.test``.
        name: the test that pytest runs, empty outside of one.
        case: the test that unittest runs, ``None`` outside of one.
    """

    monitor: object
    calls: object
    name: str
    case: object

    def is_same(self, other: UnitTest | None) -> bool:
        """Whether it is this very test, and not one that looks like it."""
        return (
            other is not None
            and self.monitor is other.monitor
            and self.calls is other.calls
            and self.name == other.name
            and self.case is other.case
        )


def running_test() -> UnitTest:
    """The unit test that is running; what a module declares outside of its tests is one as well."""
    phase = os.environ.get(_PYTEST, "").rpartition(" (")[0]
    return UnitTest(monitor(), calls_under_way(), phase, running_case())
