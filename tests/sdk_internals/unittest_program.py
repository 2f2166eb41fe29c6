"""Tests of unittest, and which of them is found while each runs."""

from __future__ import annotations

import unittest

from pulumi_functiongraph.bridge.sdk_internals.unittest_case import running_case


def cases_found() -> list[tuple[object, object]]:
    """Each test that ran, with the one that was found while it did."""
    found: list[tuple[object, object]] = []

    class Case(unittest.TestCase):
        def declare(self) -> None:
            found.append((self, running_case()))

        def test_one(self) -> None:
            self.declare()

        def test_other(self) -> None:
            self.declare()

    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(unittest.TestResult())
    return found
