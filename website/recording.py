"""Records the preview that README shows: ``python website/recording.py``, with an engine on PATH.

The real ``pulumi preview`` of ``examples/cycle`` on a local cloud, drawn as a terminal in one SVG
that any browser shows: light or dark as its reader has it, still where motion is not wanted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from html import escape, unescape
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "blocked-preview.svg"
COMMAND = "pulumi preview"
COLUMNS = 100
_TIMEOUT = 120  # seconds; the slowest seen with two processors under load took 20
_CHARACTER, _LINE, _EDGE = 7.23, 17, 18
_STYLE = re.compile(r"\x1b\[([0-9;]*)m")
_COLOURS = {"1": "error", "2": "new", "3": "busy", "12": "subject", "13": "title"}
"""Of the 256 colours those that the CLI uses here, by what they stand for."""

_CSS = """\
svg { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
text { fill: #24292f; white-space: pre }
rect { fill: #f6f8fa; stroke: #d0d7de }
.prompt { fill: #57606a } .error { fill: #b3141d; font-weight: bold } .new { fill: #116329 }
.busy { fill: #7d4e00 } .subject { fill: #0550ae } .title { fill: #6f34c9; font-weight: bold }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } rect { fill: #0d1117; stroke: #30363d }
  .prompt { fill: #9198a1 } .error { fill: #ff8078 } .new { fill: #56d364 } .busy { fill: #e3b341 }
  .subject { fill: #79c0ff } .title { fill: #d2a8ff }
}
@media (prefers-reduced-motion: no-preference) {
  text { animation: appear .15s both }
  @keyframes appear { from { opacity: 0 } to { opacity: 1 } }
}
"""

Run = tuple[str, str]
"""A text, and the class of its colour."""


def record() -> str:
    """What the CLI prints, with its colours.

    Raises:
        SystemExit: the preview did not stop, so there is nothing to show.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "cycle"
        shutil.copytree(ROOT / "examples" / "cycle", project)
        state = Path(folder) / "state"
        state.mkdir()
        environment = os.environ | {
            "PULUMI_HOME": f"{folder}/pulumi",
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "local",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_SUPPRESS_NEO_LINK": "1",
        }
        script = (
            "pulumi stack init dev >/dev/null && fgctl emulator run --seed cloud.yaml -- "
            f"{COMMAND} --non-interactive --color=always --suppress-permalink"
        )
        ended = subprocess.run(  # noqa: S603 - our own script
            ["bash", "-euc", script],  # noqa: S607 - the shell on PATH
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
    if "FGN101 error" not in ended.stdout:
        raise SystemExit(f"the preview was not stopped:\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout


def lines_of(output: str) -> list[str]:
    """The lines of a preview from its diagnostics on, which repeat all that came before."""
    heading, *_ = output.splitlines()
    _, found, rest = output.partition("\x1b[38;5;13m\x1b[1mDiagnostics:")
    return [heading, "", *(found + rest).rstrip().splitlines()]


def runs_of(line: str) -> Iterator[Run]:
    """The parts of a line, each with its colour."""
    colour = ""
    text, *rest = _STYLE.split(line)
    yield text, colour
    for code, part in zip(rest[::2], rest[1::2], strict=True):
        if code in {"", "0"}:
            colour = ""
        elif code.startswith("38;5;"):
            colour = _COLOURS.get(code.removeprefix("38;5;"), "")
        yield part, colour


def wrapped(line: str) -> Iterator[list[Run]]:
    """The rows that a line takes, broken between words; further ones are indented a little more."""
    characters = [(one, colour) for text, colour in runs_of(line.rstrip()) for one in text]
    text = "".join(one for one, _ in characters)
    indent = len(text) - len(text.lstrip()) + 2
    while len(characters) > COLUMNS:
        end = text.rfind(" ", indent, COLUMNS + 1)
        end = end if end > 0 else COLUMNS
        yield _joined(characters[:end])
        rest = characters[end:]
        while rest and rest[0][0] == " ":
            rest = rest[1:]
        characters = [(" ", "")] * indent + rest
        text = "".join(one for one, _ in characters)
    yield _joined(characters)


def _joined(characters: Sequence[Run]) -> list[Run]:
    """Characters of the same colour as one run."""
    return [
        ("".join(one for one, _ in same), colour)
        for colour, same in groupby(characters, key=lambda each: each[1])
    ]


def picture(lines: Sequence[str]) -> str:
    """The SVG: the prompt with the command, then the lines as they come."""
    rows = [[("$ ", "prompt"), (COMMAND, "")], *(row for line in lines for row in wrapped(line))]
    width = round(COLUMNS * _CHARACTER + 2 * _EDGE)
    height = len(rows) * _LINE + 2 * _EDGE
    drawn = "\n".join(_row(row, number) for number, row in enumerate(rows) if row)
    title = "pulumi preview stops at two functions that notify each other, before a change"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" xml:space="preserve">\n'
        f"<title>{title}</title>\n"
        f"<style>\n{_CSS}</style>\n"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>\n{drawn}\n</svg>\n'
    )


def _row(row: Sequence[Run], number: int) -> str:
    # The command stands there for a second; of the answer the heading comes first.
    comes_at = 0 if number == 0 else 1 if number == 1 else 2 + number * 0.08
    parts = "".join(
        f'<tspan class="{colour}">{escape(text)}</tspan>' if colour else escape(text)
        for text, colour in row
    )
    place = f'x="{_EDGE}" y="{_EDGE + (number + 1) * _LINE - 5}"'
    return f'<text {place} style="animation-delay:{comes_at:.2f}s">{parts}</text>'


def text_of(svg: str) -> list[str]:
    """The rows of a picture as text."""
    rows = re.findall(r"<text [^>]*>(.*?)</text>", svg)
    return [unescape(re.sub(r"</?tspan[^>]*>", "", row)) for row in rows]


def main() -> None:
    """Record, and write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(lines_of(record())), encoding="utf-8")


if __name__ == "__main__":
    main()
