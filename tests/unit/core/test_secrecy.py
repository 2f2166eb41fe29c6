"""Which values leave the key that marks them as secret, and what is told of a secret property."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factories import TOPIC, bag
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.secrecy import (
    SECRET_PROPERTIES,
    displaced,
    secret_properties,
    without_secret_value,
)

BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "a/", "expires": 3}
RAW = {"destination": "OBS", "param": json.dumps({"bucket": "results"})}
SNS = {"destination": "SMN", "topicUrn": TOPIC}
ODD = {"destination": "OBS", "param": '{"bucket":"results","expires":1000}'}


@pytest.mark.parametrize(
    ("listed", "names"),
    [(["onFailure", "adopt"], {"onFailure", "adopt"}), ([], set()), (None, set()), ("x", set())],
)
def test_the_names_travel_with_the_bag(listed: object, names: set[str]) -> None:
    assert secret_properties({SECRET_PROPERTIES: listed}) == names
    assert secret_properties({}) == set()


@pytest.mark.parametrize(
    ("live", "found"),
    [
        ({"onFailure": BUCKET}, set()),
        ({"onFailure": {**BUCKET, "bucket": "other", "expires": 9}}, set()),
        ({"onFailure": ODD}, {"onFailure"}),
        ({"onFailure": SNS}, {"onFailure"}),
        ({"onFailure": {**BUCKET, "prefix": "results/a/"}}, {"onFailure"}),
        ({"onSuccess": BUCKET}, {"onSuccess"}),
        ({"onSuccess": {**BUCKET, "bucket": "other"}}, set()),
        ({"onSuccess": RAW}, {"onSuccess"}),
        ({"onSuccess": SNS}, set()),
        ({}, set()),
    ],
)
def test_a_live_target_that_may_show_a_secret_of_the_state_is_secret(
    live: dict[str, Any], found: set[str]
) -> None:
    state = bag(onFailure=BUCKET)

    assert displaced(state, live, {"onFailure"}) == found
    assert displaced(state, live, {"maxAsyncRetryAttempts"}) == set()


def test_what_is_where_it_was_is_not_displaced() -> None:
    both = bag(onSuccess=BUCKET, onFailure=BUCKET)

    assert displaced(both, both, {"onFailure"}) == set()


@pytest.mark.parametrize(
    ("path", "is_hidden"),
    [
        ("maxAsyncRetryAttempts", True),
        ("onFailure.expires", True),
        ("onFailure.destination", True),
        ("onFailure.bucket", True),
        ("onFailure.param", True),
        ("maxAsyncEventAgeInSeconds", False),
    ],
)
def test_a_problem_with_a_secret_shows_no_value(path: str, is_hidden: bool) -> None:  # noqa: FBT001 - a column of the table
    problem = Problem(path, "is 54321", "allowed: less")

    told = without_secret_value(problem, {"maxAsyncRetryAttempts", "onFailure"})

    assert ("54321" not in str(told)) is is_hidden
    assert str(told).startswith(f"{path}: ")
    assert "allowed: less" in str(told)


@pytest.mark.parametrize(
    "what", ["is missing", "is not a target", "is true or false, not a string", "names no target"]
)
def test_a_problem_with_a_secret_says_what_is_wrong_where_that_shows_no_value(what: str) -> None:
    problem = Problem("onFailure.bucket", what, "allowed: a string")

    assert without_secret_value(problem, {"onFailure"}) is problem


def test_changes_of_secrets_show_no_value() -> None:
    before = bag(maxAsyncRetryAttempts=2, onFailure=BUCKET, onSuccess=SNS)
    after = bag(maxAsyncRetryAttempts=3, onFailure={**BUCKET, "expires": 5})
    secret = {"maxAsyncRetryAttempts", "onFailure", "onSuccess"}

    assert [str(change) for change in changes(before, after, secret=secret)] == [
        "maxAsyncRetryAttempts: changed (not shown, it is secret)",
        "onSuccess: a target that is secret → none (results of successful runs will be dropped)",
        "onFailure.expires: changed (not shown, it is secret)",
    ]
