import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from factories import finding
from pulumi_functiongraph.core.findings import Finding, Severity, errors, in_order

some_findings = st.builds(
    finding,
    rule=st.sampled_from(["FGN001", "FGN002"]),
    severity=st.sampled_from(Severity),
    subject=st.sampled_from(["a", "b"]),
    message=st.sampled_from(["x", "y"]),
    remedy=st.sampled_from(["", "fix it"]),
    path=st.sampled_from(["", "onSuccess"]),
    where=st.sampled_from(["", "__main__.py:1", "__main__.py:2"]),
)


@given(st.lists(some_findings), st.randoms(use_true_random=False))
def test_the_same_findings_always_read_the_same(
    findings: list[Finding], chance: random.Random
) -> None:
    shuffled = findings * 2
    chance.shuffle(shuffled)

    assert in_order(shuffled) == in_order(findings)
    assert set(in_order(findings)) == set(findings)


@pytest.mark.parametrize(
    ("remedy", "told"),
    [("Leave expires at 0.", "; leave expires"), ("OBS has it.", "; OBS has"), ("fix", "; fix")],
)
def test_advice_goes_on_in_the_line_of_what_is_wrong(remedy: str, told: str) -> None:
    assert told in str(finding(remedy=remedy))


def test_errors_come_first_then_rules_then_subjects() -> None:
    warning = finding(rule="FGN001", severity=Severity.WARNING)
    second = finding(rule="FGN002", subject="a")
    first, third = finding(rule="FGN001", subject="b"), finding(rule="FGN002", subject="b")

    assert in_order([warning, third, second, first]) == (first, second, third, warning)


def test_errors_are_those_that_stop_a_change() -> None:
    error, warning = finding(), finding(severity=Severity.WARNING)

    assert errors([warning, error]) == (error,)
    assert error.as_warning() == warning


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "FGN001 error: notify: is wrong"),
        ({"path": "onSuccess"}, "FGN001 error: notify.onSuccess: is wrong"),
        ({"where": "__main__.py:7"}, "FGN001 error: notify (__main__.py:7): is wrong"),
        ({"remedy": "fix it"}, "FGN001 error: notify: is wrong; fix it"),
        ({"severity": Severity.WARNING}, "FGN001 warning: notify: is wrong"),
    ],
)
def test_a_finding_reads_what_where_and_what_to_do(fields: dict[str, object], line: str) -> None:
    assert str(finding(**fields)) == line


HOSTILE = "a\x1b[2K\r\nerror: forged\u202e"
"""A text of a service that would clear a line, begin another and turn its letters around."""


@pytest.mark.parametrize("part", ["message", "remedy"])
def test_what_a_service_said_is_kept_on_one_line_and_visible(part: str) -> None:
    found = finding(**{part: HOSTILE})

    assert getattr(found, part) == r"a\x1b[2K error: forged\u202e"


@pytest.mark.parametrize("part", ["subject", "path", "where", "message", "remedy", "acknowledged"])
def test_no_part_of_a_finding_controls_a_terminal(part: str) -> None:
    assert str(finding(**{part: HOSTILE})).isprintable()


def test_a_finding_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        finding().rule = "FGN002"  # type: ignore[misc] # the type checker refuses it as well
