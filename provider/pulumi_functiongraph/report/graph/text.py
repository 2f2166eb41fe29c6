"""What was found in a graph as plain text, for a terminal and for the gate inside a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Literal

from msgspec.structs import replace

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.graph import (
    Cycle,
    CycleAnalysis,
    Edge,
    Label,
    Node,
    NodeKind,
    Origin,
    Unknowns,
)
from pulumi_functiongraph.core.graph.nodes import shown_names
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.report.graph.style import (
    MOST_EDGES,
    Focus,
    Mark,
    Marks,
    drawn,
    labels,
    left_out,
    shown,
)
from pulumi_functiongraph.report.text import TextLine, Tone, cut, dated

MOST_LINES = 30
"""Hops of a path, edges of a cut, or unknown things that are listed; a person reads no more."""


def graph_text(
    verdict: CycleAnalysis,
    *,
    notes: Sequence[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> str:
    """A whole text: what is wrong first, then the edges."""
    lines = graph_lines(verdict, notes=notes, focus=focus, looked_at=looked_at)
    return "".join(f"{line.text}\n" for line in lines)


def graph_lines(
    verdict: CycleAnalysis,
    *,
    notes: Sequence[str] = (),
    focus: Focus | None = None,
    looked_at: datetime | None = None,
) -> Iterator[TextLine]:
    """The same, line by line, with what is wrong in its colour."""
    first, *doubts = headline(verdict, notes=notes)
    yield TextLine(first, tone(verdict))
    yield from (TextLine(line, "warn") for line in doubts)
    for lines in (report_lines(verdict), list(_drawing(verdict, focus))):
        if lines:
            yield TextLine("")
        yield from (TextLine(line, _tone_of_line(line)) for line in lines)
    yield from (TextLine(line, "faint") for line in dated(looked_at))


def _tone_of_line(line: str) -> Tone:
    if line.startswith(("cycle ", f"    {_SIGNS[Mark.CYCLE]} ")):
        return "bad"
    return "warn" if line.startswith("cannot ") else "plain"


def headline(verdict: CycleAnalysis, *, notes: Sequence[str] = ()) -> list[str]:
    """The first lines: the size, the number of cycles, and what is not known."""
    missing = map(visible, verdict.unknowns.missing)
    return [
        summary(verdict),
        *(f"cannot say: {each}" for each in missing),
        *(f"note: {note}" for note in notes),
    ]


def report_lines(verdict: CycleAnalysis) -> list[str]:
    """Each cycle once, then those that are acknowledged, then what is not known.

    Returns:
        No line when there is no cycle and nothing unknown.
    """
    blocks = [_cycle(cycle) for cycle in (*verdict.cycles, *verdict.acknowledged)]
    rest = replace(verdict.unknowns, missing=())
    if rest:
        blocks.append(_unknown(rest))
    return [line for number, lines in enumerate(blocks) for line in [""] * bool(number) + lines]


def path_lines(verdict: CycleAnalysis) -> dict[str, str]:
    """The lines of a report that name a node on the path of a cycle, with the node's key."""
    found: dict[str, str] = {}
    for cycle in (*verdict.cycles, *verdict.acknowledged):
        names = shown_names(hop.source for hop in cycle.path)
        found |= {_node_line(hop.source, names): hop.source.key for hop in cycle.path}
    return found


def tone(verdict: CycleAnalysis) -> Literal["good", "warn", "bad"]:
    """How bad it is."""
    if verdict.cycles:
        return "bad"
    return "warn" if verdict.unknowns else "good"


def summary(verdict: CycleAnalysis) -> str:
    """The size, the number of cycles, and whether there may be more."""
    size = (
        f"{counted(len(verdict.graph.nodes), 'node')}, {counted(len(verdict.graph.tails), 'edge')}"
    )
    found = [counted(len(verdict.cycles), "cycle")] if verdict.cycles else []
    if verdict.acknowledged:
        found.append(f"{counted(len(verdict.acknowledged), 'cycle')} acknowledged")
    if verdict.unknowns:
        more = "there are more" if verdict.cycles else "there is a cycle"
        found.append(f"cannot say whether {more}")
    return f"{size}: {', '.join(found or ['no cycle'])}"


def _cycle(cycle: Cycle) -> list[str]:
    kind, beside = "cycle", "acknowledged beside it"
    if cycle.is_acknowledged:
        kind, beside = "acknowledged cycle", "acknowledged"
    return [
        f"{kind} {cycle.id}: {counted(len(cycle.edges), 'edge')}{_among(cycle)}",
        *_path(cycle),
        *_way_out(cycle),
        f"  cost: {visible(str(cycle.cost))}",
        *_remedy(cycle),
        *(
            f"  {beside}: {_named(edge)}: {visible(edge.acknowledged)}"
            for edge in cycle.acknowledged
        ),
    ]


def _among(cycle: Cycle) -> str:
    others = len(cycle.nodes) - len(cycle.edges)
    return f", one of the cycles among {counted(len(cycle.nodes), 'node')}" if others else ""


def _path(cycle: Cycle) -> Iterator[str]:
    hops = cycle.path
    names = shown_names(hop.source for hop in hops)
    for place, hop in enumerate(hops):
        if len(hops) > MOST_LINES and place == MOST_LINES // 2:
            yield f"    … {counted(len(hops) - MOST_LINES, 'edge')} more …"
        if len(hops) <= MOST_LINES or not MOST_LINES // 2 <= place < len(hops) - MOST_LINES // 2:
            yield _node_line(hop.source, names)
            yield f"      → {hop.edge.label}: {known_from(hop.edge)}"
    yield _node_line(hops[0].source, names)


def _node_line(node: Node, names: Mapping[Node, str]) -> str:
    """The key with the name as it is shown: of a bucket, the prefix is in the key alone."""
    return f"    {visible(node.key.replace(node.name, names[node], 1))}"


def _way_out(cycle: Cycle) -> Iterator[str]:
    if cycle.breaks is None or cycle.cut is None:
        return
    breaks = f"  breaks it: remove {_named(cycle.breaks)}"
    if cycle.breaks_all:
        yield f"{breaks}; a smallest cut, it leaves no cycle among these nodes"
        return
    yield breaks
    proof = "a smallest set" if cycle.cut.is_smallest else "none of them can be left out"
    edges = counted(len(cycle.cut.edges), "edge")
    yield f"  leaves no cycle among these nodes: remove {edges} ({proof})"
    yield from _listed(f"    - {_named(edge)}" for edge in cycle.cut.edges)


def _remedy(cycle: Cycle) -> Iterator[str]:
    if cycle.breaks is None:
        return
    yield from _listed(
        f"  first: in an update of its own, remove {_named(edge)}: it is live until Pulumi deletes "
        "it, and that is the last thing an update does"
        for edge in cycle.to_remove_first
    )
    if cycle.breaks.is_declared:
        yield (
            "  remedy: send the results elsewhere, or where the loop is intended and something "
            'ends it, write allow_cycle="reason" in that target'
        )
    elif not cycle.to_remove_first:
        yield (
            f"  remedy: change the config of {visible(cycle.breaks.source.key)} where it is "
            "managed; nothing of this cycle is declared here"
        )


def _unknown(unknowns: Unknowns) -> list[str]:
    permanent = "which version it stands for is not known"
    return [
        str(unknowns),
        *_listed(f"    target of {_named(edge)}" for edge in unknowns.targets),
        *_listed(f"    source of {_named(edge)}" for edge in unknowns.sources),
        *_listed(f"    {visible(f'{each.node.key}: {each.why}')}" for each in unknowns.unreadable),
        *_listed(f"    {visible(node.key)}: {permanent}" for node in unknowns.aliases),
    ]


def _drawing(verdict: CycleAnalysis, focus: Focus | None) -> Iterator[str]:
    """The edges by their source; those on a cycle are marked."""
    marks = Marks(verdict)
    picture = drawn(verdict, most=MOST_EDGES, focus=focus)
    names = labels(picture.nodes)
    if picture.hops:
        yield "edges (! on a cycle, ~ on an acknowledged one)"
    for source, hops in groupby(picture.hops, key=lambda hop: hop.source):
        yield f"    {names[source]}"
        for hop in hops:
            mark = _SIGNS.get(marks.of_hop(hop), " ")
            yield f"    {mark} {hop.edge.label} → {names[hop.target]}: {known_from(hop.edge)}"
    if missing := left_out(picture):
        yield f"    {missing}: {shown(focus)}"


_SIGNS: dict[Mark | None, str] = {Mark.CYCLE: "!", Mark.ACKNOWLEDGED: "~"}


def _named(edge: Edge) -> str:
    """An edge away from its path."""
    if edge.resource:
        return _declared(edge)
    if edge.label is Label.TRIGGER:
        what = "publishing to" if edge.target.kind is NodeKind.TOPIC else "the trigger of"
        return _at(edge, f"{what} {edge.target.key} on {edge.source.key}")
    return _at(edge, f"{edge.label} of {edge.source.key}")


_ORIGINS = {Origin.DECLARED: "declared", Origin.LIVE: "live", Origin.REMOVED: "live"}


def known_from(edge: Edge) -> str:
    """What an edge is known from, and where."""
    text = _declared(edge) if edge.resource else _at(edge, _ORIGINS[edge.origin])
    if edge.suffix:
        text = f"{text}, keys that end with {visible(edge.suffix)}"
    if edge.events:
        text = f"{text}, on {visible(', '.join(edge.events))}"
    return f"{text}, removed by this update" if edge.origin is Origin.REMOVED else text


def _declared(edge: Edge) -> str:
    return _at(edge, f"{edge.resource}.{in_snake(edge.path)}" if edge.path else edge.resource)


def _at(edge: Edge, what: str) -> str:
    return visible(f"{what} ({edge.where})" if edge.where else what)


_listed = partial(cut, most=MOST_LINES)
