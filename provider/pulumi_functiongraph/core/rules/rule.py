"""What a rule is, and the ways to make a finding of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pulumi_functiongraph.core.declaration import Declaration, Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import Cycle
from pulumi_functiongraph.core.graph.nodes import shown_names

MOST_NODES = 8
"""Nodes of a path that a finding's one line shows; the report shows all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: ``FGN`` and three digits; in users' suppressions and reports, so never reused.
        name: a few words with hyphens.
        severity: error (stops a change) or warning.
        summary: one sentence, for tables.
        why: what happens to a user who ignores it, with the source.
        remedy: what to do.
        find: yields the findings of a program.
        can_be_accepted: whether a comment beside the declaration can accept a finding; of those
            only that are about one declaration, and that the service takes all the same.
    """

    id: str
    name: str
    severity: Severity
    summary: str
    why: str
    remedy: str
    find: Callable[[Rule, Program], Iterator[Finding]]
    can_be_accepted: bool = False

    def finding(
        self, declaration: Declaration, message: str, *, path: str = "", remedy: str | None = None
    ) -> Finding:
        """A finding of this rule about one declaration."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            subject=declaration.name,
            message=message,
            remedy=self.remedy if remedy is None else remedy,
            path=path,
            where=declaration.where,
        )


def problems_of(rule: Rule, program: Program) -> Iterator[Finding]:
    """The findings of a rule that an examination has already found as problems."""
    for declaration in program.declarations:
        for problem in declaration.examined.problems:
            if problem.rule == rule.id:
                message = f"{problem.what}; {problem.allowed}" if problem.allowed else problem.what
                yield rule.finding(declaration, message, path=problem.path, remedy=problem.remedy)


def cycle_finding(rule: Rule, cycle: Cycle, *, more: str = "") -> Finding:
    """A finding about the edge that breaks a cycle, or about its first declared edge."""
    edge = cycle.breaks or next(
        (hop.edge for hop in cycle.path if hop.edge.is_declared), cycle.path[0].edge
    )
    shown = shown_names(hop.source for hop in cycle.path)
    names = [shown[hop.source] for hop in cycle.path[:MOST_NODES]]
    rest = len(cycle.path) - len(names)
    told = [*names, f"{rest} more" if rest else "", names[0]]
    circle = " → ".join(part for part in told if part)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        subject=edge.resource or edge.source.name,
        message=f"cycle {cycle.id}: {circle}{more}",
        remedy=rule.remedy,
        path=edge.path,
        where=edge.where,
        cycle=cycle.id,
    )
