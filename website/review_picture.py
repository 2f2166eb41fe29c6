"""Draws the graph that README shows: ``PYTHONPATH=tests python website/review_picture.py``.

The tutorial on reviews is carried out, and its last report is what the picture is cut out of: one
SVG that any browser shows, light or dark as its reader has it.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from e2e.walkthrough import Reader

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorials" / "review.md"
PICTURE = ROOT / "docs" / "images" / "review.svg"
REPORT = "review.html"
"""The file that the tutorial's last command writes."""

_COLOURS = re.compile(
    r"(?::root|@media \(prefers-color-scheme: dark\)) \{\n.*?^\}\n", re.MULTILINE | re.DOTALL
)
_STYLES = re.compile(r"<style>\n(\.pictures.*?)</style>", re.DOTALL)
_PART = re.compile(r'<svg class="part" ([^>]*)>\n(.*?)</svg>', re.DOTALL)


def picture(report: str) -> str:
    """The first part of a report's drawing, with the styles that it has there."""
    part = _PART.search(report)
    styles = _STYLES.search(report)
    if part is None or styles is None:
        raise SystemExit(f"there is no drawing in the report:\n{report}")
    colours = "".join(_COLOURS.findall(report))
    # Links and what a script needs have no place in a picture.
    drawn = re.sub(r"</?a\b[^>]*>| (?:id|data-\w+)=\"[^\"]*\"", "", part[2])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {part[1]}>\n'
        f"<style>\n{colours}{styles[1]}</style>\n"
        '<rect width="100%" height="100%" rx="6" fill="var(--ground)"/>\n'
        f'<g class="part">\n{drawn}</g>\n</svg>\n'
    )


def main() -> None:
    """Follow the tutorial, and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = os.environ | {"HOME": str(home), "PULUMI_HOME": str(home / "pulumi")}
        with Reader(Path(folder) / "tutorial", environment) as reader:
            reader.follow(PAGE.read_text(encoding="utf-8"))
        report = (Path(folder) / "tutorial" / REPORT).read_text(encoding="utf-8")
    PICTURE.write_text(picture(report), encoding="utf-8")


if __name__ == "__main__":
    main()
