"""The graph of notifications: who passes events on to whom, and the cycles in it.

Never here: reading a cloud, Pulumi, and how a finding is worded or drawn.

``overlay`` makes a `Graph` of edges in any order, ``find_cycles`` gives the `CycleAnalysis`,
``whole`` and ``cut_to_findings`` a `Picture` to draw.
"""

from __future__ import annotations

from pulumi_functiongraph.core.graph.cuts import Cut
from pulumi_functiongraph.core.graph.cycles import Cost, Cycle, CycleAnalysis, find_cycles
from pulumi_functiongraph.core.graph.edges import Edge, Hop, Label, Origin
from pulumi_functiongraph.core.graph.neighbourhood import around, names_of, nodes_named
from pulumi_functiongraph.core.graph.nodes import Naming, Node, NodeKind
from pulumi_functiongraph.core.graph.notifications import (
    Declared,
    declared_edges,
    live_edges,
    source_of,
)
from pulumi_functiongraph.core.graph.overlay import Graph, overlay
from pulumi_functiongraph.core.graph.picture import Picture, cut_to_findings, whole
from pulumi_functiongraph.core.graph.unproved import Unknowns, Unreadable

__all__ = [
    "Cost",
    "Cut",
    "Cycle",
    "CycleAnalysis",
    "Declared",
    "Edge",
    "Graph",
    "Hop",
    "Label",
    "Naming",
    "Node",
    "NodeKind",
    "Origin",
    "Picture",
    "Unknowns",
    "Unreadable",
    "around",
    "cut_to_findings",
    "declared_edges",
    "find_cycles",
    "live_edges",
    "names_of",
    "nodes_named",
    "overlay",
    "source_of",
    "whole",
]
