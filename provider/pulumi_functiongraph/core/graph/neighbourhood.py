"""One node of a graph with those around it, found by any of its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pulumi_functiongraph.core.graph.edges import Hop
from pulumi_functiongraph.core.graph.nodes import Node, NodeKind
from pulumi_functiongraph.core.graph.overlay import Graph
from pulumi_functiongraph.core.graph.picture import Picture, picture_of
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.pulumi_urns import name_in


def nodes_named(graph: Graph, name: str) -> tuple[Node, ...]:
    """The nodes of a name; several where it is not unique.

    Args:
        graph: where to look.
        name: a key, the name of a function (with or without package and version), topic, bucket
            or stream, or the logical name of a resource that declares a config.
    """
    by_resource = {hop.source for hop in graph.hops() if hop.edge.resource == name}
    by_name = {node for node in graph.nodes if name in _names(node)}
    return tuple(sorted(by_name | by_resource))


def names_of(nodes: Iterable[Node]) -> Iterator[str]:
    """By which names nodes can be found, the shortest one of each."""
    return (min(_names(node), key=lambda name: (len(name), name)) for node in nodes)


def around(graph: Graph, centres: Sequence[Node], *, depth: int) -> Picture:
    """Some nodes, and those that are reached from them along edges in either direction.

    Args:
        graph: what there is.
        centres: nodes of it.
        depth: how many edges far.
    """
    beside: dict[Node, set[Node]] = {}
    for hop in graph.hops():
        beside.setdefault(hop.source, set()).add(hop.target)
        beside.setdefault(hop.target, set()).add(hop.source)
    reached = border = set(centres)
    for _ in range(depth):
        border = {each for node in border for each in beside.get(node, ())} - reached
        if not border:
            break
        reached = reached | border
    return picture_of(graph, _within(graph, reached), reached)


def _within(graph: Graph, nodes: set[Node]) -> Iterator[Hop]:
    return (hop for hop in graph.hops() if hop.source in nodes and hop.target in nodes)


def _names(node: Node) -> set[str]:
    if node.name.startswith("urn:pulumi:"):
        return {node.key, node.name, name_in(node.name)}
    match node.kind:
        case NodeKind.FUNCTION | NodeKind.ALIAS if node.name.startswith("urn:fss:"):
            urn = FunctionUrn.parse(node.name)
            packaged = (f"{urn.package}/{urn.name}", f"{urn.package}:{urn.name}")
            version = f":{'!' * urn.is_alias}{urn.version}"
            versioned = (f"{each}{version}" for each in packaged)
            return {node.key, urn.function, urn.short, urn.name, *packaged, *versioned}
        case NodeKind.TOPIC:
            return {node.key, node.name.rpartition(":")[2]}
        case _:
            # Reports print a bucket with the prefix that its key has.
            return {node.key, node.name, node.key.removeprefix("obs://")}
