"""The page on permissions says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from pulumi_functiongraph.core.permissions.operators import NULL, NULL_SOURCE, OPERATORS

PAGE = (Path(__file__).parents[4] / "docs" / "permissions.md").read_text()


def test_the_example_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(example, "docs/permissions.md", "exec"), {})


def test_every_operator_is_listed_with_its_source() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)

    comparing = [(name, row.source) for name, row in OPERATORS.items()]
    assert rows == [*comparing, (NULL, NULL_SOURCE)]
