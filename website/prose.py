"""What can be held of the style of pages: ``python website/prose.py`` names what is against it.

``prose.toml`` has the words, and what older pages still have of each kind; the numbers only fall.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Style: TypeAlias = Mapping[str, Any]

ROOT = Path(__file__).resolve().parents[1]
STYLE: Style = tomllib.loads((ROOT / "website" / "prose.toml").read_text(encoding="utf-8"))
_NOT_PROSE = re.compile(r"^ *```.*?^ *```$|<!--.*?-->", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) ")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"`[^`]*`")
_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z(*`\"])| · ")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is against the style: what kind, and what to do with which words."""

    kind: str
    message: str


def pages() -> list[Path]:
    """The pages that are judged; those that are written by commands are not."""
    judged, left_out = (
        {page for pattern in STYLE[key] for page in ROOT.glob(pattern)}
        for key in ("judged", "not_judged")
    )
    return sorted(judged - left_out)


def sentences_of(page: str) -> Iterator[str]:
    """The sentences of a page, outside of code, tables and headings."""
    paragraph: list[str] = []
    for line in [*_NOT_PROSE.sub("", page).splitlines(), ""]:
        is_prose = bool(line.strip()) and not line.lstrip().startswith(("|", "#"))
        if paragraph and (not is_prose or _ITEM.match(line)):
            yield from _END.split(_LINK.sub(r"\1", " ".join(paragraph)))
            paragraph = []
        if is_prose:
            paragraph.append(_ITEM.sub("", line).strip())


def flaws_of(page: str, style: Style = STYLE) -> Iterator[Flaw]:
    """What is against the style in a page."""
    for sentence in sentences_of(page):
        words = _CODE.sub("code", sentence).split()
        if len(words) > style["longest_sentence"]:
            start = " ".join(words[:8])
            yield Flaw("long", f'{len(words)} words, split it: "{start} …"')
    text = _CODE.sub("", _NOT_PROSE.sub("", page))
    for kind in ("words", "inverted"):
        for pattern, instead in style[kind].items():
            for found in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                yield Flaw(kind, f'"{" ".join(found[0].split())}": {instead}')


def complaints(page: str, name: str, style: Style = STYLE) -> list[str]:
    """What a page has more of than it is allowed to."""
    flaws = list(flaws_of(page, style))
    allowed = style["allowed"].get(name, {})
    counts = Counter(flaw.kind for flaw in flaws)
    too_many = {kind for kind, count in counts.items() if count > allowed.get(kind, 0)}
    return [f"{name}: {flaw.kind}: {flaw.message}" for flaw in flaws if flaw.kind in too_many]


def lowered(page: str, name: str, style: Style = STYLE) -> dict[str, int]:
    """What a page is allowed and has less of, with what it has."""
    counts = Counter(flaw.kind for flaw in flaws_of(page, style))
    allowed = style["allowed"].get(name, {})
    return {kind: counts[kind] for kind, number in allowed.items() if counts[kind] < number}


def main() -> None:
    """Name what is too much in any page, and end with 1 where there is any."""
    found: list[str] = []
    for page in pages():
        text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
        found += complaints(text, name)
        for kind, number in lowered(text, name).items():
            sys.stderr.write(f"{name} has {number} of kind {kind}: lower it in prose.toml\n")
    if found:
        sys.exit("\n".join([*found, "style of prose: words and numbers are in website/prose.toml"]))


if __name__ == "__main__":
    main()
