"""A pre-check as a JSON document, for programs; people get other forms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.validation import Value, one_of


class PrecheckAnswer(Value):
    """The answer to one question about one config or one of its targets."""

    resource: str = Field(description="Logical name of the config, or its function's URN.")
    path: str = Field(description="Property path of the target, empty for the config itself.")
    question: Annotated[str, one_of(*(each.name.lower() for each in Check))] = Field(
        description="What was asked."
    )
    outcome: Annotated[CheckOutcome, one_of(*CheckOutcome)] = Field(description="The answer.")
    why: str = Field(description="What decided.")
    remedy: str = Field(description="What to do next, empty where nothing is to be done.")
    where: str = Field(description="File and line of the declaration, empty when unknown.")


class PrecheckReport(Value):
    """Whether the notifications of a stack or of a project would arrive."""

    looked_at: datetime | None = Field(
        default=None, description="When it was looked, in UTC; absent when that is not told."
    )
    is_complete: bool = Field(description="Whether all was read, and every question answered.")
    results: tuple[PrecheckAnswer, ...] = Field(description="Every question with its answer.")
    findings: tuple[Finding, ...] = Field(description="What the rules make of the answers.")
    missing: tuple[str, ...] = Field(description="What could not be read, and why.")
    notes: tuple[str, ...] = Field(description="What limits the result.")

    @classmethod
    def of(cls, document: PrecheckDocument) -> PrecheckReport:
        """The document of a pre-check."""
        return cls(
            looked_at=document.looked_at,
            is_complete=document.is_complete,
            results=tuple(map(_answer, document.results)),
            findings=document.findings,
            missing=document.missing,
            notes=document.notes,
        )


def _answer(result: CheckResult) -> PrecheckAnswer:
    return PrecheckAnswer(
        resource=result.resource,
        path=result.path,
        question=result.question.name.lower(),
        outcome=result.outcome,
        why=result.why,
        remedy=result.remedy,
        where=result.where,
    )
