"""Tutorials and how-to guides do what they say, with the real engine on a local cloud."""

from pathlib import Path

import pytest

import review_picture
from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, engine_environment, write_project
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

    if page == review_picture.PAGE:
        report = (tmp_path / "folder" / review_picture.REPORT).read_text(encoding="utf-8")
        shown = review_picture.PICTURE.read_text(encoding="utf-8")
        assert shown == review_picture.picture(report), "the picture is stale: scripts/record"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks_of(page.read_text(encoding="utf-8")):
        is_done = block.title is not None or block.language == "sh"
        if block.language in {"sh", "python", "yaml", "toml", "diff"}:
            assert block.remark == "not run" or (is_done and page in FOLLOWED), block.text


@pytest.mark.engine
def test_the_example_of_the_resource_page_comes_up(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    page = (DOCS / "reference" / "async-notification-config.md").read_text(encoding="utf-8")
    (example,) = [each.text for each in blocks_of(page) if each.language == "python"]
    cli = stack_at(write_project(tmp_path / "example", example), environment=cloud.environment)

    cli.up()

    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    assert cli.outputs()["last_modified"]
