"""A graph for programs, as its schema says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.report.graph.json import graph_json
from unit.core.graph.shapes import edge, fn, judge, live, ring
from unit.report.graphs import chain, chain_and_ring, complete, everything, hostile

SCHEMA = Draft202012Validator(SCHEMAS["graph"]())


def document(verdict: CycleAnalysis, *notes: str) -> dict[str, Any]:
    told = json.loads(graph_json(verdict, notes=notes))
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize(
    "verdict",
    [everything(), hostile(), judge([]), chain(3), chain(500), chain_and_ring(500), complete(12)],
)
def test_what_is_printed_is_as_the_schema_says(verdict: CycleAnalysis) -> None:
    text = graph_json(verdict, notes=["one"])

    assert list(SCHEMA.iter_errors(json.loads(text))) == []
    assert text.encode()


def test_a_cycle_is_told_with_all_that_was_found_of_it() -> None:
    verdict = judge([edge("a", "b", where="__main__.py:3", path="onSuccess"), edge("b", "a")])
    (cycle,) = document(verdict)["cycles"]

    assert cycle["id"] == verdict.cycles[0].id
    assert [hop["source"] for hop in cycle["path"]] == [fn("a").key, fn("b").key]
    assert cycle["breaks"] == {
        "source": fn("a").key,
        "target": fn("b").key,
        "label": "success",
        "origin": "declared",
        "resource": "notify-a",
        "path": "onSuccess",
        "where": "__main__.py:3",
        "retries": 1,
        "acknowledged": "",
        "suffix": "",
        "events": [],
    }
    assert cycle["cut"]["isSmallest"] is True
    assert (cycle["cost"]["fewest"], cycle["cost"]["most"]) == (2, 4)
    assert cycle["isAcknowledged"] is False


def test_an_acknowledged_cycle_has_no_edge_to_remove() -> None:
    told = document(judge([edge("a", "a", acknowledged="ends")]))

    assert told["isProvedAcyclic"] is True
    assert told["cycles"][0]["isAcknowledged"] is True
    assert not {"breaks", "cut"} & told["cycles"][0].keys()
    assert told["edges"][0]["onCycle"] == "acknowledged"


def test_nodes_and_edges_say_which_cycle_they_are_on() -> None:
    told = document(judge([*ring("a", "b"), edge("b", "c")]))
    identity = told["cycles"][0]["id"]

    assert [node.get("cycle") for node in told["nodes"]] == [identity, identity, None]
    assert [each.get("onCycle") for each in told["edges"]] == ["cycle", "cycle", None]


def test_a_prefix_is_told_of_buckets_alone_and_absent_while_unknown() -> None:
    told = {node["key"]: node.get("prefix") for node in document(everything())["nodes"]}

    assert told["obs://results/in/"] == "in/"
    assert told["obs://results/*"] is None
    assert told[fn("a").key] is None


def test_what_is_unknown_and_what_is_noted_is_told() -> None:
    verdict = everything()
    told = document(verdict, "one", "two")

    assert told["notes"] == ["one", "two"]
    assert told["unknowns"]["text"] == str(verdict.unknowns)
    assert [len(told["unknowns"][key]) for key in ("targets", "sources", "unreadable")] == [
        len(verdict.unknowns.targets),
        len(verdict.unknowns.sources),
        len(verdict.unknowns.unreadable),
    ]
    assert fn("u").key in {each["node"] for each in told["unknowns"]["unreadable"]}


def test_of_a_large_graph_the_findings_are_told_and_the_rest_is_counted() -> None:
    told = document(chain_and_ring(500))

    assert len(told["edges"]) == 3
    assert told["leftOut"] == {"nodes": 500, "edges": 500}
    assert len(told["cycles"]) == 1


def test_all_edges_of_a_large_component_are_told() -> None:
    assert len(document(complete(30))["edges"]) == 900


def test_the_order_of_declaration_does_not_matter() -> None:
    edges = [*ring("a", "b", "c"), edge("c", "d"), live("d", "e")]

    assert graph_json(judge(edges)) == graph_json(judge(edges[::-1]))
