"""Draws the facts that README begins with, as badges: ``python website/badges.py``.

Each is read from the file that decides it, and a test holds the picture to them.
"""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "badges.svg"
_CHARACTER, _PADDING, _GAP, _HEIGHT = 6.6, 8, 6, 20
_LANGUAGE = "Programming Language :: Python :: 3."


def facts() -> dict[str, str]:
    """What the badges say, by what each is about."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    minors = sorted(
        int(each.removeprefix(_LANGUAGE))
        for each in project["classifiers"]
        if each.startswith(_LANGUAGE)
    )
    (engine,) = (each for each in project["dependencies"] if each.startswith("pulumi>="))
    floors = (ROOT / "scripts" / "_floors").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (.+)$", changes, re.MULTILINE)
    covered = re.search(r"^core_floor=(\d+)$", floors, re.MULTILINE)
    if newest is None or covered is None:
        raise ValueError("CHANGELOG.md has no version, or scripts/_floors no core_floor")
    return {
        "version": newest[1],
        "Python": f"3.{minors[0]} to 3.{minors[-1]}",
        "Pulumi": engine.removeprefix("pulumi>=").replace(",<", " to below "),
        "coverage of the core": f"{covered[1]} %",
        "licence": project["license"],
    }


def picture(said: dict[str, str]) -> str:
    """The SVG: a row of badges, with the same words for who does not see it."""
    drawn, x = [], 0.0
    for about, fact in said.items():
        left, right = (len(text) * _CHARACTER + 2 * _PADDING for text in (about, fact))
        drawn.append(
            f'<rect x="{x:.1f}" width="{left:.1f}" height="{_HEIGHT}" fill="#454d55"/>'
            f'<rect x="{x + left:.1f}" width="{right:.1f}" height="{_HEIGHT}" fill="#0b5cad"/>'
            f'<text x="{x + _PADDING:.1f}" y="14">{escape(about)}</text>'
            f'<text x="{x + left + _PADDING:.1f}" y="14">{escape(fact)}</text>'
        )
        x += left + right + _GAP
    title = "; ".join(f"{about} {fact}" for about, fact in said.items())
    width = round(x - _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        f'width="{width}" height="{_HEIGHT}" role="img">\n<title>{escape(title)}</title>\n'
        '<style>text { font: 11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; '
        "fill: #fff }</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(facts()), encoding="utf-8")


if __name__ == "__main__":
    main()
