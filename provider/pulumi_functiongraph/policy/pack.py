"""The pack: one policy for each rule that needs no look at a cloud.

Each is known by the rule's id, so that an organisation can set its enforcement level by itself.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.rules import RULES, Rule, RuleStage
from pulumi_functiongraph.core.severities import Severities
from pulumi_functiongraph.core.stack.violations import PACK, policy_of
from pulumi_functiongraph.operations.project_file import grades_of
from pulumi_functiongraph.policy.stack_findings import StackJudge
from pulumi_functiongraph.report.python_spelling import finding_in_python

_LEVELS = {
    Severity.ERROR: EnforcementLevel.MANDATORY,
    Severity.WARNING: EnforcementLevel.ADVISORY,
    None: EnforcementLevel.DISABLED,
}


def serve() -> None:
    """Run the pack for as long as the engine wants it.

    Raises:
        SystemExit: the pyproject.toml of the project says what means nothing.
    """
    try:
        grades = grades_of(Path.cwd())
    except SettingsError as error:
        raise SystemExit(str(error)) from error
    PolicyPack(PACK, policies=policies(grades))


def policies(grades: Severities) -> list[StackValidationPolicy]:
    """The policies, an error being mandatory and everything else advisory."""
    judge = StackJudge()
    return [
        StackValidationPolicy(
            name=policy_of(rule),
            description=rule.summary,
            validate=partial(_validate, rule, judge),
            enforcement_level=_LEVELS[grades.severity_of(rule.id, otherwise=rule.severity)],
        )
        for rule in RULES
        # A policy pack has no credentials, and asks nobody.
        if rule.stage is not RuleStage.PRECHECK
    ]


def _validate(
    rule: Rule, judge: StackJudge, args: StackValidationArgs, report_violation: ReportViolation
) -> None:
    found_in_stack = judge.judge(args.resources)
    for each in found_in_stack.findings:
        if each.rule == rule.id:
            found = finding_in_python(each)
            message = f"{found.path}: {found.message}" if found.path else found.message
            urn = found_in_stack.urns.get(found.subject)
            report_violation("; ".join(part for part in (message, found.remedy) if part), urn)
