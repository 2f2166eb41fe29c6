"""A drift report as GitLab's code quality report."""

from __future__ import annotations

from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.report.drift.found import drift_found
from pulumi_functiongraph.report.gitlab import gitlab


def drift_gitlab(document: DriftDocument) -> str:
    """The entries."""
    return gitlab(drift_found(document))
