"""The rules as a page of Markdown, which is `docs/rules.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pulumi_functiongraph.core.rules.rule import Rule

_INTRODUCTION = """\
# Rules

<!-- Written by `fgctl rules --markdown > docs/rules.md`; change the rules, not this page. -->

Everything that is found is reported under one of these rules: by the gate inside a Pulumi program,
by `fgctl`, and in reviews. An id keeps its meaning for ever and is never used again.

An **error** stops the change, a **warning** is only said; what could not be verified is a warning
too. Values that may be secret (names of buckets, topics, streams and functions) are never shown.

**Advice** (`FGN3xx`) is about a config that works as it is written, and that may be just what is
wanted. It is said where somebody is deciding, in reviews and by the policy pack, and not by
`pulumi up`: there it would come back in every run of every stack, unchanged, and people who are
used to passing over warnings pass over the ones above as well. Who wants advice to fail a job says
`fgctl review --fail-on warning`.
"""


def rules_page(rules: Iterable[Rule]) -> str:
    """The whole page: a table of all rules, then each one explained."""
    listed = tuple(rules)
    rows = ["| id | name | severity | what it finds |", "| --- | --- | --- | --- |"]
    rows += [_row(rule) for rule in listed]
    return "\n".join([_INTRODUCTION, *rows, "", *(rule_section(rule) for rule in listed)])


def rule_section(rule: Rule) -> str:
    """One rule explained."""
    return "\n".join(
        [
            f"## {rule.id} {rule.name}",
            "",
            f"**{rule.severity.capitalize()}.** {_escaped(rule.summary)}",
            "",
            f"Why: {_escaped(rule.why)}",
            "",
            f"What to do: {_escaped(rule.remedy)}",
            "",
        ]
    )


def _row(rule: Rule) -> str:
    link = f"[{rule.id}](#{rule.id.lower()}-{rule.name})"
    return f"| {link} | {rule.name} | {rule.severity} | {_escaped(rule.summary)} |"


def _escaped(text: str) -> str:
    """The text with the characters that Markdown would take as marks made plain."""
    return re.sub(r"([\\|*<`])", r"\\\1", text)
