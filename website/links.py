"""Where a link between files of the repository leads in the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")
_RULE = re.compile(r"#(fgn\d{3})(?:-[a-z-]+)?")


def site_path(path: str) -> str:
    """A file of the repository, by its path in the site: what is in ``docs`` is at the root."""
    return path.removeprefix("docs/")


def rewritten(text: str, *, of: str, root: Path, copied: Callable[[str], None]) -> str:
    """The text of a page with its links as the site needs them.

    Args:
        text: Markdown.
        of: the page, by its path in the repository.
        root: the repository.
        copied: called with each linked file that is no page; it has to be beside the pages.

    Raises:
        FileNotFoundError: a link leads to what is not in the repository.
    """

    def moved(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(of), link[1]))
        anchor = link[2] or ""
        if (root / path).is_dir():
            path = posixpath.join(path, "README.md")
        if not (root / path).exists():
            raise FileNotFoundError(f"{of} links to {link[1]}, which is not there")
        rule = _RULE.fullmatch(anchor)
        if path == "docs/rules.md" and rule is not None:
            path, anchor = f"docs/rules/{rule[1].upper()}.md", ""
        elif not path.endswith(".md"):
            copied(path)
        return posixpath.relpath(site_path(path), posixpath.dirname(site_path(of)) or ".") + anchor

    return _LINK.sub(moved, text)
