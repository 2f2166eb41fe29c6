"""Graphs that the renderers are tried on."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_functiongraph.core.graph import CycleAnalysis, NodeKind, Origin, nodes
from unit.core.graph.shapes import alias, edge, fn, judge, live, ring, stream, topic, trigger

HOSTILE = '"];end\n<b>&`{x}|\\é%%#\x1b[31m\ud800'


def everything() -> CycleAnalysis:
    """One of each kind of node, edge, finding and doubt."""
    bucket = nodes.bucket("results", prefix="in/")
    return judge(
        [
            edge("a", "b", where="__main__.py:3", path="onSuccess"),
            live("b", "a"),
            edge("c", bucket, where="__main__.py:4", path="onFailure"),
            trigger(bucket, "c", suffix=".json", where="__main__.py:5"),
            live("d", "d", origin=Origin.REMOVED, resource="gone", path="onSuccess"),
            edge("e", "e", acknowledged="ends after an hour", path="onSuccess"),
            edge("f", alias("prod", of="a")),
            edge("g", topic("alerts")),
            edge("g", stream("events"), path="onFailure"),
            edge("h", nodes.unknown(NodeKind.FUNCTION, at="h.onSuccess.functionUrn")),
            edge(nodes.unknown(NodeKind.FUNCTION, at="i.functionUrn"), "a", resource="i"),
            edge("j", nodes.identified(NodeKind.FUNCTION, "urn:pulumi:dev::shop::t::made")),
            edge("j", nodes.bucket("results", prefix=None), path="onFailure"),
            edge("k", nodes.other("DMS", param="{}")),
            edge("k", fn("u"), path="onFailure"),
        ],
        unreadable={fn("u"): "403: functiongraph:function:getConfig is missing"},
    )


def chain(length: int) -> CycleAnalysis:
    return judge([edge(f"f{at}", f"f{at + 1}") for at in range(length)])


def chain_and_ring(length: int) -> CycleAnalysis:
    """A long chain that leads into a cycle of two."""
    links = [edge(f"f{at}", f"f{at + 1}") for at in range(length)]
    return judge([*links, edge(f"f{length}", "a"), *ring("a", "b")])


def ring_of(length: int) -> CycleAnalysis:
    return judge(ring(*(f"f{at:04}" for at in range(length))))


def complete(size: int) -> CycleAnalysis:
    """Everybody notifies everybody: no single edge breaks it."""
    names: Sequence[str] = [f"f{at:02}" for at in range(size)]
    return judge([edge(one, two) for one in names for two in names])


def hostile() -> CycleAnalysis:
    """Names that would be marks in each of the forms."""
    bucket = nodes.bucket("results", prefix=HOSTILE)
    return judge(
        [
            edge("a", bucket, resource=HOSTILE, where=HOSTILE, path="onSuccess"),
            edge("a", "a", acknowledged=HOSTILE, path="onFailure"),
        ]
    )
