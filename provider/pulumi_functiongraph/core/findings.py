"""Findings: the one currency of gate, command line, policy pack and review."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

from pulumi_functiongraph.core.one_line import on_one_line, visible
from pulumi_functiongraph.core.validation import Value


class Severity(StrEnum):
    """How bad a finding is; an error stops a change, a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


def within_a_line(sentence: str) -> str:
    """A sentence as it goes on after a semicolon; a name such as OBS keeps its capitals."""
    first, _, _ = sentence.partition(" ")
    return sentence[:1].lower() + sentence[1:] if first[1:].islower() else sentence


_Line: TypeAlias = Annotated[str, AfterValidator(on_one_line)]
"""What a service said in it forges no line and controls no terminal."""


class Finding(Value):
    """One problem found."""

    rule: str = Field(description="Rule id, such as FGN001.")
    severity: Annotated[
        Severity, WithJsonSchema({"type": "string", "enum": [each.value for each in Severity]})
    ] = Field(description="Error or warning; what could not be verified is a warning.")
    subject: str = Field(description="The resource name or function URN that it is about.")
    message: _Line = Field(description="What is wrong.")
    remedy: _Line = Field(default="", description="What to do next.")
    path: str = Field(
        default="", description="The property path, empty when it is about the whole resource."
    )
    where: str = Field(
        default="",
        description="File and line of the declaration, relative to the project, empty when "
        "unknown.",
    )
    cycle: str | None = Field(
        default=None, description="Id of the cycle that it is about, absent when it is about none."
    )
    acknowledged: str = Field(
        default="",
        description="Why it is accepted, as a comment beside the declaration says; empty when it "
        "is not.",
    )

    def __str__(self) -> str:
        """The finding as it is told: what first, then where and what to do."""
        place = f" ({self.where})" if self.where else ""
        subject = f"{self.subject}.{self.path}" if self.path else self.subject
        text = f"{self.rule} {self.grade}: {subject}{place}: {self.message}"
        if self.acknowledged:
            return visible(f"{text} (accepted: {self.acknowledged})")
        return visible(f"{text}; {within_a_line(self.remedy)}" if self.remedy else text)

    def as_warning(self) -> Finding:
        """The finding where it stops nothing."""
        return self.model_copy(update={"severity": Severity.WARNING})

    def reworded(self, reword: Callable[[str], str]) -> Finding:
        """The same with what may repeat a name of others in other words."""
        told = {key: reword(getattr(self, key)) for key in ("subject", "message", "remedy")}
        return self.model_copy(update=told)

    @property
    def grade(self) -> str:
        """How bad it is, in a word; what is accepted stops and fails nothing."""
        return "acknowledged" if self.acknowledged else self.severity.value

    @property
    def is_error(self) -> bool:
        """Whether it stops a change."""
        return self.severity is Severity.ERROR and not self.acknowledged

    @property
    def is_warning(self) -> bool:
        """Whether it is said, and stops nothing."""
        return self.severity is Severity.WARNING and not self.acknowledged


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, what is accepted last: the same findings always read the same."""
    return tuple(sorted(set(findings), key=_place))


def _place(found: Finding) -> tuple[bool | str, ...]:
    rank = (bool(found.acknowledged), found.severity is not Severity.ERROR)
    what = (found.rule, found.subject, found.path, found.message)
    return (*rank, *what, found.where, found.remedy, found.acknowledged)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a change."""
    return tuple(found for found in findings if found.is_error)
