"""Gathers the pages of the site: those that stand in the repository, and one for each rule."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from links import rewritten, site_path
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.core.rules.rule import Rule
from pulumi_functiongraph.report.rules.page import rule_section

Nav: TypeAlias = str | list["Nav"] | dict[str, "Nav"]
"""A page, or pages below a title, as MkDocs has it."""

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "website" / "mkdocs.yml"
_RULES_PAGE = "docs/rules.md"
_FOR_CONTRIBUTORS = (
    "docs/adr/",
    "docs/architecture.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/",
)
_FOUND_LAST = "---\nsearch: {boost: 0.2}\n---\n"
"""At the head of a page: a search finds it after the pages for users."""
_RULE_ROW = re.compile(r"\(#(fgn\d{3})-[a-z-]+\)")


def gather(into: Path, *, version: str) -> None:
    """Write the pages and the configuration of MkDocs into a folder.

    Raises:
        FileNotFoundError: the navigation names a page that is not there.
    """
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    config["site_name"] = f"{config['site_name']} {version}"
    named = frozenset(paths_of(config["nav"]))
    config["nav"] = [_expanded(each, named) for each in config["nav"]]
    folder = into / config["docs_dir"]
    shutil.copytree(ROOT / "website" / "static", folder)
    for page in (*_repository_pages(config["nav"]), *_unlisted_pages(config["nav"])):
        _write(folder, page, (ROOT / page).read_text(encoding="utf-8"))
    for rule in RULES:
        _write(folder, f"docs/rules/{rule.id}.md", _rule_page(rule))
    (into / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def paths_of(nav: Nav) -> Iterator[str]:
    """The pages of a navigation, by their paths in the site."""
    if isinstance(nav, str):
        yield nav
        return
    for each in nav.values() if isinstance(nav, Mapping) else nav:
        yield from paths_of(each)


def _expanded(nav: Nav, named: frozenset[str]) -> Nav:
    """The navigation with the pages that a star stands for: all that are not named elsewhere."""
    if isinstance(nav, str):
        return nav
    if isinstance(nav, Mapping):
        return {title: _expanded(each, named) for title, each in nav.items()}
    return [one for each in nav for one in _without_star(each, named)]


def _without_star(nav: Nav, named: frozenset[str]) -> list[Nav]:
    if not isinstance(nav, str) or "*" not in nav:
        return [_expanded(nav, named)]
    if nav == "rules/*.md":
        return [f"rules/{rule.id}.md" for rule in RULES]
    folder = ROOT / "docs" if any((ROOT / "docs").glob(nav)) else ROOT
    pages = (str(page.relative_to(folder)) for page in sorted(folder.glob(nav)))
    return [page for page in pages if page not in named]


def _repository_pages(nav: Nav) -> Iterator[str]:
    for path in paths_of(nav):
        if not path.startswith("rules/"):
            yield f"docs/{path}" if (ROOT / "docs" / path).exists() else path


def _unlisted_pages(nav: Nav) -> Iterator[str]:
    """Pages of ``docs`` that the navigation does not name; with them MkDocs refuses to build."""
    listed = set(paths_of(nav))
    for page in sorted((ROOT / "docs").rglob("*.md")):
        path = str(page.relative_to(ROOT))
        if site_path(path) not in listed:
            yield path


def _rule_page(rule: Rule) -> str:
    section = rule_section(rule).removeprefix("#")
    return f"{section}\n[All rules](../rules.md), and how one finding is accepted.\n"


def _write(folder: Path, page: str, text: str) -> None:
    if page == _RULES_PAGE:
        table, *_ = text.partition("\n## FGN")
        text = _RULE_ROW.sub(r"(rules.md#\1)", table)

    # Code hosts take a backslash before any mark, Python-Markdown only before some.
    text = text.replace(r"\<", "&lt;")

    def copied(path: str) -> None:
        file = folder / site_path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, file)

    file = folder / site_path(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    head = _FOUND_LAST if page.startswith(_FOR_CONTRIBUTORS) else ""
    file.write_text(head + rewritten(text, of=page, root=ROOT, copied=copied), encoding="utf-8")
