import re
from pathlib import Path

from msgspec.structs import replace

from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.rules.page import rule_section, rules_page

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def test_the_page_of_the_repository_is_what_is_rendered() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(RULES), (
        "docs/rules.md is stale; rewrite it: fgctl rules --format markdown > docs/rules.md"
    )


def test_every_rule_has_a_row_and_a_section_that_the_row_links_to() -> None:
    page = rules_page(RULES)

    links = re.findall(r"^\| \[(FGN\d+)\]\(#([a-z0-9-]+)\)", page, flags=re.MULTILINE)
    headings = re.findall(r"^## (.+)$", page, flags=re.MULTILINE)

    assert [rule for rule, _ in links] == [rule.id for rule in RULES]
    assert [anchor for _, anchor in links] == [
        heading.lower().replace(" ", "-") for heading in headings
    ]


def test_a_page_of_no_rules_has_no_sections() -> None:
    assert "## " not in rules_page([])


def test_characters_of_markdown_stand_for_themselves_and_code_is_code() -> None:
    rule = replace(RULES[0], summary="a | b", why="x/* and <b>", remedy="`c`")

    row = rules_page([rule]).split("| --- |\n")[-1].splitlines()[0]

    assert row.endswith(r"| a \| b |")
    assert r"x/\* and \<b>" in rule_section(rule)
    assert "`c`" in rule_section(rule)
