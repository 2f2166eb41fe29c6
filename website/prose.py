"""What can be held of the style of pages: ``python website/prose.py`` names what is against it.

``prose.toml`` has the words and the length of a sentence.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
STYLE: Mapping[str, Any] = tomllib.loads(
    (ROOT / "website" / "prose.toml").read_text(encoding="utf-8")
)
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


def flaws_of(page: str) -> Iterator[Flaw]:
    """What is against the style in a page."""
    for sentence in sentences_of(page):
        words = _CODE.sub("code", sentence).split()
        if len(words) > STYLE["longest_sentence"]:
            start = " ".join(words[:8])
            yield Flaw("long", f'{len(words)} words, split it: "{start} …"')
    text = _CODE.sub("", _NOT_PROSE.sub("", page))
    for kind in ("words", "inverted"):
        for pattern, instead in STYLE[kind].items():
            for found in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                yield Flaw(kind, f'"{" ".join(found[0].split())}": {instead}')


def main() -> None:
    """Name what is against the style in any page, and end with 1 where there is any."""
    found = [
        f"{page.relative_to(ROOT)}: {flaw.kind}: {flaw.message}"
        for page in pages()
        for flaw in flaws_of(page.read_text(encoding="utf-8"))
    ]
    if found:
        sys.exit("\n".join([*found, "style of prose: words and numbers are in website/prose.toml"]))


if __name__ == "__main__":
    main()
