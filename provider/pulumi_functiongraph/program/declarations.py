"""What a program has declared so far: its configs, its triggers and its other resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pulumi
from pulumi.runtime import get_root_resource

from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.bridge.sdk_internals.resource_outputs import outputs_of
from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.property_names import to_camel
from pulumi_functiongraph.core.pulumi_urns import name_in, type_in, types_in
from pulumi_functiongraph.core.type_tokens import (
    CONFIG_TYPES,
    VALUE_MAKERS,
    of_other_type,
)
from pulumi_functiongraph.program.explicit_providers import ExplicitProvider, provider_of
from pulumi_functiongraph.program.options import provider_problem
from pulumi_functiongraph.program.records import RecordedConfig, RecordedTrigger

_NAMES_THE_RESOURCE = frozenset({"id", "function_urn", "func_urn"})
"""Outputs that name the function itself, so that they are one node; others may name a version."""


_SAME_NAME = Problem(
    "name",
    "is also that of a config with the other provider, and Pulumi would take one for the other, "
    "since a stack changes between the two by its name",
    "",
    "give one of them another name",
)

_ANY = "*"
"""Stands for every name that a resource may have had."""


class DeclaredResource(msgspec.Struct, frozen=True):
    """A resource that waits for the gate.

    Attributes:
        resource: the object that the program holds.
        urn: its Pulumi URN.
        maker: what it may make or change, ``None`` for a config.
    """

    resource: pulumi.Resource
    urn: str
    maker: Maker | None = None


class Owner(msgspec.Struct, frozen=True):
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


class Declarations(msgspec.Struct):
    """What is declared; the gate alone adds to it.

    Attributes:
        resources: every resource that waits for the gate, configs among them.
        configs: every config.
        triggers: every trigger.
    """

    resources: list[DeclaredResource] = msgspec.field(default_factory=list)
    configs: list[RecordedConfig] = msgspec.field(default_factory=list)
    triggers: list[RecordedTrigger] = msgspec.field(default_factory=list)
    _urns: dict[pulumi.Resource, str] = msgspec.field(default_factory=dict)
    _config_of: dict[str, RecordedConfig] = msgspec.field(default_factory=dict)
    _within_unknown: dict[str, RecordedConfig] = msgspec.field(default_factory=dict)
    """By type and name, the configs below a parent that was constructed before the gate."""
    _earlier_names: dict[str, set[str]] = msgspec.field(default_factory=dict)
    _providers: dict[str, ExplicitProvider] = msgspec.field(default_factory=dict)
    _others: int = 0

    def add_config(self, config: RecordedConfig, *, is_late: bool) -> RecordedConfig:
        """Add a config, before its resource is constructed; returns it with its place."""
        recorded = replace(
            config,
            number=len(self.configs),
            is_late=is_late,
            after=len(self.resources),
            follows_others=self._others > 0,
        )
        self.configs.append(recorded)
        return recorded

    def add_resource(self, args: pulumi.ResourceTransformationArgs) -> bool:
        """Add a resource that is being constructed; returns whether it is a new one."""
        if args.resource in self._urns:
            return False
        urn = self._urn_of(args)
        self._urns[args.resource] = urn
        maker: Maker | None = None
        if args.type_ in CONFIG_TYPES and self.configs:
            self._add_constructed(self.configs[-1], urn, args)
        else:
            is_component = isinstance(args.resource, pulumi.ComponentResource)
            inputs = from_program(args.props or {})
            maker = Maker.of(args.name, args.type_, inputs, is_component=is_component)
            self._others += maker.may_matter
        self.resources.append(DeclaredResource(args.resource, urn, maker))
        self.note_aliases(args)
        return True

    def _add_constructed(
        self, config: RecordedConfig, urn: str, args: pulumi.ResourceTransformationArgs
    ) -> None:
        if of_other_type(urn) in self._config_of:
            config.problems = (*config.problems, _SAME_NAME)
        self._config_of[urn] = config
        parent, root = args.opts.parent, get_root_resource()
        if parent is not None and parent is not root and parent not in self._urns:
            self._within_unknown[_type_and_name(urn)] = config
        ignored = set(map(to_camel, args.opts.ignore_changes or ()))
        config.keeps_function = not ignored.isdisjoint({"functionUrn", "*"})
        self.note_options(config, args.opts)
        config.take(args.props or {})

    def note_options(self, config: RecordedConfig, opts: pulumi.ResourceOptions) -> None:
        """Note what options say of a config, which transformations may change."""
        if config.is_native:
            config.imported = opts.import_ or ""
            config.provider = self._explicit(provider_of(opts))
        problem = provider_problem(opts, is_native=config.is_native)
        if problem is not None and problem not in config.problems:
            config.problems = (*config.problems, problem)

    def _explicit(self, provider: pulumi.Resource | None) -> ExplicitProvider | None:
        if provider is None:
            return None
        made = next((each for each in self.resources if each.resource is provider), None)
        if made is None or made.maker is None:
            return ExplicitProvider(f"a provider#{id(provider)}", "that was made before")
        if made.urn not in self._providers:
            self._providers[made.urn] = ExplicitProvider.of(made.urn, made.maker.inputs)
        return self._providers[made.urn]

    def note_changes(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Note what a later transformation has made of a resource."""
        self.note_aliases(args)
        config = self._config_of.get(self._urns[args.resource])
        if config is not None:
            self.note_options(config, args.opts)
            config.take(args.props or {})

    def note_aliases(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Note which names a resource may have had, by its own aliases or its parent's."""
        parent = self._urns.get(args.opts.parent) if args.opts.parent is not None else None
        aliases: Any = args.opts.aliases or ()
        names = {_earlier_name(alias, args.name) for alias in aliases}
        if parent in self._earlier_names:
            names.add(_ANY)  # A child's name may follow its parent's.
        if names:
            self._earlier_names.setdefault(self._urns[args.resource], set()).update(names)

    def may_have_been(self, urn: str, earlier: str) -> bool:
        """Whether the resource of a Pulumi URN may have had another URN before."""
        names = self._earlier_names.get(urn, set())
        return _ANY in names or name_in(earlier) in names

    def urns_of_configs(self) -> Mapping[RecordedConfig, str]:
        """By config whose resource is constructed, its Pulumi URN."""
        return {config: urn for urn, config in self._config_of.items()}

    def config_of(self, urn: str) -> RecordedConfig | None:
        """The config whose resource has a Pulumi URN, or had it with the other provider."""
        for each in (urn, of_other_type(urn)):
            config = self._config_of.get(each) or self._within_unknown.get(_type_and_name(each))
            if config is not None:
                return config
        return None

    def config_at(self, resource: pulumi.Resource) -> RecordedConfig | None:
        """The config that a resource of the program is."""
        return self._config_of.get(self._urns.get(resource, ""))

    def identity_of(self, resource: pulumi.Resource) -> str | None:
        """The Pulumi URN of a resource, ``None`` for one that makes nothing but values."""
        urn = self._urns.get(resource)
        return None if type_in(urn or "").startswith(VALUE_MAKERS) else urn

    def owners(self) -> dict[pulumi.Output[Any], Owner]:
        """By Output, the resource that has it as an attribute, and its name there."""
        return {
            output: Owner(each.urn, name)
            for each in self.resources
            for name, output in outputs_of(each.resource).items()
        }

    def outputs(self) -> Iterator[pulumi.Output[Any]]:
        """The Outputs that configs and triggers are declared with."""
        for config in self.configs:
            yield from config.outputs.values()
        for trigger in self.triggers:
            yield from trigger.outputs.values()

    def maker_before(self, number: int, thing: CloudObject) -> str:
        """The resource that is declared before a config and may make something that it needs.

        Args:
            number: which config it is.
            thing: a function, an agency or a target.
        """
        before = self.resources[: self.configs[number].after]
        makers = [each.maker for each in before if each.maker is not None]
        return next((maker.name for maker in makers if maker.may_change(thing)), "")

    def is_mentioned(self, name: str) -> bool:
        """Whether a resource that is no config names something."""
        makers = [each.maker for each in self.resources if each.maker is not None]
        return any(name in maker.texts for maker in makers)

    def _urn_of(self, args: pulumi.ResourceTransformationArgs) -> str:
        """The Pulumi URN that a resource will have, while it is constructed."""
        parent = self._urns.get(args.opts.parent, "") if args.opts.parent is not None else ""
        within = f"{types_in(parent)}$" if parent else ""
        place = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
        return f"{place}::{within}{args.type_}::{args.name}"


def _type_and_name(urn: str) -> str:
    """The end of a Pulumi URN, without the types of parents."""
    return f"{type_in(urn)}::{name_in(urn)}"


def _earlier_name(alias: Any, name: str) -> str:
    """The name that an alias stands for, of a resource that has a name now."""
    if isinstance(alias, str):
        return name_in(alias)
    earlier = getattr(alias, "name", _ANY)
    if earlier is None or earlier is ...:
        return name
    return earlier if isinstance(earlier, str) else _ANY
