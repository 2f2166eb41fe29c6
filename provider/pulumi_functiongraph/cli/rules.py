"""`fgctl rules`: what is judged, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from pulumi_functiongraph.cli.documents import project_grades
from pulumi_functiongraph.cli.options import format_option
from pulumi_functiongraph.cli.outputs import parse_outputs, write
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.rules.page import rule_section, rules_page
from pulumi_functiongraph.report.rules.text import rule_text, rules_list

FORMS = ("text", "markdown")

EPILOG = """\b
Examples:
  fgctl rules
  fgctl rules FGN002
  fgctl rules --format markdown=docs/rules.md"""


def rules(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Id or name of one rule to explain.",
            autocompletion=lambda: [rule.id for rule in RULES],
        ),
    ] = None,
    *,
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
) -> None:
    """List the rules, or explain one, with the severities that the project here gives them.

    Markdown has the severities that the rules have by themselves, for a page of any project.
    """
    outputs = parse_outputs(forms, forms=FORMS)
    named = {name.casefold(): found for found in RULES for name in (found.id, found.name)}
    found = None if rule is None else named.get(rule.casefold())
    if rule is not None and found is None:
        message = f"there is no rule {rule}; there are {', '.join(known.id for known in RULES)}."
        raise typer.BadParameter(message, param_hint="ID")
    for output in outputs:
        if output.form == "markdown":
            text = rule_section(found) if found else rules_page(RULES)
        else:
            grades = project_grades()
            text = rule_text(found, grades=grades) if found else rules_list(RULES, grades=grades)
        write(text, output)
