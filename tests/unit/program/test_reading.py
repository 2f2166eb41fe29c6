"""What is declared, read as far as its values are known."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from factories import TOPIC, URN, bag, function_urn, to_topic
from pulumi_functiongraph import FunctionTarget, SmnTarget
from pulumi_functiongraph.core.graph import Edge, Label, NodeKind, nodes
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.program.records import RecordedConfig, RecordedTrigger
from pulumi_functiongraph.program.run import Run
from unit.program.programs import declared

MADE = "urn:pulumi:dev::shop::test:index:Function::orders"
NODE = nodes.identified(NodeKind.FUNCTION, MADE)
LIVE = nodes.function(function_urn("orders"))


def output() -> pulumi.Output[Any]:
    """Unknown, as it is in a preview before what makes it exists."""
    nothing, known = (asyncio.get_event_loop().create_future() for _ in range(2))
    nothing.set_result(None)
    known.set_result(False)
    return pulumi.Output(set(), nothing, known)


def config(name: str = "config", **arguments: Any) -> RecordedConfig:
    return RecordedConfig(name, {"function_urn": URN, **arguments}, "")


def after_the_gate(*configs: RecordedConfig) -> Run:
    run = declared(*configs)
    run.fired = True
    return run


def edges(run: Run) -> list[tuple[str, str]]:
    return [(edge.resource, edge.target.key) for edge in run.read().graph.edges]


def test_what_was_read_is_kept_until_more_is_known_of_a_config() -> None:
    later = output()
    run = after_the_gate(
        config("known", on_success=SmnTarget(TOPIC)), config("later", on_success=SmnTarget(later))
    )
    known, unknown = run.read().configs.values()
    assert run.read() is run.read()

    run.values.learn(later, TOPIC)

    again, found = run.read().configs.values()
    assert again is known
    assert found is not unknown
    assert edges(run) == [("known", TOPIC), ("later", TOPIC)]


def test_what_the_engine_sends_is_read_in_place_of_what_was_declared() -> None:
    run = after_the_gate(config(on_success=SmnTarget(output())), config("other"))
    before = run.read()
    first, second = run.declared.configs

    run.values.send(first, bag(onSuccess=to_topic()))

    assert edges(run) == [("config", TOPIC)]
    assert run.read().configs[second] is before.configs[second]


def test_a_config_that_is_declared_later_is_read_beside_the_others() -> None:
    run = after_the_gate(config(on_success=SmnTarget(TOPIC)))
    run.read()

    run.declared.add_config(config("late", on_success=SmnTarget(TOPIC)), is_late=True)

    assert edges(run) == [("config", TOPIC), ("late", TOPIC)]


def test_two_targets_of_one_unknown_resource_are_one_node_and_two_versions_are_not() -> None:
    source, same, other = output(), output(), output()
    run = after_the_gate(
        config("same", function_urn=source, on_success=FunctionTarget(source)),
        config("other", function_urn=source, on_success=FunctionTarget(other)),
        config("version", function_urn=same, on_success=FunctionTarget(source)),
    )
    for each in (source, same, other):
        run.values.derive(each, MADE)

    first, second, third = (each.declaration for each in run.read().configs.values())

    assert first.behind == {"functionUrn": MADE, "onSuccess.functionUrn": MADE}
    assert second.behind == third.behind == {"functionUrn": MADE}
    assert first.source == second.source != third.source


def test_a_value_that_is_secret_shows_only_what_is_wrong_with_it() -> None:
    secret = output()
    run = declared(config(on_success=SmnTarget(secret)))
    run.values.learn(secret, "canary", is_secret=True)

    (found,) = run.read().declarations

    assert [problem.path for problem in found.examined.problems] == ["onSuccess.topicUrn"]
    assert "canary" not in str(found.examined.problems)


def test_what_a_unit_test_forgets_is_unknown_again() -> None:
    later = output()
    run = declared(config(on_success=SmnTarget(later)))
    run.values.learn(later, TOPIC)
    run.values.forget(later)

    assert run.read().declarations[0].examined.unknown == {"onSuccess.topicUrn"}


def test_a_trigger_is_an_edge_from_what_it_listens_to() -> None:
    run = declared()
    arguments = {"source": SmnTarget(TOPIC), "function_urn": URN}
    run.declared.triggers.append(RecordedTrigger(arguments, "", "", "__main__.py:1"))

    (edge,) = run.read().graph.edges

    assert (edge.source.key, edge.target, edge.label) == (TOPIC, LIVE, Label.TRIGGER)


def test_a_trigger_that_cannot_be_read_is_named_with_its_line() -> None:
    run = declared()
    arguments = {"source": SmnTarget("nonsense"), "function_urn": URN}
    run.declared.triggers.append(RecordedTrigger(arguments, "", "", "__main__.py:1"))

    with pytest.raises(pulumi.RunError, match=r"was changed: Trigger \(__main__.py:1\): source"):
        run.read()


def test_only_functions_behind_resources_are_looked_for() -> None:
    others = [
        nodes.identified(NodeKind.TOPIC, MADE),
        nodes.unknown(NodeKind.FUNCTION, at="a"),
        NODE,
    ]
    edges = tuple(Edge(LIVE, target, Label.SUCCESS) for target in others)

    assert DeclaredGraph(edges, (NODE, LIVE)).unknown_functions() == (NODE,)


def test_a_resource_and_the_literal_name_of_its_function_are_one_node() -> None:
    other = nodes.function(function_urn("billing"))
    edges = (Edge(NODE, other, Label.SUCCESS), Edge(other, LIVE, Label.SUCCESS))
    sources = (NODE, other)

    assert not DeclaredGraph(edges, sources).verdict().cycles
    known = DeclaredGraph(edges, sources, {NODE: (LIVE,)})
    assert len(known.verdict().cycles) == 1
    assert list(known.start()) == []
    assert list(known.live_sources()) == [LIVE, other]
