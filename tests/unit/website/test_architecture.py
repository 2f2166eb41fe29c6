"""The walks through the code, in `docs/architecture.md`, lead to files and names that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pulumi_functiongraph
from prose import ROOT

PACKAGE = Path(pulumi_functiongraph.__file__).parent
_STEP = re.compile(r"`([\w<>/]+\.py)`(?:\s`(?:\w+\.)?(\w+)`)?")


def walks() -> dict[str, str]:
    """The steps of each walk, by its first words."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Four walks$(.*?)^## ", page, re.DOTALL | re.MULTILINE)
    parts = re.split(r"^\*\*(.+?)\*\*", section, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def places(walk: str, steps: str) -> Iterator[tuple[Path, str]]:
    """Each file that a walk names, as a pattern, and the name in it that stands right behind."""
    start = PACKAGE / "emulator" if walk.startswith("A PUT") else PACKAGE
    beside = PACKAGE / "program" if walk == "A declared config" else start
    for file, name in _STEP.findall(steps):
        place = (start if "/" in file else beside) / re.sub(r"<\w+>", "*", file)
        if walk.startswith(("`dynamic", "`fgctl")):
            beside = place.parent
        yield place, name


@pytest.mark.parametrize(("walk", "steps"), walks().items(), ids=list(walks()))
def test_each_step_of_a_walk_is_where_the_page_places_it(walk: str, steps: str) -> None:
    named = list(places(walk, steps))
    missing = [
        f"{place.relative_to(PACKAGE)} {name}".strip()
        for place, name in named
        if not any(
            re.search(rf"\b(?:def|class) {name}\b", file.read_text(encoding="utf-8")) or not name
            for file in PACKAGE.glob(str(place.relative_to(PACKAGE)))
        )
    ]

    assert len(named) > 5
    assert missing == []


def test_there_are_four_walks() -> None:
    assert len(walks()) == 4
