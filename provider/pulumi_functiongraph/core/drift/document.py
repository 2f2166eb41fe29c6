"""A drift report as one value: what people are shown, and as a JSON document what programs read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.validation import Value, one_of


class DriftStatus(StrEnum):
    """What became of a config; worst first."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    CHANGED = "changed"
    UNMANAGED = "unmanaged"
    IN_SYNC = "in sync"


DRIFTED = (DriftStatus.MISSING, DriftStatus.CHANGED, DriftStatus.UNMANAGED)
"""The statuses that are drift; what could not be read is neither drift nor in sync."""

_StatusField = Annotated[DriftStatus, one_of(*DriftStatus)]


class DriftedProperty(Value):
    """One property that differs."""

    path: str = Field(description="The property path in the spelling of state.")
    text: str = Field(description="Declared → live with units; a secret is not shown.")


class DriftedConfig(Value):
    """One config, declared or live."""

    status: _StatusField = Field(description="How what is declared and what is live compare.")
    function_urn: str = Field(
        description="The function version, or what else could not be read; empty when unknown."
    )
    stack: str = Field(default="", description="The stack that declares it, empty for none.")
    name: str = Field(default="", description="The resource's logical name, empty for none.")
    where: str = Field(
        default="", description="File and line of the declaration, empty when unknown."
    )
    properties: tuple[DriftedProperty, ...] = Field(
        default=(), description="The properties that differ."
    )
    unreadable_properties: tuple[str, ...] = Field(
        default=(), description="Paths of the properties that could not be compared."
    )
    why: str = Field(default="", description="Why it could not be read, and what to do.")
    setting: str = Field(default="", description="Of an unmanaged config, what it sets.")
    last_modified: str = Field(
        default="", description="When the live config was changed last, in the service's own text."
    )

    @property
    def is_unread(self) -> bool:
        """Whether it is not known what is live, beside secrets that were not compared."""
        return self.status is DriftStatus.UNREADABLE and not self.unreadable_properties


class PendingConfig(Value):
    """A change that the program declares and that is not applied yet: no drift."""

    stack: str = Field(description="The stack.")
    name: str = Field(description="The resource's logical name.")
    operation: str = Field(description="What an update would do: create, update, replace, delete.")
    changes: tuple[str, ...] = Field(description="What would change, in a line each.")


class IgnoredConfig(Value):
    """A config that the ignore file leaves out of the verdict."""

    function_urn: str = Field(description="The function version.")
    status: _StatusField = Field(description="How it compares all the same.")
    reason: str = Field(description="Why it is left out.")


class DriftCoverage(Value):
    """How much of what is live in the projects that were read is declared."""

    managed: int = Field(description="Number of live configs that a stack declares.")
    unmanaged: int = Field(description="Number of live configs that no given stack declares.")

    @property
    def share(self) -> float:
        """Managed by all; 1 where nothing is live."""
        every = self.managed + self.unmanaged
        return self.managed / every if every else 1.0


class DriftDocument(Value):
    """What stacks declare, compared with what is live."""

    version: Literal[1] = Field(
        default=1, description="Version of this form; a change that breaks readers raises it."
    )
    stacks: tuple[str, ...] = Field(default=(), description="The stacks that were compared.")
    coverage: DriftCoverage | None = Field(
        default=None,
        description="Absent when only declared configs were looked at, and when not all of what is "
        "live could be read.",
    )
    configs: tuple[DriftedConfig, ...] = Field(description="Every config, the worst first.")
    pending: tuple[PendingConfig, ...] = Field(
        description="Declared changes that are not applied; known only with a preview."
    )
    ignored: tuple[IgnoredConfig, ...] = Field(description="What the ignore file leaves out.")
    findings: tuple[Finding, ...] = Field(description="What else was found in what is live.")
    error_count: int = Field(default=0, description="Number of the findings that are errors.")
    missing: tuple[str, ...] = Field(
        default=(), description="What else was asked for and cannot be said, and why."
    )
    looked_at: datetime | None = Field(
        default=None, description="When it was looked, in UTC; absent when that is not told."
    )
    notes: tuple[str, ...] = Field(description="What limits the result.")
    places: tuple[str, ...] = Field(description="The projects that were read as a whole.")

    def of(self, *statuses: DriftStatus) -> tuple[DriftedConfig, ...]:
        """The configs with one of some statuses."""
        return tuple(one for one in self.configs if one.status in statuses)

    @property
    def has_drift(self) -> bool:
        """Whether anything differs from what is declared."""
        return bool(self.of(*DRIFTED))

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked for could be read and compared."""
        return not self.missing and not any(
            one.status is DriftStatus.UNREADABLE or one.unreadable_properties
            for one in self.configs
        )

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are errors."""
        return tuple(each for each in self.findings if each.is_error)
