"""The rules as plain text: a list of all, or one explained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from pulumi_functiongraph.core.rules.rule import Rule

WIDTH = 80
"""Characters a line, so that a text reads the same on every terminal."""


def rules_list(rules: Iterable[Rule]) -> str:
    """One line a rule: id, severity and name."""
    return "".join(f"{rule.id}  {rule.severity:<7}  {rule.name}\n" for rule in rules)


def rule_text(rule: Rule) -> str:
    """One rule explained."""
    parts = [
        f"{rule.id} {rule.name} ({rule.severity})",
        _filled(rule.summary),
        _filled(f"Why: {rule.why}"),
        _filled(f"What to do: {rule.remedy}"),
    ]
    return "\n\n".join(parts) + "\n"


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
