import pytest
from pydantic import ValidationError

from factories import URN
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import examine


@pytest.mark.parametrize(
    "number",
    [10**400, -(10**400), 10**5000, 1e308, float("inf")],
    ids=["past floats", "below floats", "past printing", "largest float", "infinity"],
)
def test_a_number_of_any_size_is_refused_in_a_few_words(number: float) -> None:
    (problem,) = examine({"functionUrn": URN, "maxAsyncRetryAttempts": number}).problems

    assert problem.path == "maxAsyncRetryAttempts"
    assert len(str(problem)) < 250


def test_a_number_that_is_not_a_number_is_refused() -> None:
    (problem,) = examine({"functionUrn": URN, "maxAsyncRetryAttempts": float("nan")}).problems

    assert problem.what == "is NaN (not a number)"


def test_what_pydantic_raises_says_what_is_wrong() -> None:
    with pytest.raises(ValidationError, match="is 4"):
        Config.model_validate({"functionUrn": URN, "maxAsyncRetryAttempts": 4})
