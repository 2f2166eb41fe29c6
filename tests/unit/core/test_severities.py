import pytest

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules import RULES, Rule
from pulumi_functiongraph.core.severities import AS_WRITTEN, parse_grades

WHY = "as agreed"


def finding(rule: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(rule=rule, severity=severity, subject="orders", message="is so")


def test_findings_are_graded_and_those_of_rules_that_are_off_are_left_out() -> None:
    grades = parse_grades(
        {
            "rules": {
                "FGN301": {"severity": "off", "reason": WHY},
                "FGN302": {"severity": "error", "reason": WHY},
                "FGN101": {"severity": "warning", "reason": WHY},
            }
        },
        source="pyproject.toml",
    )
    found = [finding(rule) for rule in ("FGN301", "FGN302", "FGN303")]

    applied = grades.applied([*found, finding("FGN101", Severity.ERROR)])

    assert [(each.rule, each.severity.value) for each in applied] == [
        ("FGN302", "error"),
        ("FGN101", "warning"),
        ("FGN303", "warning"),
    ]


def test_each_graded_rule_is_told_with_its_reason_in_one_line() -> None:
    rules = {
        "FGN302": {"severity": "error", "reason": " two\nlines "},
        "FGN301": {"severity": "off", "reason": WHY},
    }

    assert parse_grades({"rules": rules}, source="pyproject.toml").notes == (
        "pyproject.toml sets FGN301 to off: as agreed",
        "pyproject.toml sets FGN302 to error: two lines",
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_can_be_switched_off(rule: Rule) -> None:
    grades = parse_grades(
        {"rules": {rule.id: {"severity": "off", "reason": WHY}}},
        source="",
    )

    assert grades.applied([finding(rule.id)]) == ()


def test_without_settings_every_rule_keeps_its_severity() -> None:
    found = (finding("FGN101", Severity.ERROR), finding("FGN301"))

    assert parse_grades({}, source="").applied(found) == found
    assert AS_WRITTEN.applied(found) == found


def test_every_problem_is_told_at_once_with_its_place() -> None:
    table = {
        "rule": {},
        "rules": {
            "FGN999": {"severity": "off", "reason": WHY},
            "FGN301": {"severity": "quiet", "reason": " "},
            "FGN302": {"reason": 5, "because": WHY},
            "FGN303": "off",
        },
    }

    with pytest.raises(InvalidInput) as refused:
        parse_grades(table, source="pyproject.toml")

    rules = "tool.pulumi-functiongraph.rules"
    assert [(problem.path, problem.what) for problem in refused.value.problems] == [
        ("tool.pulumi-functiongraph.rule", "is no setting"),
        (f"{rules}.FGN301.reason", "gives no reason"),
        (f"{rules}.FGN301.severity", "is missing or no severity"),
        (f"{rules}.FGN302.because", "is no setting"),
        (f"{rules}.FGN302.reason", "gives no reason"),
        (f"{rules}.FGN302.severity", "is missing or no severity"),
        (f"{rules}.FGN303", "is no table"),
        (f"{rules}.FGN303.reason", "gives no reason"),
        (f"{rules}.FGN303.severity", "is missing or no severity"),
        (f"{rules}.FGN999", "is no rule"),
    ]


@pytest.mark.parametrize("table", ["off", [], {"rules": ["FGN301"]}])
def test_what_is_no_table_is_refused(table: object) -> None:
    with pytest.raises(InvalidInput, match="is no table"):
        parse_grades(table, source="pyproject.toml")
