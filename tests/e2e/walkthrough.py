"""A page of the docs carried out as a reader would: its files written, its commands run.

Of a page count the fenced blocks, in their order:

- one with ``title="NAME"`` is the file of that name; a ``diff`` with one is an edit of it;
- ``sh`` is run, in the shell that the blocks before it have left (folder and variables); one
  that ends with ``-- bash`` opens a shell, in which the rest of the page is run;
- ``text`` right after it has lines that the output has in that order; ``…`` stands for any others.

A comment ahead of a block says what is unusual: ``<!-- fails -->``, ``<!-- not run: why -->``.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Self

_BLOCK = re.compile(
    r"^(?P<indent> *)(?:<!-- (?P<remark>fails|not run)(?:: [^\n]*)? -->\n+(?P=indent))?"
    r'```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^(?P=indent)```$',
    re.MULTILINE | re.DOTALL,
)
_OPENS_SHELL = " -- bash"
_TIMEOUT = 120


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str | None
    text: str
    remark: str | None


def blocks_of(page: str) -> list[Block]:
    return [
        Block(found["language"], found["title"], dedent(found["text"]), found["remark"])
        for found in _BLOCK.finditer(page)
    ]


class Reader:
    """Somebody who does what a page says, in an empty folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._kept = folder / ".reader"
        self._kept.mkdir(parents=True)
        self._environment = dict(environment)
        self._shells = ExitStack()
        self._ran = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shells.close()

    def follow(self, page: str) -> int:
        """Do all that the page says; returns how many blocks of commands were run."""
        output = ""
        for block in blocks_of(page):
            if block.remark == "not run":
                output = ""
            elif block.title:
                self._write(block)
            elif block.language == "sh":
                output = self._run(block)
            elif block.language == "text":
                assert_shown(block.text, output)
        return self._ran

    def _write(self, block: Block) -> None:
        file = self._folder / str(block.title)
        if block.language != "diff":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            return
        before, after = (
            "".join(line[1:] for line in block.text.splitlines(True) if line[0] in marks)
            for marks in ("- ", "+ ")
        )
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{block.title} has not once:\n{before}"
        file.write_text(text.replace(before, after), encoding="utf-8")

    def _run(self, block: Block) -> str:
        self._ran += 1
        if block.text.rstrip().endswith(_OPENS_SHELL):
            self._open_shell(block.text.strip())
            return ""
        ended = subprocess.run(
            ["bash", "-euc", f"{self._leave_behind('EXIT')}\n{block.text}"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        assert (ended.returncode != 0) == (block.remark == "fails"), (
            f"{block.text}ended with {ended.returncode}:\n{ended.stdout}"
        )
        self._go_on()
        return ended.stdout

    def _open_shell(self, command: str) -> None:
        opening = f"{self._leave_behind()}; read -r"
        opened = command.removesuffix("bash") + f"bash -c {shlex.quote(opening)}"
        shell = subprocess.Popen(
            ["bash", "-euc", opened],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            text=True,
        )
        self._shells.enter_context(shell)
        self._shells.callback(lambda: shell.stdin.close() if shell.stdin else None)
        deadline = time.monotonic() + _TIMEOUT
        while not (self._kept / "folder").exists():
            assert shell.poll() is None, f"{command} ended with {shell.returncode}"
            assert time.monotonic() < deadline, f"{command} opened no shell"
            time.sleep(0.05)
        self._go_on()

    def _leave_behind(self, signal: str = "") -> str:
        """Commands that keep the variables and the folder for the next block."""
        variables, folder = self._kept / "variables", self._kept / "folder"
        folder.unlink(missing_ok=True)
        keep = f"env -0 >{variables}; pwd >{folder}.new; mv {folder}.new {folder}"
        return f"trap {shlex.quote(keep)} {signal}" if signal else keep

    def _go_on(self) -> None:
        """Take over the variables and the folder that the last block has left."""
        self._folder = Path((self._kept / "folder").read_text(encoding="utf-8").strip())
        variables = (self._kept / "variables").read_text(encoding="utf-8").split("\0")
        self._environment = dict(each.split("=", 1) for each in variables if each)


def assert_shown(expected: str, output: str) -> None:
    """Assert that the output has these lines, one after the other."""
    lines: Iterator[str] = (line.strip() for line in output.splitlines())
    for wanted in filter(None, map(str.strip, expected.splitlines())):
        if wanted != "…":
            start = wanted.removesuffix("…").rstrip()
            assert any(line.startswith(start) for line in lines), (
                f"the page shows, and the output has not (in this order): {wanted}\n{output}"
            )
