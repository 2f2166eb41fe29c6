"""When a pre-check is complete, and which functions it asks about."""

import pytest

from factories import function_urn
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.prechecks.checked_configs import (
    CheckedConfig,
    checked_live_config,
    functions_of,
)
from pulumi_functiongraph.core.prechecks.document import PrecheckDocument
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.targets import Bucket, Function


def result(outcome: CheckOutcome) -> CheckResult:
    return CheckResult("notify", "", Check.FUNCTION, outcome, "because")


@pytest.mark.parametrize(
    ("outcome", "missing", "is_complete"),
    [
        (CheckOutcome.ALLOWED, (), True),
        (CheckOutcome.DENIED, (), True),
        (CheckOutcome.UNKNOWN, (), False),
        (CheckOutcome.ALLOWED, ("the state of stack dev",), False),
    ],
)
def test_a_precheck_is_complete_when_all_was_read_and_answered(
    outcome: CheckOutcome, missing: tuple[str, ...], *, is_complete: bool
) -> None:
    document = PrecheckDocument((result(outcome),), (), missing)

    assert document.is_complete == is_complete


def test_the_functions_of_a_config_are_its_own_and_those_that_it_notifies() -> None:
    config = Config(
        function_urn=function_urn(),
        on_success=Function(function_urn=function_urn("billing")),
        on_failure=Bucket(bucket="results"),
    )
    subject = checked_live_config(config, resource="notify")

    assert functions_of(subject) == [function_urn(), function_urn("billing")]
    assert functions_of(CheckedConfig("notify", "", None, subject.aims)) == [
        function_urn("billing")
    ]
