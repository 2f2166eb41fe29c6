"""Triggers that a program declares to the gate; they are no resources, and not in state."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.call_site import declared_at
from pulumi_functiongraph.program.inputs import (
    DisTarget,
    FunctionInput,
    ObsTarget,
    SmnTarget,
    function_urn_of,
)
from pulumi_functiongraph.program.records import RecordedTrigger
from pulumi_functiongraph.program.wrong_arguments import with_known_arguments


@dataclass(frozen=True, slots=True)
class Trigger:
    """Declare to the gate that a topic, bucket or stream invokes a function.

    Notifications that arrive there then count as edges, so that a cycle through them is found.

    Args:
        source: what triggers: the same `SmnTarget`, `ObsTarget` or `DisTarget` as a target.
        function_urn: the function version or alias that is invoked.
        prefix: of a bucket, only objects whose keys start with it.
        suffix: of a bucket, only objects whose keys end with it; it never rules a cycle out,
            because no document says how notifications name their objects.
    """

    source: SmnTarget | ObsTarget | DisTarget
    function_urn: FunctionInput
    prefix: str = ""
    suffix: str = ""
    where: str = field(default="", init=False, compare=False)

    def __post_init__(self) -> None:
        """Declare it to the gate."""
        object.__setattr__(self, "where", declared_at(Path.cwd()))
        gate.record_trigger(
            RecordedTrigger(
                arguments={
                    "source": self.source,
                    "function_urn": function_urn_of(self.function_urn),
                },
                prefix=self.prefix,
                suffix=self.suffix,
                where=self.where,
            )
        )


Trigger.__init__ = with_known_arguments(Trigger.__init__)  # type: ignore[method-assign]  # as targets have it
