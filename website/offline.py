"""Refuses a site that does not work without a server or a network.

``python website/offline.py FOLDER``
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*?\bsrc=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preconnect|preload|icon))"""
    r"""[^>]*?\bhref=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|@import\s+(?:url\()?["']?((?:https?:)?//[^"'\s)]+)"""
)


SEARCH = ("search/search_index.js", "assets/iframe-worker.js")
"""What the search needs in ``file://``, where no page can fetch another file."""


def loaded_from_elsewhere(page: str) -> list[str]:
    """The addresses on other hosts that a page or style sheet loads; links are not loaded."""
    return ["".join(found) for found in _LOADED.findall(page)]


def main() -> None:
    """Name every page and address, and what the search misses; end with 1 where there is one."""
    site = Path(sys.argv[1])
    pages = (file for file in sorted(site.rglob("*")) if file.suffix in {".html", ".css"})
    found = [
        f"{page.relative_to(site)} loads {address}"
        for page in pages
        for address in loaded_from_elsewhere(page.read_text(encoding="utf-8"))
    ]
    found += [f"{name} is missing" for name in SEARCH if not (site / name).is_file()]
    if found:
        sys.exit("the site has to work offline:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
