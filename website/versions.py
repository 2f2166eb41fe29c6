"""Writes the page that lists the versions of the site beside their folders.

``python website/versions.py FOLDER``
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from packaging.version import InvalidVersion, Version

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>pulumi-functiongraph: documentation by version</title>
<style>body {{ font-family: system-ui, sans-serif; margin: 3rem auto; max-width: 40rem }}</style>
<h1>pulumi-functiongraph</h1>
<p>Documentation by version, the newest first:</p>
<ul>
{rows}
</ul>
"""


def versions_in(folder: Path) -> list[str]:
    """The versions that a folder has a site of, the newest first."""
    found = {}
    for page in folder.glob("*/index.html"):
        try:
            found[page.parent.name] = Version(page.parent.name)
        except InvalidVersion:
            continue
    return sorted(found, key=lambda name: found[name], reverse=True)


def versions_page(versions: list[str]) -> str:
    """The page."""
    names = map(escape, versions)
    rows = (f'<li><a href="{name}/index.html">{name}</a></li>' for name in names)
    return _PAGE.format(rows="\n".join(rows))


def main() -> None:
    """Write ``index.html`` into the folder that the command line names."""
    folder = Path(sys.argv[1])
    (folder / "index.html").write_text(versions_page(versions_in(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
