"""Findings of what a pre-check answered: the same answer for many configs is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Outcome, Question, Result
from pulumi_functiongraph.core.rules.rule import Rule

MOST_NAMED = 4
"""Configs that one line names; a person looks at the first ones, and mends all at once."""


def denied(rule: Rule, program: Program, question: Question) -> Iterator[Finding]:
    """One finding for each reason why a question is denied.

    What another resource of the same program may mend before the config is sent is a warning, and
    what is wrong with a config that is live already as it is declared: nothing is changed of it.
    """
    groups: dict[tuple[str, str, str, bool], list[Result]] = {}
    for result in program.prechecks:
        if result.question is question and result.outcome is Outcome.DENIED:
            group = (result.why, result.remedy, result.mended_by, result.is_live)
            groups.setdefault(group, []).append(result)
    for (why, remedy, mended_by, is_live), results in groups.items():
        first = results[0]
        more = f" (also {named(results[1:])})" if len(results) > 1 else ""
        is_open = ""
        if mended_by:
            is_open = f"; {mended_by} of this program may change that before the config is sent"
        elif is_live:
            is_open = "; the config is live already as it is declared, and stays so"
        again = f"let the config depend on {mended_by}; it is checked again right before it is sent"
        yield Finding(
            rule=rule.id,
            severity=Severity.WARNING if mended_by or is_live else rule.severity,
            subject=first.resource,
            message=f"{why}{is_open}{more}",
            remedy=again if mended_by else remedy or rule.remedy,
            path=first.path,
            where=first.where,
        )


def named(results: Iterable[Result]) -> str:
    """The first places, and how many more there are."""
    places = list(dict.fromkeys(result.place for result in results))
    told = ", ".join(places[:MOST_NAMED])
    more = len(places) - MOST_NAMED
    return f"{told} and {more:,} more" if more > 0 else told
