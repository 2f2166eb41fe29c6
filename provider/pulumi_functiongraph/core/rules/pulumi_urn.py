"""FGN003: a Pulumi URN where a function URN belongs."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.rules.rule import Rule, problems_of

RULE = Rule(
    id="FGN003",
    name="pulumi-urn",
    severity=Severity.ERROR,
    summary="A Pulumi URN stands where a function URN belongs.",
    why="Every Pulumi resource has an output called urn, which names it inside the stack; the "
    "cloud does not know that name.",
    remedy="Pass the function's own URN, such as fn.function_urn.",
    find=problems_of,
)
