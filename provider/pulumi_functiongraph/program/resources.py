"""Who is behind a value that is unknown: the resource that it is an output of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.resource_outputs import outputs_of
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.type_tokens import VALUE_MAKERS

_NAMES_THE_RESOURCE = frozenset({"id", "function_urn", "func_urn"})
"""Outputs that name the function itself, so that they are one node; others may name a version."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A resource that waits for the gate.

    Attributes:
        resource: the object that the program holds.
        urn: its Pulumi URN.
        maker: what it may make or change, ``None`` for a config.
    """

    resource: pulumi.Resource
    urn: str
    maker: Maker | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The resource output that an unknown value is.

    Attributes:
        urn: the resource's Pulumi URN.
        output: the output's name.
    """

    urn: str
    output: str

    @property
    def is_a_name(self) -> bool:
        """Whether it names the resource itself."""
        return self.output in _NAMES_THE_RESOURCE

    @property
    def identity(self) -> str:
        """The same for every value that names the same thing."""
        return self.urn if self.is_a_name else f"{self.urn}.{self.output}"


def owners(registered: Iterable[Registered]) -> dict[int, Owner]:
    """Per object id of an Output: the resource that has it as an attribute, and its name there."""
    return {
        id(value): Owner(each.urn, key)
        for each in registered
        for key, value in outputs_of(each.resource).items()
    }


def things(registered: Iterable[Registered]) -> dict[int, str]:
    """Per object id of a resource its Pulumi URN, without those that make nothing but values."""
    return {
        id(each.resource): each.urn
        for each in registered
        if each.maker is None or not each.maker.type_token.startswith(VALUE_MAKERS)
    }


def pulumi_urn(
    args: pulumi.ResourceTransformationArgs, *, urn_of: Callable[[Any], str | None]
) -> str:
    """The Pulumi URN that a resource will have, while it is constructed.

    Args:
        args: what its transformation is given.
        urn_of: the Pulumi URN of a resource that was constructed before.
    """
    parent = args.opts.parent
    behind = (urn_of(parent) or "") if parent is not None else ""
    within = f"{behind.split('::')[2]}$" if "::" in behind else ""
    place = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
    return f"{place}::{within}{args.type_}::{args.name}"
