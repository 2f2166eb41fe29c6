"""The findings of a stack, judged once for all policies; they name resources and never values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace
from pulumi_policy import PolicyResource

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import CycleAnalysis, Node, find_cycles, overlay
from pulumi_functiongraph.core.graph.nodes import Naming, NodeKind
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.rules import advise, judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.core.stack import DefaultProject, Stack, aliases_of, edges_of, sources_of
from pulumi_functiongraph.core.stack.configs import StackConfig, read_config
from pulumi_functiongraph.core.stack.documents import State
from pulumi_functiongraph.policy.resources import states_of


class StackFindings(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        findings: of all rules.
        urns: by logical name, the Pulumi URN of a config; without names that several have.
    """

    findings: tuple[Finding, ...]
    urns: Mapping[str, str]


class StackJudge:
    """Judges a stack once, however many policies ask about it."""

    def __init__(self) -> None:
        self._states: tuple[tuple[State, DefaultProject], ...] = ()
        self._found = StackFindings((), {})

    def judge(self, resources: Sequence[PolicyResource]) -> StackFindings:
        """What is found in the configs of a stack."""
        states = states_of(resources)
        if states != self._states:
            first = states[0][1] if states else DefaultProject()
            configs = tuple(
                _read(state, account, has_own_account=account != first) for state, account in states
            )
            self._found = _findings(Stack(configs), project_id=first.project_id)
            self._states = states
        return self._found


def _read(state: State, account: DefaultProject, *, has_own_account: bool) -> StackConfig:
    config = read_config(state, account=account)
    declaration = replace(config.declaration, has_own_account=has_own_account)
    return replace(config, declaration=declaration)


def _findings(stack: Stack, *, project_id: str | None) -> StackFindings:
    declared = tuple(config.declaration for config in stack.configs)
    program = Program(declared, project_id=project_id, verdict=_verdict(stack))
    names = Counter(config.declaration.name for config in stack.configs)
    urns = {
        config.declaration.name: config.urn
        for config in stack.configs
        if names[config.declaration.name] == 1
    }
    return StackFindings((*judge(program), *advise(program)), urns)


def _verdict(stack: Stack) -> CycleAnalysis:
    """The verdict on the graph, with the names of resources.

    A function may be named by a secret, which is not marked here.
    """
    owners = {
        node.key: config.declaration.name
        for config in stack.configs
        for node in sources_of(Stack((config,)))
    }

    def named(node: Node) -> Node:
        if node.kind is NodeKind.BUCKET or node.naming is Naming.UNKNOWN:
            return node
        if node.naming is Naming.IDENTIFIED:
            return replace(node, name=name_in(node.key))
        return replace(node, name=owners.get(node.key, f"a {node.kind}"))

    edges = [
        replace(edge, source=named(edge.source), target=named(edge.target))
        for edge in edges_of(stack)
    ]
    known = aliases_of(stack).items()
    aliases = {named(node): tuple(map(named, found)) for node, found in known}
    return find_cycles(overlay(edges, declared=sources_of(stack), aliases=aliases))
