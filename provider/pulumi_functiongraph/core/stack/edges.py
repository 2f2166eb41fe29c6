"""The edges that a stack declares, ready to be laid over live ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from pulumi_functiongraph.core.graph import Edge, Node, Origin
from pulumi_functiongraph.core.graph.nodes import Naming, NodeKind, identified
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.stack.configs import StackConfig
from pulumi_functiongraph.core.stack.reading import Stack

_NAMES = {NodeKind.FUNCTION: SOURCE, NodeKind.ALIAS: SOURCE, NodeKind.TOPIC: "topicUrn"}
"""By kind of node, the property of a target that is the node's whole name."""


def edges_of(stack: Stack) -> Iterator[Edge]:
    """The edges of every config that can be read; those that are removed count until then."""
    for config in stack.configs:
        for edge in config.declaration.edges():
            yield replace(edge, origin=Origin.REMOVED) if config.is_removed else edge


def sources_of(stack: Stack) -> Iterator[Node]:
    """The function versions that have a declared config, also one without a target."""
    for config in stack.configs:
        node = config.declaration.node
        if node is not None and not config.is_removed:
            yield node


def aliases_of(stack: Stack) -> dict[Node, tuple[Node, ...]]:
    """What is known of resources that stand for a function or a topic.

    One config may know a name that another one sees only as an output of the same resource, such
    as a config that is removed while the resource is updated. A resource that is created or
    replaced gets a new name, and one behind several names does not tell which is meant.
    """
    known: defaultdict[str, set[Node]] = defaultdict(set)
    for config in stack.configs:
        for path, node in _named(config):
            resource = config.behind.get(path)
            if resource is not None and resource not in stack.renewed:
                known[resource].add(node)
    return {
        identified(node.kind, resource): (node,)
        for resource, nodes in sorted(known.items())
        for node in nodes
        if len(nodes) == 1
    }


def _named(config: StackConfig) -> Iterator[tuple[str, Node]]:
    """The functions and topics of a config whose names are known, by the path of the name."""
    source = config.declaration.node
    named = [] if source is None else [(SOURCE, source)]
    for edge in config.declaration.edges():
        named += [(f"{edge.path}.{_NAMES.get(edge.target.kind)}", edge.target)]
    yield from ((path, node) for path, node in named if node.naming is Naming.KNOWN)
