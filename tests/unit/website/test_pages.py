from pathlib import Path

import pytest
import yaml

from pages import gather, paths_of
from pulumi_functiongraph.core.rules import RULES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    gather(folder, version="1.2.3")
    return folder


def test_every_page_of_docs_has_a_place_in_the_navigation(gathered: Path) -> None:
    config = yaml.safe_load((gathered / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = list(paths_of(config["nav"]))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}

    assert pages - set(listed) == set(), "name them in website/mkdocs.yml"
    assert len(listed) == len(set(listed))


def test_no_page_disappears_behind_the_title_of_its_section(gathered: Path) -> None:
    """With that feature Material does not list a page whose file is a README."""
    config = yaml.safe_load((gathered / "mkdocs.yml").read_text(encoding="utf-8"))

    assert "navigation.indexes" not in config["theme"]["features"]


def test_every_listed_page_is_gathered(gathered: Path) -> None:
    config = yaml.safe_load((gathered / "mkdocs.yml").read_text(encoding="utf-8"))

    for page in paths_of(config["nav"]):
        assert (gathered / "pages" / page).is_file(), page


def test_each_rule_has_a_page_that_the_table_of_rules_links_to(gathered: Path) -> None:
    pages = gathered / "pages"
    table = (pages / "rules.md").read_text(encoding="utf-8")

    assert "\n## " not in table
    for rule in RULES:
        page = (pages / "rules" / f"{rule.id}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {rule.id} {rule.name}\n")
        assert f"[{rule.id}](rules/{rule.id}.md)" in table


def test_the_title_has_the_version(gathered: Path) -> None:
    config = yaml.safe_load((gathered / "mkdocs.yml").read_text(encoding="utf-8"))

    assert config["site_name"] == "pulumi-functiongraph 1.2.3"


def test_pages_for_contributors_are_found_after_those_for_users(gathered: Path) -> None:
    heads = {
        page: (gathered / "pages" / page).read_text(encoding="utf-8").startswith("---\nsearch:")
        for page in ("architecture.md", "adr/0001-dependencies.md", "CHANGELOG.md", "settings.md")
    }

    assert [page for page, is_last in heads.items() if not is_last] == ["settings.md"]


@pytest.mark.parametrize(
    ("page", "headline"),
    [
        ("permissions.md", "What an agency needs for each target"),
        ("explanation/what-happens-to-an-event.md", "What happens to an event"),
        ("how-to/accept-a-finding.md", "Accept a finding"),
        ("drift.md", "Exit codes"),
        ("tutorials/adopt.md", "From a console-made setting to code"),
        ("settings.md", "On Open Telekom Cloud"),
        ("cycles.md", "What `liveGraph` = `targets` or `off` gives up"),
        ("running-functions.md", "See what a run printed"),
        ("limits.md", "How large an event and its result may be"),
        ("plugin.md", "Switch to the native plugin, and back"),
    ],
)
def test_what_readers_ask_has_a_headline_that_a_search_finds(page: str, headline: str) -> None:
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()

    assert headline in {line.lstrip("#").strip() for line in lines if line.startswith("#")}
