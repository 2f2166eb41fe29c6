"""The page on permissions says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from factories import TOPIC, function_urn
from pulumi_functiongraph.core.permissions.needs import needs_of
from pulumi_functiongraph.core.permissions.operators import NULL, NULL_SOURCE, OPERATORS
from pulumi_functiongraph.core.targets import Bucket, Target, Topic

PAGE = (Path(__file__).parents[4] / "docs" / "permissions.md").read_text()


def test_the_example_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(example, "docs/permissions.md", "exec"), {})


def test_every_operator_is_listed_with_its_source() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)

    comparing = [(name, row.source) for name, row in OPERATORS.items()]
    assert rows == [*comparing, (NULL, NULL_SOURCE)]


def test_every_action_that_a_document_asks_for_stands_beside_that_document() -> None:
    targets: list[Target] = [Bucket(bucket="results"), Topic(topic_urn=TOPIC)]
    needs = [need for each in targets for need in needs_of(each, at=function_urn())]

    rows = [row for row in PAGE.splitlines() if '"Configuring Agency Permissions", Table 1' in row]
    rows += [row for row in PAGE.splitlines() if row.startswith("| what the same table has")]
    for need in needs:
        (row,) = [row for row in rows if f"`{need.action}`" in row]
        assert ("FGN206" if need.is_essential else "FGN211") in row
