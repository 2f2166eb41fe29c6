"""Graphs of several sizes that the drawing is tried on."""

from __future__ import annotations

from random import Random

from pulumi_functiongraph.core.graph import NodeKind
from pulumi_functiongraph.report.drawing.subject import Arrow, Vertex, Weight

SIZES = (10, 60, 400)
SHARED_TOPIC = "alarms"

_WORDS = ("order", "payment-check", "stock", "invoice-archive-monthly", "mail", "a" * 60, "é漢字")


def arrow(source: str, target: str, label: str = "success", *, circles: bool = False) -> Arrow:
    weight = Weight.CYCLE if circles else Weight.PLAIN
    return Arrow(source, target, label, label, f"{source} {label} {target}", weight)


def function(key: str, label: str = "") -> Vertex:
    return Vertex(key, NodeKind.FUNCTION, label or key, key)


def team(size: int) -> tuple[list[Vertex], list[Arrow]]:
    """Functions that hand on to a few others, with the failure targets that teams share."""
    random = Random(size)
    names = [f"{random.choice(_WORDS)}-{number}" for number in range(size)]
    targets = [
        Vertex(SHARED_TOPIC, NodeKind.TOPIC, SHARED_TOPIC, SHARED_TOPIC),
        Vertex("obs://dead/", NodeKind.BUCKET, "dead/", "obs://dead/"),
        Vertex("events", NodeKind.STREAM, "events", "events"),
        Vertex("DMS", NodeKind.OTHER, "DMS", "DMS"),
        Vertex("prod", NodeKind.ALIAS, "prod", "prod"),
    ]
    arrows = [arrow(names[at], names[(at + 1) % 3], circles=True) for at in range(3)]
    arrows.append(arrow(names[4], names[4], "failure", circles=True))
    for at, name in enumerate(names):
        following = names[(at + random.randrange(1, 4)) % size]
        arrows.append(arrow(name, random.choice([following, random.choice(targets).key])))
        arrows.append(arrow(name, random.choice([SHARED_TOPIC, "obs://dead/"]), "failure"))
    arrows += [arrow(SHARED_TOPIC, names[at], "trigger") for at in range(0, size, 20)]
    return [*map(function, names), *targets], list(dict.fromkeys(arrows))


def tangle(size: int) -> tuple[list[Vertex], list[Arrow]]:
    """Arrows between any two functions, as nobody would draw them by hand."""
    random = Random(size)
    names = [f"f{number}" for number in range(size)]
    pairs = dict.fromkeys((random.choice(names), random.choice(names)) for _ in range(2 * size))
    return list(map(function, names)), [arrow(one, two) for one, two in pairs]
