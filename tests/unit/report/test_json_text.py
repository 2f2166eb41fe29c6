"""JSON in which nothing is hidden from a person who looks at it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.report.json_text import json_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u202e\u200b\u2028\n"))


@given(st.dictionaries(TEXTS, st.lists(TEXTS)))
def test_every_character_is_visible_and_the_values_are_the_same(value: dict[str, object]) -> None:
    text = json_text(value)

    assert json.loads(text) == value
    assert all(line.isprintable() for line in text.split("\n"))


def test_letters_of_every_script_stay_readable() -> None:
    assert json_text("aé漢 \u202e\u200b\u2028\U000e0001") == (
        '"aé漢 \\u202e\\u200b\\u2028\\udb40\\udc01"\n'
    )
