"""What every page of HTML is: one file, offline, escaped."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report import html
from pulumi_functiongraph.report.html import page

TEMPLATES = sorted(file.name for file in Path(html.__file__).parent.glob("*.jinja"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_no_other_host_and_no_script_of_its_own(name: str) -> None:
    text = (Path(html.__file__).parent / name).read_text(encoding="utf-8")

    scripts = re.findall(r"<script.*</script>", text)
    assert set(scripts) <= {'<script>{{ script("drawing.js") }}</script>'}
    for forbidden in ("http:", "https:", "//", "<link", "<img", "url(", "|safe"):
        assert forbidden not in text
    assert text.count("<script") == len(scripts)


def test_a_script_asks_for_nothing_and_writes_no_marks_of_html() -> None:
    text = (Path(html.__file__).parent / "drawing.js").read_text(encoding="utf-8")

    for forbidden in (
        "http",
        "fetch",
        "import(",
        "eval",
        "innerHTML",
        "</",
        "<!--",
        "document.write",
    ):
        assert forbidden not in text


def test_only_the_script_that_is_in_the_page_may_run_there() -> None:
    shown = page("drawn.html.jinja", drawing=True)

    (script,) = re.findall(r"<script>(.*)</script>", shown, flags=re.DOTALL)
    checksum = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{checksum}'\"" in shown
    assert "script" not in page("drawn.html.jinja", drawing=None)


class Tags(HTMLParser):
    """The tags that are opened, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)


def test_the_layout_is_whole() -> None:
    parser = Tags()
    parser.feed(page("layout.html.jinja"))

    shown = [tag for tag in parser.opened if tag != "meta"]
    assert shown == ["html", "head", "title", "style", "body", "h1"]


def test_names_of_several_parts_may_be_broken_behind_a_part_and_are_escaped() -> None:
    parts = html._environment().get_template("parts.html.jinja").module

    shown = str(parts.in_parts("urn:<b>:\x1b"))  # type: ignore[attr-defined] # a macro

    assert shown == "urn:<wbr>&lt;b&gt;:<wbr>\\x1b"


def test_what_a_rule_has_between_backticks_is_code_and_escaped() -> None:
    parts = html._environment().get_template("parts.html.jinja").module
    rules = [rule for rule in RULES if "`" in f"{rule.summary}{rule.why}{rule.remedy}"]

    shown = str(parts.explained([rule.id for rule in RULES]))  # type: ignore[attr-defined] # a macro

    assert rules
    assert "`" not in shown
    assert shown.count("<code>") == shown.count("</code>") > 0
    assert html._with_code("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
