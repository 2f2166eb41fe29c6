"""The page on permissions says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from factories import TOPIC, function_urn
from pulumi_functiongraph.core.permissions.matrices import table_needs, table_says
from pulumi_functiongraph.core.permissions.needs import needs_of
from pulumi_functiongraph.core.permissions.operators import NULL, NULL_SOURCE, OPERATORS
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic

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


def test_the_system_permission_that_is_named_for_a_target_allows_what_it_needs() -> None:
    targets: dict[str, Target] = {
        "OBS bucket": Bucket(bucket="results"),
        "SMN topic": Topic(topic_urn=TOPIC),
        "DIS stream": Stream(stream_name="orders"),
        "function": Function(function_urn=function_urn()),
    }
    for name, target in targets.items():
        (row,) = [row for row in PAGE.splitlines() if row.startswith(f"| {name} | `")]
        title, _, beside = row.strip("| ").rpartition(" | ")[2].partition(", together with ")
        needs = [need for need in needs_of(target, at=function_urn()) if need.is_essential]
        assert all(f"`{need.action}`" in row and table_says(title, need.action) for need in needs)
        assert table_needs(title) == tuple(filter(None, [beside]))
