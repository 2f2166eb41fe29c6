"""A pre-check as SARIF: its findings at the lines that declare what they are about."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.severities import Severities
from pulumi_functiongraph.report.sarif import Described, sarif


def precheck_sarif(
    document: PrecheckDocument, *, rules: Iterable[Described], version: str, grades: Severities
) -> str:
    """The log of one run; the options are those of ``sarif``."""
    return sarif(
        document.findings,
        rules=rules,
        version=version,
        grades=grades,
        missing=document.missing,
        notes=document.notes,
        is_whole=document.is_complete,
    )
