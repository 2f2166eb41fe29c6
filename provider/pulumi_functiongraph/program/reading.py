"""What is declared, read as far as its values are known, for the rules and the graph.

A reading is made anew whenever something is judged. What was read of a config is kept as long as
nothing more is known of its values, so that the hooks of many configs do not each read all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
import pulumi
from msgspec.structs import replace

from pulumi_functiongraph.bridge.property_bags import from_program
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.declaration import Declaration, read_declaration
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.graph import (
    Edge,
    Node,
)
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.imported_ids import import_problem
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag, BagValue
from pulumi_functiongraph.core.secrecy import without_secret_value
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.program.declarations import Declarations, Owner
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.trigger_edges import trigger_edges
from pulumi_functiongraph.program.values import Values

_A_PULUMI_URN = "urn:pulumi:of-a-resource-of-this-program"


class ReadConfig(msgspec.Struct, frozen=True):
    """A config as far as its values are known.

    Attributes:
        inputs: all that it was read from; what is equal to it reads the same.
        declaration: as the rules see it.
        node: its function version in the graph, ``None`` when the config is not valid.
        edges: its edges in the graph.
    """

    inputs: tuple[object, ...]
    declaration: Declaration
    node: Node | None
    edges: tuple[Edge, ...]


class Reading(msgspec.Struct, frozen=True):
    """What is declared, as far as its values are known.

    Attributes:
        settings: of the program.
        configs: every config, in order of declaration.
        graph: their notifications, and those of the triggers.
        owners: by Output, the resource that it is an attribute of.
        resources: how many resources were declared.
    """

    settings: Settings
    configs: Mapping[RecordedConfig, ReadConfig]
    graph: DeclaredGraph
    owners: Mapping[pulumi.Output[Any], Owner]
    resources: int

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """The configs as the rules see them."""
        return tuple(each.declaration for each in self.configs.values())

    def alike(self, config: RecordedConfig) -> Iterator[Declaration]:
        """A config and all others of the same function version, in order of declaration."""
        source = self.configs[config].declaration.source
        for each, read in self.configs.items():
            if each is config or (source is not None and read.declaration.source == source):
                yield read.declaration


def read(
    declared: Declarations,
    values: Values,
    settings: Settings,
    *,
    existing: Mapping[Node, tuple[Node, ...]],
    last: Reading | None,
    has_ended: bool,
) -> Reading:
    """Read everything declared so far; no Output is awaited.

    Args:
        declared: what is declared.
        values: what is known of it beyond the program's text; its news are taken.
        settings: of the program.
        existing: by node of a resource, the live function that it stands for.
        last: what was read before.
        has_ended: whether the program's body has; while it runs, resources may get attributes.

    Raises:
        InvalidInput: a declaration cannot be read.
    """
    count = len(declared.resources)
    is_settled = has_ended and last is not None and last.resources == count
    owners = last.owners if last is not None and is_settled else declared.owners()
    reader = Reader(declared, values, owners, settings.region, settings.project_id)
    before: Mapping[RecordedConfig, ReadConfig] = last.configs if last is not None else {}
    configs: dict[RecordedConfig, ReadConfig] = {}
    for config in declared.configs:
        known = before.get(config)
        if known is None or not is_settled or reader.knows_more(config):
            known = reader.config(config, before=known)
        configs[config] = known
    edges = [edge for each in configs.values() for edge in each.edges]
    asked_elsewhere = {
        edge: config.provider.name
        for config, each in configs.items()
        if config.provider is not None
        for edge in each.edges
    }
    for trigger in declared.triggers:
        edges += trigger_edges(trigger, reader)
    sources = tuple(each.node for each in configs.values() if each.node is not None)
    values.news.clear()
    graph = DeclaredGraph(tuple(edges), sources, existing, asked_elsewhere)
    return Reading(settings, configs, graph, owners, count)


class Reader(msgspec.Struct, frozen=True):
    """Reads declarations with what is known of their values."""

    declared: Declarations
    values: Values
    owners: Mapping[pulumi.Output[Any], Owner]
    region: str
    project_id: str

    def knows_more(self, config: RecordedConfig) -> bool:
        """Whether more is known of a config than when it was read last."""
        news = self.values.news
        return config in news or not news.isdisjoint(config.outputs.values())

    def config(self, config: RecordedConfig, *, before: ReadConfig | None) -> ReadConfig:
        """Read a config, unless it reads as before."""
        behind = self._without_unsure_loops(config, self.behind(config.outputs))
        source = self._unknown_source(config, behind)
        bag = self.values.sent.get(config) or self.bag(config.arguments)
        secret = self._secret_bag(config)
        region, project_id, provider = self.region, self.project_id, config.provider
        if provider is not None:
            region, project_id = provider.region, provider.project_id
            bag, named = provider.completed(bag)
            behind |= named
        place = region, project_id
        inputs = (bag, secret, behind, source, provider, place, config.imported, config.problems)
        if before is not None and before.inputs == inputs:
            return before
        found = read_declaration(
            config.name,
            bag,
            where=config.where,
            behind=behind,
            source=source,
            region=region,
            project_id=project_id,
            has_own_account=provider is not None,
        )
        own = _import_problems(config.imported, found)
        problems = (*found.examined.problems, *config.problems, *own)
        if secret is not None:
            problems = self._with_secret_problems(config, problems, secret)
        if problems != found.examined.problems:
            found = replace(found, examined=replace(found.examined, problems=problems))
        return ReadConfig(inputs, found, found.node, tuple(found.edges()))

    def bag(self, arguments: Mapping[str, Any]) -> Bag:
        """The properties that the program passes, ``UNKNOWN`` where they are."""
        return from_program(arguments, known=self.value)

    def value(self, output: pulumi.Output[Any], unknown: BagValue) -> BagValue:
        """What is known to stand for an Output.

        Pulumi's own URN of a resource is told apart, and the function URN of a config stands for
        what that config was declared with.
        """
        owner = self.owners.get(output)
        if owner is not None:
            if owner.output == "urn":
                return _A_PULUMI_URN
            config = self.declared.config_of(owner.urn)
            if config is not None and owner.output in {"function_urn", "id"}:
                declared = config.arguments.get("function_urn")
                if isinstance(declared, str):
                    return declared
        return self.values.known.get(output, unknown)

    def behind(self, outputs: Mapping[str, pulumi.Output[Any]]) -> dict[str, str]:
        """By property path, the identity of the resource behind each Output that has one."""
        found: dict[str, str] = {}
        for path, output in outputs.items():
            owner = self.owners.get(output)
            identity = owner.identity if owner else self.values.derived.get(output)
            if identity is not None:
                found[path] = identity
        return found

    def _without_unsure_loops(
        self, config: RecordedConfig, behind: Mapping[str, str]
    ) -> dict[str, str]:
        """Without targets that were derived apart from the source, and from the same resource.

        They may be other versions of the function. What they are is judged right before the change.
        """
        source, derived = config.outputs.get(SOURCE), self.values.derived
        return {
            path: identity
            for path, identity in behind.items()
            if path == SOURCE
            or source not in derived
            or identity != behind.get(SOURCE)
            or config.outputs[path] is source
            or config.outputs[path] not in derived
        }

    def _unknown_source(self, config: RecordedConfig, behind: Mapping[str, str]) -> str | None:
        """What an unknown function URN is surely the same as.

        Two Outputs that were derived from one resource may be two versions of its function.
        """
        identity, output = behind.get(SOURCE), config.outputs.get(SOURCE)
        return f"{identity}#{id(output)}" if output in self.values.derived else identity

    def _secret_bag(self, config: RecordedConfig) -> Bag | None:
        """A unit test's properties with those that are secret, ``None`` where none is."""
        secret = self.values.secret
        if secret.keys().isdisjoint(config.outputs.values()):
            return None
        return from_program(
            config.arguments,
            known=lambda output, unknown: secret.get(output, self.value(output, unknown)),
        )

    def _with_secret_problems(
        self, config: RecordedConfig, problems: Iterable[Problem], bag: Bag
    ) -> tuple[Problem, ...]:
        """The problems, and what is wrong with values that are secret."""
        entire = examine(bag, region=self.region, project_id=self.project_id).problems
        secret = {
            path.partition(".")[0]
            for path, output in config.outputs.items()
            if output in self.values.secret
        }
        hidden = (without_secret_value(each, secret) for each in entire)
        more = [each for each in hidden if each.path.partition(".")[0] in secret]
        return (*(each for each in problems if each not in more), *more)


def _import_problems(imported: str, declared: Declaration) -> Iterator[Problem]:
    """What is wrong with the id that a config is imported by; the plugin judges what is no name."""
    source = declared.examined.source
    if imported and source is not None:
        region, project_id = declared.region, declared.project_id
        with suppress(InvalidInput):
            named = FunctionUrn.parse(imported, region=region, project_id=project_id)
            if (problem := import_problem(named, source)) is not None:
                yield problem
