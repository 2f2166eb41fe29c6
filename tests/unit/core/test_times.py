import pytest

from pulumi_functiongraph.core.times import is_same_time, parsed_time


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2021-03-04T14:50:02+08:00", "2021-03-04 14:50:02", True),
        ("2021-03-04T14:50:02+08:00", "2021-03-04T06:50:02Z", True),
        ("2021-03-04T14:50:02+08:00", "2021-03-04T14:50:02Z", False),
        ("2021-03-04T14:50:02Z", "2021-03-04 22:50:02", None),
        ("2021-03-04 14:50:02", "2021-03-04 14:50:03", False),
        ("2021-03-04T14:50:02.123Z", "2021-03-04T14:50:02Z", True),
        ("2021-03-04T14:50:02.1Z", "2021-03-04T14:50:02.9Z", False),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", None),
        ("2021-03-04", "2021-03-04", None),
        ("yesterday", "yesterday", None),
        ("", "", None),
        ("", "2021-03-04T14:50:02Z", None),
    ],
)
def test_two_texts_are_the_same_time_or_that_cannot_be_told(
    one: str, other: str, *, same: bool | None
) -> None:
    assert is_same_time(one, other) is same
    assert is_same_time(other, one) is same


def test_what_is_no_time_is_none() -> None:
    assert parsed_time("soon") is None
