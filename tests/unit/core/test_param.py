"""The JSON in a target's param."""

import pytest

from pulumi_functiongraph.core.param import parsed


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ('{"bucket": "results"}', {"bucket": "results"}),
        ({"bucket": "results"}, {"bucket": "results"}),
        ('{"expires": NaN}', None),
        ('{"expires": 1e999}', None),
        ("{", None),
        ("[" * 100_000, None),
    ],
)
def test_a_param_is_its_json_value_or_none(param: object, value: object) -> None:
    assert parsed(param) == value
