"""The graph of notifications: who passes events on to whom, and the cycles in it.

Never here: reading a cloud, Pulumi, and how a finding is worded or drawn.

``overlay`` makes a `Graph` of edges in any order, ``check`` gives the `Verdict`, ``whole`` and
``cut_to_findings`` a `Picture` to draw.
"""

from __future__ import annotations

from pulumi_functiongraph.core.graph.cuts import Cut
from pulumi_functiongraph.core.graph.cycles import Cost, Cycle, Verdict, check
from pulumi_functiongraph.core.graph.edges import Edge, Hop, Label, Origin
from pulumi_functiongraph.core.graph.nodes import Kind, Naming, Node
from pulumi_functiongraph.core.graph.notifications import (
    Declared,
    declared_edges,
    live_edges,
    source_of,
)
from pulumi_functiongraph.core.graph.overlay import Graph, overlay
from pulumi_functiongraph.core.graph.picture import Picture, cut_to_findings, whole
from pulumi_functiongraph.core.graph.unknowns import Unknowns, Unreadable

__all__ = [
    "Cost",
    "Cut",
    "Cycle",
    "Declared",
    "Edge",
    "Graph",
    "Hop",
    "Kind",
    "Label",
    "Naming",
    "Node",
    "Origin",
    "Picture",
    "Unknowns",
    "Unreadable",
    "Verdict",
    "check",
    "cut_to_findings",
    "declared_edges",
    "live_edges",
    "overlay",
    "source_of",
    "whole",
]
