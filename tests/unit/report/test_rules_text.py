import pytest

from pulumi_functiongraph.core.rules import RULES, Rule
from pulumi_functiongraph.report.rules_text import WIDTH, rule_text, rules_list


def test_the_list_has_a_line_for_each_rule_in_columns() -> None:
    lines = rules_list(RULES).splitlines()

    assert [line.split() for line in lines] == [
        [rule.id, rule.severity, rule.name] for rule in RULES
    ]
    assert len({line.index(rule.name) for line, rule in zip(lines, RULES, strict=True)}) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_an_explanation_says_everything_in_short_lines(rule: Rule) -> None:
    text = rule_text(rule)

    words = " ".join(text.split())
    assert words.startswith(f"{rule.id} {rule.name} ({rule.severity})")
    assert all(" ".join(said.split()) in words for said in (rule.summary, rule.why, rule.remedy))
    assert all(len(line) <= WIDTH for line in text.splitlines())
