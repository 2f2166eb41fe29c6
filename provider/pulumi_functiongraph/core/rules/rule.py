"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pulumi_functiongraph.core.declaration import Declaration, Program
from pulumi_functiongraph.core.findings import Finding, Severity


class RuleStage(StrEnum):
    """What a rule judges, and so when its findings can be known."""

    DECLARATION = "declaration"
    """Values and declarations: known from the program alone."""
    CYCLE = "cycle"
    """The graph of what is declared and live."""
    PRECHECK = "pre-check"
    """Answers of the cloud."""
    ADVICE = "advice"
    """Said in reviews and by the policy pack; an update stays quiet about it."""


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
        stage: what it judges.
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
    stage: RuleStage
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
