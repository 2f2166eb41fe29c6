"""The rules as a page of Markdown, which is `docs/rules.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pulumi_functiongraph.core.rules.rule import Rule

_INTRODUCTION = """\
# Rules

<!-- Written by `fgctl rules --format markdown=docs/rules.md`; change the rules, not this page. -->

Everything that is found is reported under one of these rules: by the gate inside a Pulumi program,
by `fgctl`, by the policy pack, and in reviews. An id keeps its meaning for ever and is never used
again.

An **error** stops the change, a **warning** does not; what could not be verified is a warning too.
Values that may be secret (names of buckets, topics, streams and functions) are never shown.

**Advice** (`FGN3xx`) is about a config that works as it is written, and that may be just what is
wanted. It is reported where somebody is deciding, in reviews and by the policy pack, and not by
`pulumi up`: there it would come back in every run of every stack, unchanged, and people who are
used to passing over warnings pass over the ones above as well. Who wants advice to fail a job says
`fgctl review --fail-on warning`.

A project can give a rule another severity, or disable it, in its `pyproject.toml`:

```toml
[tool.pulumi-functiongraph.rules]
FGN301 = { severity = "off", reason = "events of this project are worth nothing after an hour" }
FGN303 = { severity = "error", reason = "audit: evidence of failures is kept" }
```

`severity` is `off`, `warning` or `error`, and `reason` is required; it is shown wherever the rules
are. The nearest file with such a table counts, from the current folder upwards. It is honoured by
`fgctl review`, `fgctl precheck`, `fgctl drift --with`, `fgctl graph` and the policy pack.
It is not honoured by the gate inside a program: a gate that a file beside the program disables
without a word is none. What the gate does is set in the stack's config, `functiongraph:onCycle` and
`functiongraph:precheck`, and a loop that is meant is acknowledged where it is declared, with
`allow_cycle="reason"`.

One finding is accepted where the resource is declared, by a comment at the end of that line or on
the lines right above it:

```python
# functiongraph: ignore FGN301, FGN302 -- events are worth nothing after a minute
AsyncNotificationConfig("clicks", function_urn=clicks, max_async_event_age_in_seconds=60)
```

The reason is required and shown with the finding, which then counts neither as an error nor as a
warning (in SARIF it is suppressed in source). The gate, which prints the places that count as
`(file:line)`, and `fgctl review` honour it, the latter where it is run in the project; it leaves
no trace in the state. Where a helper declares the resource, a comment counts there and at the line
of the entry file. Only rules whose sections say so can be accepted: what makes the service refuse
a config, and cycles, cannot. A comment that is not taken is reported (`FGN010`). The policy pack is
not given the place of a declaration, and so knows no comments.
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
            *(("A comment at the declaration can accept it.", "") if rule.can_be_accepted else ()),
        ]
    )


def _row(rule: Rule) -> str:
    link = f"[{rule.id}](#{rule.id.lower()}-{rule.name})"
    return f"| {link} | {rule.name} | {rule.severity} | {_escaped(rule.summary)} |"


def _escaped(text: str) -> str:
    """The text with the characters that Markdown would take as marks made plain, but for code."""
    return re.sub(r"([\\|*<])", r"\\\1", text)
