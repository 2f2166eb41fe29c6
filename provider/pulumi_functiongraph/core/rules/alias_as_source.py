"""FGN004: a config for an alias."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.rules.rule import Rule, problems_of

RULE = Rule(
    id="FGN004",
    name="alias-as-source",
    severity=Severity.ERROR,
    summary="The config is declared for an alias instead of a version.",
    why='Aliases "do not support the async configuration feature" (FunctionGraph user guide of '
    "2021; not repeated later, and not withdrawn).",
    remedy="Name the version that the alias points to. As a target an alias is allowed.",
    find=problems_of,
)
