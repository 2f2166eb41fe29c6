"""A pre-check as GitLab's code quality report."""

from __future__ import annotations

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.report.gitlab import gitlab
from pulumi_functiongraph.report.precheck.found import precheck_found


def precheck_gitlab(document: PrecheckDocument) -> str:
    """The entries."""
    return gitlab(precheck_found(document))
