"""How fast and how small the graph is beside networkx, on the same edges, in one run.

Ours builds the graph and says all there is to say of it: components, shown cycle, cut, cost, what
is unknown. networkx builds its graph (success and failure may lead to the same function, so that
it takes a multigraph) and is timed twice: with components and loops alone, and with what ours
answers as well, as its user would write it: of each component with a cycle, one of fewest edges
(through the first edge by name; up to 500 nodes, of all), and a cut (the edges that run back in a
depth-first order, as in ours). Runs follow each other in turn, so that other load on the machine
meets all. Each graph has a process of its own, so that memory is the process' own too: the growth
of its peak over what the edges take already.

    python benchmarks/bench_graph.py [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median

import networkx as nx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "provider"))

from pulumi_functiongraph.core.graph import Edge, Label, find_cycles, nodes, overlay
from pulumi_functiongraph.core.graph.shortest import MOST_NODES_FOR_SHORTEST
from pulumi_functiongraph.core.names import FunctionUrn
from report import table

RUNS = 3
RUNS_OF_FEW = 20
"""Times as many runs where one takes milliseconds."""

PROJECT = "0123456789abcdef0123456789abcdef"

FEW, MOST_SECONDS_FOR_FEW = 400, 0.005
MANY, MOST_SECONDS = 10_000, 0.5
"""What the documentation promises for so many functions with two edges each."""

SHAPES = ("acyclic", "neighbours", "random", "ring")


@dataclass(frozen=True)
class Measured:
    """One graph, measured.

    Attributes:
        seconds: ours, median.
        theirs: networkx with the same questions, median.
        theirs_components: networkx with components alone, median.
        megabytes: by which the peak of memory grew, ours.
        theirs_megabytes: networkx.
        cycles: components with a cycle.
    """

    seconds: float
    theirs: float
    theirs_components: float
    megabytes: float
    theirs_megabytes: float
    cycles: int


def pairs(shape: str, functions: int) -> list[tuple[int, int]]:
    """The edges of a graph, two per function, by numbers of functions.

    ``acyclic``: to later functions anywhere; ``neighbours``: to near ones, one in a thousand back;
    ``random``: to any, so that most are in one large component; ``ring``: to the next one, twice.
    """
    dice = Random(functions)
    if shape == "ring":
        return [(tail, (tail + 1) % functions) for tail in range(functions) for _ in "sf"]
    if shape == "random":
        return [(tail, dice.randrange(functions)) for tail in range(functions) for _ in "sf"]
    found = []
    for tail in range(functions - 1):
        for _ in "sf":
            far = functions - 1 if shape == "acyclic" else min(tail + 40, functions - 1)
            head = dice.randint(tail + 1, far)
            is_back = shape == "neighbours" and dice.random() < 1 / 1000
            found.append((tail, max(0, tail - dice.randrange(30)) if is_back else head))
    return found


def edges_of(shape: str, functions: int) -> list[Edge]:
    """The edges of declared configs."""
    made = [
        nodes.function(FunctionUrn("eu-de", PROJECT, "default", f"fn-{number:06}"))
        for number in range(functions)
    ]
    return [
        Edge(
            made[tail],
            made[head],
            Label.FAILURE if number % 2 else Label.SUCCESS,
            resource=f"notify-{tail}",
            path="onSuccess",
            where=f"__main__.py:{tail}",
            retries=1,
        )
        for number, (tail, head) in enumerate(pairs(shape, functions))
    ]


def ours(edges: list[Edge]) -> object:
    """Build and check."""
    return find_cycles(overlay(edges))


def theirs_components(edges: list[Edge]) -> tuple[nx.MultiDiGraph[str], list[set[str]]]:
    """Build, components and loops."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edges_from((edge.source.key, edge.target.key, {"edge": edge}) for edge in edges)
    loops = set(nx.nodes_with_selfloops(graph))
    components = nx.strongly_connected_components(graph)
    return graph, [group for group in components if len(group) > 1 or group & loops]


def theirs(edges: list[Edge]) -> object:
    """Build, components and loops, and of each component a shown cycle and a cut."""
    graph, groups = theirs_components(edges)
    return [(group, *_shown_and_cut(graph.subgraph(group))) for group in groups]


def _shown_and_cut(component: nx.MultiDiGraph[str]) -> tuple[list[str], list[tuple[str, str]]]:
    first = min(component)
    begun = [(first, min(component[first]))]
    if len(component) <= MOST_NODES_FOR_SHORTEST:
        begun = sorted(component.edges())
    shown = min((nx.shortest_path(component, head, tail) for tail, head in begun), key=len)
    left = nx.dfs_postorder_nodes(component, source=first)
    place = {node: number for number, node in enumerate(left)}
    return shown, [(tail, head) for tail, head in component.edges() if place[head] >= place[tail]]


def growth(act: Callable[[list[Edge]], object], edges: list[Edge]) -> float:
    """Megabytes by which the peak of this process grows while it acts."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    act(edges)
    return (_status("VmHWM") - before) / 1e3


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def measure(shape: str, functions: int, runs: int) -> Measured:
    """Measure one graph in this process; memory first, while the heap is fresh."""
    edges = edges_of(shape, functions)
    ours(edges[:2])
    theirs(edges[:2])
    acts = (ours, theirs, theirs_components)
    grown, theirs_grown = growth(ours, edges), growth(theirs, edges)
    taken: dict[Callable[[list[Edge]], object], list[float]] = {act: [] for act in acts}
    for _ in range(runs if functions > FEW else runs * RUNS_OF_FEW):
        for act, seconds in taken.items():
            started = time.perf_counter()
            act(edges)
            seconds.append(time.perf_counter() - started)
    cycles = len(find_cycles(overlay(edges)).cycles)
    return Measured(
        median(taken[ours]),
        median(taken[theirs]),
        median(taken[theirs_components]),
        grown,
        theirs_grown,
        cycles,
    )


def measured_apart(shape: str, functions: int, runs: int) -> Measured:
    """Measure one graph in a process of its own."""
    command = [sys.executable, __file__, "--one", shape, str(functions), "--runs", str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measured(**json.loads(done.stdout))


def row(shape: str, functions: int, seen: Measured) -> list[str]:
    """One line of the table."""
    return [
        f"{functions:,} functions, {shape}",
        f"{seen.cycles:,}",
        f"{seen.seconds * 1000:,.1f} ms",
        f"{seen.theirs * 1000:,.1f} ms",
        f"{seen.theirs / seen.seconds:.1f} x",
        f"{seen.theirs_components / seen.seconds:.1f} x",
        f"{seen.megabytes:.0f} MB",
        f"{seen.theirs_megabytes:.0f} MB",
    ]


def missed(shape: str, functions: int, seen: Measured) -> list[str]:
    """The promises that a graph does not keep."""
    most = MOST_SECONDS_FOR_FEW if functions == FEW else MOST_SECONDS
    if seen.seconds <= most:
        return []
    return [f"{functions:,} functions, {shape}: takes {seen.seconds:.3f} s, not {most} s"]


def main() -> int:
    """Print the table; exit code 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--one", nargs=2, metavar=("SHAPE", "FUNCTIONS"))
    options = parser.parse_args()
    if options.one:
        shape, functions = options.one
        print(json.dumps(asdict(measure(shape, int(functions), options.runs))))
        return 0
    seen = {
        (shape, functions): measured_apart(shape, functions, options.runs)
        for functions in (FEW, MANY)
        for shape in SHAPES
    }
    heads = (
        *("graph", "cycles", "ours", "networkx", "ratio", "to components alone"),
        *("memory", "networkx"),
    )
    print(table(heads, [row(*graph, held) for graph, held in seen.items()]))
    wrong = [line for graph, held in seen.items() for line in missed(*graph, held)]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
