"""FGN008: the status log flag on a cloud that answers 500 to it."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.clouds import cloud_of
from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.known import known_source
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = known_source(declaration)
        draft = declaration.examined.draft
        if source is None or draft is None or draft.enable_async_status_log is None:
            continue
        if (program.cloud or cloud_of(source.region)) == "otc":
            message = "Open Telekom Cloud answers 500 (FSS.0500) when this flag is sent, even off"
            yield rule.finding(declaration, message, path="enableAsyncStatusLog")


RULE = Rule(
    id="FGN008",
    name="status-log-not-taken",
    severity=Severity.WARNING,
    summary="enable_async_status_log is set on Open Telekom Cloud.",
    why="The service there fails with an internal error when the key is present "
    "(opentelekomcloud/terraform-provider-opentelekomcloud issue 3067).",
    remedy="Leave enable_async_status_log out.",
    stage=RuleStage.DECLARATION,
    find=_find,
)

RULES = (RULE,)
