"""Paths of properties."""

import pytest

from pulumi_functiongraph.core.properties import is_within


@pytest.mark.parametrize(
    ("path", "within", "is_so"),
    [
        ("onFailure", "onFailure", True),
        ("onFailure.bucket", "onFailure", True),
        ("onFailure", "onFailure.bucket", False),
        ("onFailures", "onFailure", False),
        ("onFailure", "*", True),
        ("onFailure.bucket", "*", True),
        ("onFailure.bucket", "onFailure.*", True),
        ("onSuccess.bucket", "*.bucket", True),
        ("onSuccess.topicUrn", "*.bucket", False),
        ("onFailure", "onFailure.*", False),
    ],
)
def test_a_path_is_within_itself_what_it_is_part_of_and_what_a_star_stands_for(
    path: str, within: str, *, is_so: bool
) -> None:
    assert is_within(path, ["adopt", within]) is is_so
    assert not is_within(path, [])
