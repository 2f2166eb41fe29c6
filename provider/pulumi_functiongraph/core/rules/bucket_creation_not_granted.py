"""FGN211: an agency that may write to a bucket, and not create one."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.BUCKET_CREATION)


RULE = Rule(
    id="FGN211",
    name="bucket-creation-not-granted",
    severity=Severity.WARNING,
    summary="The agency of a function may not create buckets.",
    why="The documented minimum for OBS targets has obs:bucket:CreateBucket beside HeadBucket and "
    'PutObject (FunctionGraph user guide, "Configuring Agency Permissions", Table 1). With a '
    "bucket that is there, no reason to create one is known.",
    remedy="Nothing, as long as notifications arrive; else grant obs:bucket:CreateBucket too.",
    find=_find,
)
