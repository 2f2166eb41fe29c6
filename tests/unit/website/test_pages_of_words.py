"""Pages that list what the code says: messages, commands and their exit codes."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from pulumi_functiongraph.cli.help_page import page

ROOT = Path(__file__).parents[3]
PROVIDER = ROOT / "provider" / "pulumi_functiongraph"
DOCS = ROOT / "docs"
TROUBLE = (DOCS / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
EXIT_CODES = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^\| `([^`]+)`( \(Pulumi's own\))? \|", TROUBLE, re.MULTILINE)


@cache
def said() -> str:
    """All texts in the provider's code, one a line, … for what is filled in."""
    texts = []
    for module in PROVIDER.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (
                    str(part.value) if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
                texts.append("".join(parts))
    return "\n".join(texts)


@pytest.mark.parametrize("message", [text for text, foreign in MESSAGES if not foreign])
def test_a_message_that_is_explained_is_one_of_the_code(message: str) -> None:
    assert message in said()


def test_the_messages_of_the_page_are_found() -> None:
    assert len(MESSAGES) > 15


def test_each_command_has_its_exit_codes() -> None:
    listed = re.findall(r"^## fgctl (.+)$", page(), re.MULTILINE)
    # A group that only holds commands, such as `fgctl plugin`, ends with theirs.
    commands = [each for each in listed if f"Usage: fgctl {each} [OPTIONS] install" not in page()]

    assert set(re.findall(r"`fgctl ([a-z ]+)`", EXIT_CODES)) >= set(commands)
