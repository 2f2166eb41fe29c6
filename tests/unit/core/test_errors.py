import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core import errors
from pulumi_functiongraph.core.errors import (
    CloudError,
    FunctionGraphError,
    InvalidInput,
    NotApplied,
    NotFound,
    Problem,
)


def drawn_tree() -> dict[str, str]:
    """Child to parent, as the docstring of the module draws it."""
    parents: dict[int, str] = {}
    tree: dict[str, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([│├└─ ]*)([A-Z]\w+)(?: {2,}|$)", line)
        if match is None:
            continue
        depth = len(match[1]) // 4
        parents[depth] = match[2]
        if depth:
            tree[match[2]] = parents[depth - 1]
    return tree


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    classes = [
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, FunctionGraphError) and found is not FunctionGraphError
    ]

    assert drawn_tree() == {found.__name__: found.__bases__[0].__name__ for found in classes}


def test_invalid_input_tells_every_problem_in_order_of_the_paths() -> None:
    later = Problem("onSuccess", "is not a target", "allowed: one", "fix it")
    first = Problem("adopt", "is not a flag", "")

    error = InvalidInput(iter([later, first]))

    assert error.problems == (first, later)
    assert str(error) == ("adopt: is not a flag\nonSuccess: is not a target; allowed: one; fix it")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "no answer"),
        ({"detail": "connection refused"}, "connection refused"),
        ({"status": 404, "code": "FSS.1051"}, "HTTP 404 FSS.1051"),
        (
            {"status": 404, "detail": "Not found", "request_id": "r1"},
            "HTTP 404 Not found (request id r1)",
        ),
        ({"status": 404, "hint": "Check the URN."}, "HTTP 404. Check the URN."),
    ],
)
def test_a_cloud_error_says_what_was_tried_on_what_and_what_came_back(
    answer: dict[str, object], said: str
) -> None:
    error = NotFound(operation="read the async config", resource="orders", **answer)  # type: ignore[arg-type] # each case gives some of the fields

    assert str(error) == f"could not read the async config of orders: {said}"
    assert isinstance(error, CloudError)


def test_the_services_message_is_cut() -> None:
    error = CloudError(operation="read", resource="orders", detail="x" * 1000)

    assert error.detail == "x" * 300
    assert len(str(error)) < 400


@given(st.text(st.characters() | st.sampled_from("\n\x1b\udce9\u202e")))
def test_a_text_of_ours_can_be_encoded_and_moves_no_cursor(text: str) -> None:
    problem = Problem(text, text, text, text)

    assert str(problem).isprintable()
    for error in (FunctionGraphError(text), InvalidInput([problem]), NotApplied(text)):
        lines = str(error).split("\n")
        assert all(map(str.isprintable, lines))
        assert str(FunctionGraphError(str(error))) == str(error)


def test_a_text_keeps_its_lines() -> None:
    assert str(FunctionGraphError("/caf\udce9 is missing\nset it")) == (
        "/caf\\udce9 is missing\nset it"
    )
    assert str(FunctionGraphError()) == ""
