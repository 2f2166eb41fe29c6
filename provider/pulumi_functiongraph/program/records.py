"""A config and a trigger as a program declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi

from pulumi_functiongraph.bridge.property_bags import outputs_in
from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from pulumi_functiongraph.program.explicit_providers import ExplicitProvider

_NO_ARGUMENTS = frozenset({"__provider", SECRET_PROPERTIES})
"""Properties of a config that the resource class adds to those of the user."""


@dataclass(eq=False)
class RecordedConfig:
    """One config as it was declared.

    Attributes:
        name: the resource's logical name.
        arguments: what the program passed: snake_case keys, literals and Outputs; while the
            resource is constructed, what transformations make of it.
        where: ``file:line``.
        problems: what is wrong with the options that it is declared with.
        number: which config of the program it is.
        is_late: whether it was declared after the gate had judged.
        after: how many resources were declared before it.
        follows_others: whether one of them is no config, and may make what this one needs.
        keeps_function: whether it has ``ignore_changes`` for its function, so that one that is
            in the state keeps the function that it has there.
        is_native: whether the plugin sets it, and not the dynamic provider.
        imported: the id of what is imported into the state, with ``import_``; empty for nothing.
        provider: what has its settings, ``None`` where those of the program count.
        judged_for: the version of the plugin that need not judge it, ``None`` where it has to.
        hook: what judges it again right before its change, ``None`` where nothing does.
    """

    name: str
    arguments: Mapping[str, Any]
    where: str
    problems: tuple[Problem, ...] = ()
    number: int = 0
    is_late: bool = False
    after: int = 0
    follows_others: bool = False
    keeps_function: bool = False
    is_native: bool = False
    imported: str = ""
    provider: ExplicitProvider | None = None
    judged_for: str | None = None
    hook: object = None

    @cached_property
    def outputs(self) -> Mapping[str, pulumi.Output[Any]]:
        """The Outputs among its arguments, by property path."""
        return outputs_in(self.arguments)

    def take(self, properties: Mapping[str, Any]) -> None:
        """Take what transformations have made of the arguments."""
        taken = {
            key: value
            for key, value in properties.items()
            if value is not None and key not in _NO_ARGUMENTS
        }
        if any(taken.get(key) is not self.arguments.get(key) for key in {*taken, *self.arguments}):
            self.arguments = taken
            self.__dict__.pop("outputs", None)

    @property
    def is_judged_again(self) -> bool:
        """Whether its values, or those of others, may be known better right before its change."""
        return self.is_late or bool(self.outputs)


@dataclass(frozen=True, eq=False)
class RecordedTrigger:
    """One trigger as it was declared.

    Attributes:
        arguments: ``source`` and ``function_urn`` as the program passed them.
        prefix: of a bucket, what the keys start with.
        suffix: of a bucket, what the keys end with.
        where: ``file:line``.
    """

    arguments: Mapping[str, Any]
    prefix: str
    suffix: str
    where: str

    @cached_property
    def outputs(self) -> Mapping[str, pulumi.Output[Any]]:
        """The Outputs among its arguments, by property path."""
        return outputs_in(self.arguments)
