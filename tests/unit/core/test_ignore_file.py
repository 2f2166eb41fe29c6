"""The ignore file of drift reports."""

import re

import pytest

from factories import URN, function_urn
from pulumi_functiongraph.core.drift.ignore_file import Ignored, parse_ignored
from pulumi_functiongraph.core.errors import InvalidInput


def reason(text: str, urn: str = URN) -> str | None:
    return parse_ignored(text).reason(urn)


@pytest.mark.parametrize(
    "pattern",
    [
        "orders",
        "ord*",
        "default:orders",
        "default:orders:latest",
        "urn:fss:eu-de:*:function:default:orders",
        "urn:fss:*",
        URN,
        "/orders",
        "*",
    ],
)
def test_a_pattern_matches_name_and_urn(pattern: str) -> None:
    assert reason(f"{pattern}  # because") == "because"


@pytest.mark.parametrize(
    "pattern", ["order", "rders", "orders:latest", "urn:fss:eu-nl:*", "!orders"]
)
def test_a_pattern_matches_whole_names_only(pattern: str) -> None:
    assert reason(f"{pattern}  # because") is None


def test_the_last_pattern_that_matches_decides() -> None:
    text = "*  # all\n!orders  # but this\n"

    assert reason(text) is None
    assert reason(text, str(function_urn("billing"))) == "all"
    assert reason(f"{text}ord*  # after all\n") == "after all"


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert parse_ignored("\n# only a comment\n   \n") == Ignored()


def test_what_names_no_function_is_matched_as_it_is() -> None:
    assert reason("project*  # elsewhere", "project p1 in eu-de") == "elsewhere"


def test_every_line_without_a_reason_is_told() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_ignored("orders\nbilling # fine\nlegacy-*  #\n!!  # what\n")

    told = str(refused.value).splitlines()
    assert told[0].startswith("line 1: orders has no reason; expected such as: orders  # who")
    assert told[1].startswith("line 3: legacy-* has no reason")


@pytest.mark.parametrize("pattern", ["!", "[a-[b]**/", "[z-a]"])
def test_a_line_that_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(InvalidInput, match=f"line 1: {re.escape(pattern)} is no pattern"):
        parse_ignored(f"{pattern}  # what")


def test_patterns_that_decide_about_nothing_are_told() -> None:
    rules = parse_ignored("orders  # one\n*  # two\ngone  # three\n!x  # four\n")

    assert rules.unused([URN]) == ("orders", "gone")
