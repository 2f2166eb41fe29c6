"""A pre-check as JUnit XML."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.junit import junit
from pulumi_functiongraph.report.precheck.found import precheck_found


def precheck_junit(document: PrecheckDocument) -> str:
    """The results of one suite of tests."""
    return junit(precheck_found(document), suite="fgctl precheck")
