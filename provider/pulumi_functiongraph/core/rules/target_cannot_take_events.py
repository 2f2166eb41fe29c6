"""FGN209: a target that is there and takes no events."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.READINESS)


RULE = Rule(
    id="FGN209",
    name="target-cannot-take-events",
    severity=Severity.ERROR,
    summary="A target exists and cannot take events.",
    why='A stream takes records in the state RUNNING only (DIS API reference, "Querying Stream '
    'Details"). Whether notifications reach a bucket in another region than the one of the '
    "function is said by no document: that is not verified (FGN210).",
    remedy="Use a stream that is RUNNING.",
    find=_find,
)
