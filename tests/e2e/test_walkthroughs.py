"""Tutorials and how-to guides do what they say, with the real engine on a local cloud."""

from pathlib import Path

import pytest

from e2e.engine_cli import engine_environment
from e2e.walkthrough import Reader, blocks_of

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted([*(DOCS / "tutorials").glob("*.md"), *(DOCS / "how-to").glob("*.md")])
FOLLOWED = [page for page in PAGES if "```sh\nfgctl emulator run" in page.read_text()]


@pytest.mark.engine
@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, engine: None) -> None:
    environment = engine_environment(tmp_path / "home")

    with Reader(tmp_path / "folder", environment) as reader:
        assert reader.follow(page.read_text(encoding="utf-8")) > 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_are_run_or_say_why_not(page: Path) -> None:
    commands = [each for each in blocks_of(page.read_text()) if each.language == "sh"]

    if page not in FOLLOWED:
        assert [each.text for each in commands if each.remark != "not run"] == []
