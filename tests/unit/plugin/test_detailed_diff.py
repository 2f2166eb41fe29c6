"""A comparison in the engine's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from factories import URN
from pulumi_functiongraph.bridge.config_bags import PropertyBag
from pulumi_functiongraph.bridge.provider_answers import Difference
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.plugin.detailed_diff import detailed_diff, ignored_paths

KINDS = provider_pb2.PropertyDiff
BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 3}
RAW = {"destination": "OBS", "param": '{"bucket":"results","expires":3}'}
OTHER = {"destination": "OBS", "param": '{"bucket":"others","expires":0}'}


def kinds(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    old, new = ({"functionUrn": URN, **side} for side in (before, after))
    found = changes(PropertyBag(old).typed, PropertyBag(new).typed)
    is_replaced = new["functionUrn"] not in (old["functionUrn"], UNKNOWN)
    detailed = detailed_diff(Difference(found, is_replaced), old, new)
    assert all(each.inputDiff for each in detailed.values())
    return {path: KINDS.Kind.Name(each.kind) for path, each in detailed.items()}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, {}),
        ({}, {"onFailure": BUCKET}, {"onFailure": "ADD"}),
        ({"onFailure": BUCKET}, {}, {"onFailure": "DELETE"}),
        (
            {"onFailure": BUCKET},
            {"onFailure": BUCKET | {"expires": 4, "prefix": UNKNOWN}},
            {"onFailure.expires": "UPDATE", "onFailure.prefix": "UPDATE"},
        ),
        ({"onFailure": RAW}, {"onFailure": BUCKET}, {}),
        ({"onFailure": RAW}, {"onFailure": OTHER}, {"onFailure.param": "UPDATE"}),
        ({"onFailure": RAW}, {"onFailure": BUCKET | {"expires": 9}}, {"onFailure": "UPDATE"}),
        ({"onFailure": BUCKET}, {"onFailure": OTHER}, {"onFailure": "UPDATE"}),
        ({"onFailure": RAW}, {"onFailure": UNKNOWN}, {"onFailure": "UPDATE"}),
        (
            {"onFailure": RAW},
            {"onFailure": {"destination": "OBS", "param": UNKNOWN}},
            {"onFailure.param": "UPDATE"},
        ),
        ({"enableAsyncStatusLog": True}, {}, {"enableAsyncStatusLog": "DELETE"}),
        ({"maxAsyncRetryAttempts": 1}, {}, {}),
        ({}, {"functionUrn": UNKNOWN}, {"functionUrn": "UPDATE"}),
        ({}, {"functionUrn": "another"}, {"functionUrn": "UPDATE_REPLACE"}),
    ],
)
def test_each_change_is_at_a_path_that_the_bags_have(
    before: Mapping[str, Any], after: Mapping[str, Any], expected: Mapping[str, str]
) -> None:
    assert kinds(before, after) == expected


def test_ignored_paths_are_read_in_each_of_pulumi_s_spellings() -> None:
    written = ["onFailure", "onFailure.bucket", '["onFailure"].bucket', 'onFailure["bucket"]']
    assert ignored_paths(written) == ("onFailure", *("onFailure.bucket",) * 3)
    assert ignored_paths(["*", 'onFailure["*"]']) == ("*", "onFailure.*")
