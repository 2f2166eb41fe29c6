"""`fgctl rules`: what is judged, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from pulumi_functiongraph.cli.grades import project_grades


def _ids() -> list[str]:
    from pulumi_functiongraph.core.rules import RULES

    return [rule.id for rule in RULES]


def rules(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="Id or name of one rule to explain.", autocompletion=_ids
        ),
    ] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print as Markdown.")] = False,
) -> None:
    """List the rules, or explain one, with the severities that the project here gives them.

    As Markdown they are told as they are, for a page that serves any project.
    """
    from pulumi_functiongraph.core.rules import RULES
    from pulumi_functiongraph.report.rules.page import rule_section, rules_page
    from pulumi_functiongraph.report.rules.text import rule_text, rules_list

    if rule is None:
        shown = rules_page(RULES) if markdown else rules_list(RULES, grades=project_grades())
        typer.echo(shown, nl=False)
        return
    named = {name.casefold(): found for found in RULES for name in (found.id, found.name)}
    found = named.get(rule.casefold())
    if found is None:
        ids = ", ".join(known.id for known in RULES)
        message = f"there is no rule {rule}; there are {ids}."
        raise typer.BadParameter(message, param_hint="ID")
    shown = rule_section(found) if markdown else rule_text(found, grades=project_grades())
    typer.echo(shown, nl=False)
