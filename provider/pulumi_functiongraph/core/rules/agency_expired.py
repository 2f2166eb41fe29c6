"""FGN205: an agency whose time is over."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Question
from pulumi_functiongraph.core.rules.answered import denied
from pulumi_functiongraph.core.rules.rule import Rule


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    yield from denied(rule, program, Question.EXPIRY)


RULE = Rule(
    id="FGN205",
    name="agency-expired",
    severity=Severity.ERROR,
    summary="The agency of a function has expired.",
    why="An agency with a validity period ends by itself, and with it every notification (IAM API "
    'reference, "Querying Agencies", expire_time).',
    remedy="Prolong the validity period of the agency in IAM.",
    find=_find,
)
