"""FGN001: a value that no cloud would take."""

from __future__ import annotations

from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.rules.rule import Rule, problems_of

RULE = Rule(
    id="FGN001",
    name="invalid-value",
    severity=Severity.ERROR,
    summary="A property is missing, misspelled, of the wrong type or out of its range.",
    why="The service would answer 400 in the middle of an update, after other resources changed.",
    remedy="Write a value of the range that the message names.",
    find=problems_of,
)
