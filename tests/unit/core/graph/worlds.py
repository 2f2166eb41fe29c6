"""Random worlds: functions, versions, aliases, triggers, unknown ends, acknowledgements."""

from __future__ import annotations

from random import Random

from pulumi_functiongraph.core.graph import Edge, Label, Naming, Node, NodeKind, Origin, nodes
from unit.core.graph.oracle import World
from unit.core.graph.shapes import alias, fn, stream, topic

PREFIXES = ("", "a", "a/", "a/b", "b/", None)
MOST_EDGES = 12


def random_world(seed: int) -> World:
    dice = Random(seed)
    names = "abcde"[: dice.randint(1, 5)]
    functions = [fn(name) for name in names]
    functions += [fn(name, version="v1") for name in names if dice.random() < 0.3]
    functions += [
        nodes.identified(NodeKind.FUNCTION, f"urn:pulumi:dev::shop::fn::{name}")
        for name in names[:2]
        if dice.random() < 0.3
    ]
    aliases = {alias("prod", of=name): _versions(dice, name) for name in names}
    places = [topic("t"), topic("u"), stream("s")]
    edges = [
        _config_edge(dice, functions, [*aliases, *places], number)
        for number in range(dice.randint(1, MOST_EDGES))
    ]
    edges += [
        _trigger(dice, functions, list(aliases), places) for _ in range(dice.choice((0, 0, 2, 4)))
    ]
    known = {name: versions for name, versions in aliases.items() if versions}
    known |= {
        node: [fn(dice.choice(names))]
        for node in functions
        if node.naming is Naming.IDENTIFIED and dice.random() < 0.5
    }
    unread = [node for node in [*functions, *aliases, *places] if dice.random() < 0.1]
    return World(
        tuple(edges),
        declared=tuple(node for node in functions if dice.random() < 0.1),
        aliases=known,
        unreadable=dict.fromkeys(unread, "403: functiongraph:function:getAsyncInvokeConfig"),
    )


def _versions(dice: Random, name: str) -> list[Node]:
    return dice.choice(
        ([], [fn(name)], [fn(name, version="v1")], [fn(name), fn(name, version="v1")])
    )


def _config_edge(dice: Random, functions: list[Node], others: list[Node], number: int) -> Edge:
    origin = dice.choice((Origin.DECLARED, Origin.DECLARED, Origin.LIVE, Origin.REMOVED))
    is_declared = origin is Origin.DECLARED
    at = f"notify-{number}"
    source = dice.choice(functions)
    kind = dice.random()
    if is_declared and kind < 0.05:
        source = nodes.unknown(NodeKind.FUNCTION, at=f"{at}.functionUrn")
    target = dice.choice(functions)
    if kind > 0.95 and is_declared:
        target = nodes.unknown(NodeKind.FUNCTION, at=f"{at}.onSuccess.functionUrn")
    elif kind > 0.8:
        target = nodes.bucket(
            dice.choice(("x", "y")), prefix=_prefix(dice, is_declared=is_declared)
        )
    elif kind > 0.55:
        target = dice.choice(others)
    return Edge(
        source,
        target,
        dice.choice((Label.SUCCESS, Label.FAILURE)),
        origin,
        resource=at if is_declared else "",
        retries=dice.choice((None, 0, 3)),
        acknowledged="intended" if is_declared and dice.random() < 0.15 else "",
    )


def _trigger(dice: Random, functions: list[Node], aliases: list[Node], places: list[Node]) -> Edge:
    is_declared = dice.random() < 0.5
    source = dice.choice(places)
    if dice.random() < 0.6:
        prefix = _prefix(dice, is_declared=is_declared)
        source = nodes.bucket(dice.choice(("x", "y")), prefix=prefix)
    target = dice.choice([*functions, *functions, *aliases])
    origin = Origin.DECLARED if is_declared else Origin.LIVE
    return Edge(source, target, Label.TRIGGER, origin, suffix=dice.choice(("", ".json")))


def _prefix(dice: Random, *, is_declared: bool) -> str | None:
    return dice.choice(PREFIXES if is_declared else PREFIXES[:-1])
