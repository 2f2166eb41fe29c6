"""Markdown for comments: texts of elsewhere are shown as they are, and link to nothing."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.report.markdown import escaped, listed

LINKS = re.compile(
    r"https?://|ftp://|\bwww\.|[\w.+-]+@[\w-]+|@\w|#\d|GH-\d|!\d|~\w|%\w|\$\d|&\d|\^\d",
    re.IGNORECASE,
)
"""What GitHub or GitLab takes for a link or a mention, in one text between tags and comments."""


def texts_of(markdown: str) -> list[str]:
    """The texts of a page, each for itself, as the filters of a code host see them."""
    return [html.unescape(part) for part in re.split(r"<!--.*?-->|<[^>]*>", markdown)]


@pytest.mark.parametrize(
    "told",
    [
        "https://evil.example/login",
        "FTP://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "joe@evil.example",
        "mailto:joe@evil.example",
        "@org/team",
        "org/repository#1",
        "#1 !2 $3 &4 ^5 ~bug %v1 GH-7",
    ],
)
def test_a_text_of_elsewhere_links_to_nothing_and_reads_the_same(told: str) -> None:
    texts = texts_of(escaped(told))

    assert "".join(texts) == told
    assert not [text for text in texts if LINKS.search(text)]


@given(st.lists(st.sampled_from(["@", "a", "#", "1", "://", "http", "www", ".", "GH-", "%", " "])))
def test_no_mixture_is_a_link(parts: list[str]) -> None:
    told = "".join(parts)

    texts = texts_of(escaped(told))

    assert "".join(texts) == told
    assert not [text for text in texts if LINKS.search(text)]


def test_an_indented_text_is_an_item_below_another_and_no_code() -> None:
    shown = listed(["cycle:", "    f001", "      → failure: a", "    - b"], most=9)

    assert shown.splitlines() == ["- cycle:", "  - f001", "  - → failure: a", "  - b"]
