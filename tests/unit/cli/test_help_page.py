import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.cli.help_page import page

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"


def test_the_page_of_the_repository_is_what_is_rendered() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/cli.md is stale: python -m pulumi_functiongraph.cli.help_page > docs/cli.md"
    )


@pytest.mark.parametrize("columns", ["40", "200"])
def test_the_page_does_not_depend_on_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    assert page() == PAGE.read_text(encoding="utf-8")


def test_the_page_is_written_by_the_command_that_it_names() -> None:
    written = subprocess.run(
        [sys.executable, "-m", "pulumi_functiongraph.cli.help_page"],
        capture_output=True,
        check=True,
        timeout=60,
    )

    assert written.stdout.decode() == page()
