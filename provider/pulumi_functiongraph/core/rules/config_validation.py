"""FGN001, FGN003 and FGN004: what the validation of a config has found already."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _problems(rule: Rule, program: Program) -> Iterator[Finding]:
    """The findings of a rule that the validation has found."""
    for declaration in program.declarations:
        for problem in declaration.examined.problems:
            if problem.rule == rule.id:
                message = f"{problem.what}; {problem.allowed}" if problem.allowed else problem.what
                yield rule.finding(declaration, message, path=problem.path, remedy=problem.remedy)


RULES = (
    Rule(
        id="FGN001",
        name="invalid-value",
        severity=Severity.ERROR,
        summary="A property is missing, misspelled, of the wrong type or out of its range.",
        why="The service would answer 400 in the middle of an update, after other resources "
        "changed.",
        remedy="Write a value of the range that the message names.",
        stage=RuleStage.DECLARATION,
        find=_problems,
    ),
    Rule(
        id="FGN003",
        name="pulumi-urn",
        severity=Severity.ERROR,
        summary="A Pulumi URN stands where a function URN belongs.",
        why="Every Pulumi resource has an output called urn, which names it inside the stack; the "
        "cloud does not know that name.",
        remedy="Pass the function's own URN, such as fn.function_urn.",
        stage=RuleStage.DECLARATION,
        find=_problems,
    ),
    Rule(
        id="FGN004",
        name="alias-as-source",
        severity=Severity.ERROR,
        summary="The config is declared for an alias instead of a version.",
        why='Aliases "do not support the async configuration feature" (FunctionGraph user guide of '
        "2021; not repeated later, and not withdrawn).",
        remedy="Name the version that the alias points to. As a target an alias is allowed.",
        stage=RuleStage.DECLARATION,
        find=_problems,
    ),
)
