import pytest

from pulumi_functiongraph.core.rules import RULES, Rule
from pulumi_functiongraph.core.severities import parse_grades
from pulumi_functiongraph.report.rules.text import WIDTH, rule_text, rules_list


def test_the_list_has_a_line_for_each_rule_in_columns() -> None:
    lines = rules_list(RULES).splitlines()

    assert [line.split() for line in lines] == [
        [rule.id, rule.severity, rule.name] for rule in RULES
    ]
    assert len({line.index(rule.name) for line, rule in zip(lines, RULES, strict=True)}) == 1


def test_what_a_project_changes_is_told_with_its_reason() -> None:
    grades = parse_grades(
        {
            "rules": {
                "FGN301": {"severity": "off", "reason": "worth nothing"},
                "FGN101": {"severity": "warning", "reason": "it ends"},
            }
        },
        source="pyproject.toml",
    )

    lines = rules_list(RULES, grades=grades).splitlines()

    off = "FGN301  off      no-failure-target  (warning in itself; pyproject.toml: worth nothing)"
    assert off in lines
    assert (
        "FGN101  warning  notification-cycle  (error in itself; pyproject.toml: it ends)" in lines
    )
    assert sum("in itself" in line for line in lines) == 2
    cycle = next(rule for rule in RULES if rule.id == "FGN101")
    told = rule_text(cycle, grades=grades)
    assert told.startswith(
        "FGN101 notification-cycle (warning)\n\nHere: error in itself; pyproject"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_an_explanation_says_everything_in_short_lines(rule: Rule) -> None:
    text = rule_text(rule)

    words = " ".join(text.split())
    assert words.startswith(f"{rule.id} {rule.name} ({rule.severity})")
    assert all(" ".join(said.split()) in words for said in (rule.summary, rule.why, rule.remedy))
    assert all(len(line) <= WIDTH for line in text.splitlines())
