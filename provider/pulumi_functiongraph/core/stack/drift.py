"""The configs of a stack as a drift report compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig
from pulumi_functiongraph.core.stack.configs import function_of
from pulumi_functiongraph.core.stack.reading import Stack, stack_of


def declared_configs(
    stack: Stack, *, as_read_back: Callable[[Config], Config]
) -> Iterator[DeclaredConfig]:
    """The configs of a stack that was read from an export, as the service would give them back."""
    for config in stack.configs:
        examined = config.declaration.examined
        bag = to_bag(as_read_back(examined.config)) if examined.config else examined.inputs
        yield DeclaredConfig(
            stack=stack_of(config.urn),
            name=config.declaration.name,
            function_urn=function_of(config),
            bag=bag,
            secret=config.secret,
            where=config.declaration.where,
            why="; ".join(map(str, examined.problems)),
            is_going=config.is_removed,
        )
