"""The edges of declared and live configs."""

from __future__ import annotations

from factories import (
    PROJECT,
    REGION,
    TOPIC,
    URN,
    examined,
    to_bucket,
    to_function,
    to_stream,
    to_topic,
)
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.graph import (
    Declared,
    Edge,
    Label,
    Naming,
    NodeKind,
    Origin,
    declared_edges,
    live_edges,
    nodes,
    source_of,
)
from pulumi_functiongraph.core.properties import UNKNOWN
from unit.core.graph.shapes import fn, stream

IDENTITY = "urn:pulumi:dev::shop::fgs:Function::mail"


def draft_of(**properties: object) -> tuple[Config, frozenset[str]]:
    judged = examined(**properties)
    assert judged.draft is not None
    return judged.draft, judged.unknown


def declared(
    properties: dict[str, object],
    *,
    identities: dict[str, str] | None = None,
    region: str | None = None,
    project_id: str | None = None,
) -> list[Edge]:
    draft, unknown = draft_of(**properties)
    says = Declared(
        "notify",
        "main.py:7",
        unknown,
        identities or {},
        {"onSuccess": "retries by itself"},
        region,
        project_id,
    )
    return list(declared_edges(draft, declared=says))


def test_a_live_config_has_an_edge_for_each_target() -> None:
    config, _ = draft_of(onSuccess=to_topic(), onFailure=to_bucket(), maxAsyncRetryAttempts=3)

    edges = list(live_edges(config))

    assert edges == [
        Edge(fn("orders"), nodes.topic(TOPIC), Label.SUCCESS, Origin.LIVE, "", "onSuccess", "", 3),
        Edge(
            fn("orders"),
            nodes.bucket("results"),
            Label.FAILURE,
            Origin.LIVE,
            "",
            "onFailure",
            "",
            3,
        ),
    ]


def test_a_live_config_that_is_no_longer_declared_is_marked() -> None:
    config, _ = draft_of(onSuccess=to_topic())

    assert [edge.origin for edge in live_edges(config, origin=Origin.REMOVED)] == [Origin.REMOVED]


def test_a_declared_edge_tells_where_it_comes_from_and_why_its_cycle_is_intended() -> None:
    success, failure = declared({"onSuccess": to_function(), "onFailure": to_stream("events")})

    assert success == Edge(
        fn("orders"),
        fn("orders"),
        Label.SUCCESS,
        resource="notify",
        path="onSuccess",
        where="main.py:7",
        retries=1,
        acknowledged="retries by itself",
    )
    assert (failure.target, failure.path, failure.acknowledged) == (
        stream("events"),
        "onFailure",
        "",
    )


def test_a_config_without_targets_has_a_source_and_no_edge() -> None:
    draft, _ = draft_of()

    assert declared({}) == []
    assert source_of(draft, declared=Declared("notify")) == fn("orders")


def test_an_unknown_source_is_identified_by_the_resource_behind_it() -> None:
    (edge,) = declared(
        {"functionUrn": UNKNOWN, "onSuccess": to_topic()}, identities={"functionUrn": IDENTITY}
    )

    assert edge.source == nodes.identified(NodeKind.FUNCTION, IDENTITY)


def test_a_source_without_a_resource_behind_it_is_unknown() -> None:
    (edge,) = declared({"functionUrn": UNKNOWN, "onSuccess": to_topic()})

    assert edge.source == nodes.unknown(NodeKind.FUNCTION, at="notify.functionUrn")


def test_unknown_fields_of_targets_are_identified_or_unknown() -> None:
    targets: list[tuple[dict[str, object], NodeKind, str]] = [
        (to_function(UNKNOWN), NodeKind.FUNCTION, "functionUrn"),
        (to_topic(UNKNOWN), NodeKind.TOPIC, "topicUrn"),
        (to_bucket(bucket=UNKNOWN), NodeKind.BUCKET, "bucket"),
        (to_stream(UNKNOWN), NodeKind.STREAM, "streamName"),
        ({"destination": "EG", "param": UNKNOWN}, NodeKind.OTHER, "param"),
    ]
    for target, kind, name in targets:
        if name == "functionUrn":
            target = {**target, "functionUrn": UNKNOWN}  # noqa: PLW2901 - the factory spells it out
        path = f"onFailure.{name}"

        (identified,) = declared({"onFailure": target}, identities={path: IDENTITY})
        (unknown,) = declared({"onFailure": target})

        assert identified.target == nodes.identified(kind, IDENTITY)
        assert unknown.target == nodes.unknown(kind, at=f"notify.{path}")
        assert unknown.target.kind is kind


def test_a_wholly_unknown_target_is_an_edge_to_an_unknown_node() -> None:
    (edge,) = declared({"onSuccess": UNKNOWN})

    assert edge.target.naming is Naming.UNKNOWN


def test_an_unknown_prefix_leaves_the_bucket_known() -> None:
    (known,) = declared({"onFailure": to_bucket(prefix=UNKNOWN)})
    (identified,) = declared(
        {"onFailure": to_bucket(bucket=UNKNOWN, prefix=UNKNOWN)},
        identities={"onFailure.bucket": IDENTITY},
    )

    assert known.target == nodes.bucket("results", prefix=None)
    assert known.target.prefix is None
    assert identified.target == nodes.identified(NodeKind.BUCKET, IDENTITY, prefix=None)


def test_a_stream_of_an_unknown_source_is_where_the_settings_say() -> None:
    bag = {"functionUrn": UNKNOWN, "onSuccess": to_stream("events")}

    (placed,) = declared(bag, region=REGION, project_id=PROJECT)
    (open_,) = declared(bag, region=REGION)

    assert placed.target == stream("events")
    assert open_.target.naming is Naming.UNKNOWN


def test_unknown_retries_are_unknown() -> None:
    (edge,) = declared({"onSuccess": to_function(URN), "maxAsyncRetryAttempts": UNKNOWN})

    assert edge.retries is None
