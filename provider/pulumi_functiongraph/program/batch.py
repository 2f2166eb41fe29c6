"""What one run of a program has declared so far, and who is behind an unknown value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_functiongraph.core.bag import UNKNOWN
from pulumi_functiongraph.core.declaration import Cloud, Declaration, Program
from pulumi_functiongraph.core.examination import examine
from pulumi_functiongraph.program.bags import from_program


@dataclass(frozen=True, slots=True)
class Recorded:
    """One config as it was declared.

    Attributes:
        name: the resource's logical name.
        arguments: what the program passed: snake_case keys, literals and Outputs.
        where: ``file:line``.
    """

    name: str
    arguments: Mapping[str, Any]
    where: str


@dataclass(slots=True)
class Batch:
    """The declarations that one gate judges together.

    Attributes:
        early: logical names of resources that were constructed before the gate was in place.
        resources: every resource that waits for the gate.
        configs: every declared config.
        fired: whether the gate has judged; what is declared later is judged by its constructor.
        gate: the output that registrations wait for.
    """

    early: tuple[str, ...] = ()
    resources: list[pulumi.Resource] = field(default_factory=list)
    configs: list[Recorded] = field(default_factory=list)
    fired: bool = False
    gate: pulumi.Output[list[pulumi.Resource]] | None = None

    def program(
        self, *, region: str | None, project_id: str | None, cloud: Cloud | None
    ) -> Program:
        """Everything declared so far, as the rules see it; no Output is awaited."""
        owners = _owners(self.resources)
        pulumi_urns = {
            output: _A_PULUMI_URN for output, owner in owners.items() if owner.output == "urn"
        }
        declarations = []
        for config in self.configs:
            bag = from_program(config.arguments, known=pulumi_urns)
            examined = examine(bag, region=region, project_id=project_id)
            source: str | None = None
            if bag.get("functionUrn") is UNKNOWN:
                owner = owners.get(id(config.arguments["function_urn"]))
                source = str(owner) if owner else None
            elif examined.draft:
                source = str(examined.draft.function_urn)
            declarations.append(Declaration(config.name, examined, source, config.where))
        return Program(tuple(declarations), cloud=cloud, project_id=project_id or None)


_A_PULUMI_URN = "urn:pulumi:of-a-resource-of-this-program"


@dataclass(frozen=True, slots=True)
class Owner:
    """The resource output that an unknown value is.

    Attributes:
        resource: the resource's place in the order of construction, and its name.
        output: the output's name.
    """

    resource: str
    output: str

    def __str__(self) -> str:
        """An identity that no URN equals."""
        return f"{self.resource}.{self.output}"


def _owners(resources: list[pulumi.Resource]) -> dict[int, Owner]:
    """Per object id of an Output: the resource that has it as an attribute, and its name there."""
    return {
        id(value): Owner(f"{index} {resource._name}", key)  # noqa: SLF001 - it has no public name
        for index, resource in enumerate(resources)
        for key, value in vars(resource).items()
        if isinstance(value, pulumi.Output)
    }
