"""A drift report as JUnit XML."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.report.drift.found import drift_found
from pulumi_functiongraph.report.junit import junit


def drift_junit(document: DriftDocument) -> str:
    """The results of one suite of tests."""
    return junit(drift_found(document), suite="fgctl drift")
