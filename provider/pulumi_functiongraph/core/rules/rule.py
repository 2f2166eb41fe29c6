"""What a rule is, and the program that it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec

from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.comments import NO_COMMENTS, Comments
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.prechecks.results import CheckResult


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


class Program(msgspec.Struct, frozen=True):
    """Everything that is declared, and the account that it is declared for.

    Attributes:
        declarations: every declared config.
        cloud: which cloud the settings name, ``None`` when unknown.
        project_id: the project of the credentials, ``None`` when unknown.
        verdict: what the graph of notifications shows, ``None`` when it was not judged.
        prechecks: what was verified in the cloud; empty when that was not done.
        comments: of the program's source, which may accept findings.
    """

    declarations: tuple[Declaration, ...]
    cloud: Cloud | None = None
    project_id: str | None = None
    verdict: CycleAnalysis | None = None
    prechecks: tuple[CheckResult, ...] = ()
    comments: Comments = NO_COMMENTS

    def cloud_for(self, declaration: Declaration) -> Cloud | None:
        """The cloud that the settings of a declaration name, ``None`` when unknown."""
        return None if declaration.has_own_account else self.cloud


class Rule(msgspec.Struct, frozen=True):
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
