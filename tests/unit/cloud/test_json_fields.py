"""JsonFields and pages of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Misread, Page, as_whole, objects


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        (" 3 ", 3),
        ("-3", -3),
        (3.5, None),
        ("3.5", None),
        ("", None),
        ("٣", None),
        ("9" * 5000, None),
        (True, None),
        (None, None),
        ([], None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_whole_numbers_are_read_as_services_write_them(value: object, expected: int | None) -> None:
    assert as_whole(value) == expected


@pytest.mark.parametrize("content", ["text", b"bytes", 7, {"a": 1}])
def test_what_is_no_list_is_named(content: object) -> None:
    with pytest.raises(Misread, match="things is not a list"):
        list(objects(content, at="things"))


def test_a_list_that_is_null_is_empty() -> None:
    assert list(JsonFields({"things": None}).listed("things")) == []


@pytest.mark.parametrize(
    ("beside", "named"),
    [
        ({"error_code": "FSS.0500"}, "error_code"),
        ({"error": {"code": 500}}, "error"),
        ({"errorMsg": "try again"}, "errorMsg"),
        ({"links": {"next": "https://iam/v3/projects?page=2"}}, "links.next"),
        ({"total_num": 3}, "total_num"),
        ({"total_number": "3"}, "total_number"),
    ],
)
def test_a_list_that_is_null_beside_what_says_more_is_not_read(
    beside: dict[str, object], named: str
) -> None:
    with pytest.raises(Misread, match=f"things is null, and beside it is {named}"):
        list(JsonFields({"things": None, **beside}).listed("things"))


@pytest.mark.parametrize(
    "beside", [{"links": {"next": None}}, {"total_num": 0}, {"error_code": ""}, {"total_num": 300}]
)
def test_a_list_that_is_null_where_all_was_read_is_empty(beside: dict[str, object]) -> None:
    assert list(JsonFields({"things": None, **beside}).listed("things", so_far=300)) == []


@pytest.mark.parametrize("next_marker", [None, 0, 5])
def test_an_empty_page_before_the_count_is_reached_is_an_error(next_marker: int | None) -> None:
    page: Page[int] = Page((), next_marker, 9)

    with pytest.raises(Misread, match="is empty after 5 of 9"):
        page.following(marker=5, so_far=5, size=100)


def test_a_list_that_is_absent_is_named() -> None:
    with pytest.raises(Misread, match="things is missing"):
        list(JsonFields({}).listed("things"))


@pytest.mark.parametrize(
    ("items", "next_marker", "count", "marker", "so_far", "expected"),
    [
        (100, 100, None, 0, 100, 100),
        (0, 100, None, 0, 0, None),
        (5, 0, None, 0, 5, None),
        (5, 0, 9, 0, 5, None),
        (2, 2, 2, 0, 2, None),
        (100, 100, 100, 0, 100, 100),
        (100, 200, 250, 100, 200, 200),
        (50, 250, 250, 200, 250, None),
        (5, None, None, 0, 5, None),
        (5, None, 5, 0, 5, None),
        (5, 3, None, 3, 5, None),
        (5, 2, 5, 3, 5, None),
        (5, 5, None, 0, 5, 5),
    ],
)
def test_where_a_list_goes_on(
    *,
    items: int,
    next_marker: int | None,
    count: int | None,
    marker: int,
    so_far: int,
    expected: int | None,
) -> None:
    page = Page(tuple(range(items)), next_marker, count)

    assert page.following(marker=marker, so_far=so_far, size=100) == expected


@pytest.mark.parametrize("next_marker", [None, 3, 2, -1])
def test_a_list_that_ends_too_early_is_an_error(next_marker: int | None) -> None:
    page = Page((1, 2), next_marker, 9)

    with pytest.raises(Misread, match="leads nowhere after 5 of 9"):
        page.following(marker=3, so_far=5, size=100)


@given(st.lists(st.integers(-5, 20), max_size=30), st.none() | st.integers(-1, 40))
def test_no_sequence_of_markers_makes_reading_endless(
    markers: list[int], count: int | None
) -> None:
    marker: int | None = 0
    steps = 0
    for next_marker in [*markers, *[0] * 40]:
        steps += 1
        try:
            marker = Page((1,), next_marker, count).following(
                marker=marker or 0, so_far=steps, size=100
            )
        except Misread:
            break
        if marker is None:
            break
    assert steps <= 22
