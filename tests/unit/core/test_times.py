import pytest

from pulumi_functiongraph.core.times import is_same_time, parsed_time


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2021-03-04T14:50:02+08:00", "2021-03-04 14:50:02", True),
        ("2021-03-04T14:50:02+08:00", "2021-03-04T06:50:02Z", True),
        ("2021-03-04T14:50:02+08:00", "2021-03-04T14:50:02Z", False),
        ("2021-03-04 14:50:02", "2021-03-04 14:50:03", False),
        ("2021-03-04T14:50:02.123Z", "2021-03-04T14:50:02Z", True),
        ("yesterday", "yesterday", True),
        ("yesterday", "today", None),
        ("", "", None),
        ("", "2021-03-04T14:50:02Z", None),
    ],
)
def test_two_texts_are_the_same_time_to_the_second(
    one: str, other: str, *, same: bool | None
) -> None:
    assert is_same_time(one, other) is same
    assert is_same_time(other, one) is same


def test_what_is_no_time_is_none() -> None:
    assert parsed_time("soon") is None
