"""Nodes: equal names are one node whatever their spelling."""

from __future__ import annotations

import pytest

from factories import PROJECT, REGION, TOPIC, URN
from pulumi_functiongraph.core.graph import Naming, Node, NodeKind, nodes
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from unit.core.graph.shapes import alias, fn


@pytest.mark.parametrize("spelled", [URN, URN.removesuffix(":latest"), "default:orders", "orders"])
def test_every_spelling_of_a_function_is_one_node(spelled: str) -> None:
    urn = FunctionUrn.parse(spelled, region=REGION, project_id=PROJECT)

    assert nodes.function(urn) == fn("orders")
    assert str(nodes.function(urn)) == URN


def test_versions_and_aliases_of_a_function_are_different_nodes() -> None:
    made = {fn("orders"), fn("orders", version="v1"), alias("v1", of="orders")}

    assert len(made) == 3
    assert alias("v1", of="orders").kind is NodeKind.ALIAS


def test_prefixes_of_a_bucket_are_kept_to_the_letter() -> None:
    keys = [nodes.bucket("results", prefix=prefix).key for prefix in ("", "x", "/x", None)]

    assert keys == ["obs://results/", "obs://results/x", "obs://results//x", "obs://results/*"]


@pytest.mark.parametrize(
    ("target", "node"),
    [
        (Function(function_urn=URN), fn("orders")),
        (Topic(topic_urn=TOPIC), nodes.topic(TOPIC)),
        (Bucket(bucket="results", prefix="a/"), nodes.bucket("results", prefix="a/")),
        (Stream(stream_name="s"), nodes.stream("s", region=REGION, project_id=PROJECT)),
        (Opaque(destination="EG", param="secret"), nodes.other("EG", param="secret")),
    ],
    ids=["function", "topic", "bucket", "stream", "unknown kind"],
)
def test_each_target_has_its_node(target: Target, node: Node) -> None:
    made = nodes.of_target(target, region=REGION, project_id=PROJECT)

    assert made == node
    assert (made.kind, made.naming) == (node.kind, Naming.KNOWN)


def test_a_target_of_unknown_kind_never_shows_its_param() -> None:
    one, two = nodes.other("EG", param="secret"), nodes.other("EG", param="other")

    assert one != two
    assert "secret" not in repr(one)


def test_an_identity_is_one_node_whatever_output_names_it() -> None:
    urn = "urn:pulumi:dev::shop::fgs:Function::mail"

    assert nodes.identified(NodeKind.FUNCTION, urn) == nodes.identified(NodeKind.FUNCTION, urn)
    assert nodes.identified(NodeKind.FUNCTION, urn).key == urn
    assert nodes.identified(NodeKind.BUCKET, urn, prefix="a/").key == f"{urn}/a/"


def test_what_is_unknown_is_the_same_as_nothing_else() -> None:
    one = nodes.unknown(NodeKind.FUNCTION, at="notify.onSuccess.functionUrn")
    two = nodes.unknown(NodeKind.FUNCTION, at="notify.onFailure.functionUrn")

    assert one != two
    assert one.naming is Naming.UNKNOWN


def test_within_one_project_names_are_short_and_told_apart() -> None:
    here = "urn:fss:eu-de:p1:function"
    function = nodes.function(FunctionUrn.parse(f"{here}:default:orders"))
    version = nodes.function(FunctionUrn.parse(f"{here}:shop:orders:v1"))
    topic = nodes.topic("urn:smn:eu-de:p1:orders")
    bucket = nodes.bucket("failed")

    assert list(nodes.shown_names([function, version, topic, bucket]).values()) == [
        "orders",
        "shop/orders:v1",
        "topic orders",
        "failed",
    ]


def test_names_of_several_projects_are_whole() -> None:
    here, there = nodes.topic("urn:smn:eu-de:p1:done"), nodes.topic("urn:smn:eu-de:p2:done")

    assert list(nodes.shown_names([here, there]).values()) == [here.name, there.name]
