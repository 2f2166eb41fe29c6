"""FGN001 to FGN004, FGN008 and FGN009: what is wrong with a declaration itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from pulumi_functiongraph.core.clouds import cloud_of
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage


def _problems(rule: Rule, program: Program) -> Iterator[Finding]:
    """The findings of a rule that the validation has found."""
    for declaration in program.declarations:
        for problem in declaration.examined.problems:
            if problem.rule == rule.id:
                message = f"{problem.what}; {problem.allowed}" if problem.allowed else problem.what
                yield rule.finding(declaration, message, path=problem.path, remedy=problem.remedy)


def _declared_twice(rule: Rule, program: Program) -> Iterator[Finding]:
    by_source: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in program.declarations:
        if declaration.source is not None:
            by_source[declaration.source].append(declaration)
    for declarations in by_source.values():
        for declaration in declarations[1:]:
            first = declarations[0]
            place = f" at {first.where}" if first.where else ""
            message = f"the same function version is configured by {first.name}{place} already"
            yield rule.finding(declaration, message, path="functionUrn")


def _status_log_not_taken(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = declaration.examined.known_source
        draft = declaration.examined.draft
        if source is None or draft is None or draft.enable_async_status_log is None:
            continue
        if (program.cloud_for(declaration) or cloud_of(source.region)) == "otc":
            message = "Open Telekom Cloud answers 500 (FSS.0500) when this flag is sent, even off"
            yield rule.finding(declaration, message, path="enableAsyncStatusLog")


def _credentials_of_another_project(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = declaration.examined.known_source
        if source is None or program.project_id is None or declaration.has_own_account:
            continue
        if source.project_id != program.project_id:
            message = "the function is in another project than the one that the credentials name"
            yield rule.finding(declaration, message, path="functionUrn")


_rule = partial(Rule, stage=RuleStage.DECLARATION)

RULES = (
    _rule(
        id="FGN001",
        name="invalid-value",
        severity=Severity.ERROR,
        summary="A property is missing, misspelled, of the wrong type or out of its range.",
        why="The service would answer 400 in the middle of an update, after other resources "
        "changed.",
        remedy="Write a value of the range that the message names.",
        find=_problems,
    ),
    _rule(
        id="FGN002",
        name="declared-twice",
        severity=Severity.ERROR,
        summary="One function version has two configs, in one program or in two stacks.",
        why="A function version has one config and each PUT replaces it: the two would overwrite "
        "each other at every update, and deleting one deletes the other. A gate sees one program; "
        "fgctl drift dev prod sees two stacks.",
        remedy="Merge the two into one resource, or name another version in one of them.",
        find=_declared_twice,
    ),
    _rule(
        id="FGN003",
        name="pulumi-urn",
        severity=Severity.ERROR,
        summary="A Pulumi URN stands where a function URN belongs.",
        why="Every Pulumi resource has an output called urn, which names it inside the stack; the "
        "cloud does not know that name.",
        remedy="Pass the function's own URN, such as fn.function_urn.",
        find=_problems,
    ),
    _rule(
        id="FGN004",
        name="alias-as-source",
        severity=Severity.ERROR,
        summary="The config is declared for an alias instead of a version.",
        why='Aliases "do not support the async configuration feature" (FunctionGraph user guide of '
        "2021; not repeated later, and not withdrawn).",
        remedy="Name the version that the alias points to. As a target an alias is allowed.",
        find=_problems,
    ),
    _rule(
        id="FGN008",
        name="status-log-not-taken",
        severity=Severity.WARNING,
        summary="enable_async_status_log is set on Open Telekom Cloud.",
        why="The service there fails with an internal error when the key is present "
        "(opentelekomcloud/terraform-provider-opentelekomcloud issue 3067).",
        remedy="Leave enable_async_status_log out.",
        find=_status_log_not_taken,
    ),
    _rule(
        id="FGN009",
        name="credentials-of-another-project",
        severity=Severity.WARNING,
        summary="A function URN names another project than the credentials.",
        why="A key may act in several projects, a project's token may not: the service then "
        "answers 401 or 403, or the URN was copied from another account.",
        remedy="Check the URN, or set functiongraph:projectId to its project.",
        find=_credentials_of_another_project,
        can_be_accepted=True,
    ),
)
