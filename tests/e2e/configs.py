"""Programs and look-ups that the engine tests of configs share."""

import textwrap
from pathlib import Path
from typing import Any

from e2e.engine_cli import Cli

TYPE = "pulumi-python:dynamic/functiongraph:AsyncNotificationConfig"

HEAD = """\
import pulumi
import pulumi_functiongraph as functiongraph
from pulumi_functiongraph import (
    AsyncNotificationConfig, DisTarget, FunctionTarget, ObsTarget, SmnTarget,
)
"""


def program(body: str) -> str:
    """A program with the usual imports."""
    return HEAD + textwrap.dedent(body)


def rewrite(cli: Cli, body: str) -> None:
    """Change the program of a stack."""
    (cli.project / "__main__.py").write_text(program(body), encoding="utf-8")


def with_function_module(project: Path) -> Path:
    """Put the dynamic Function resource beside the program."""
    source = Path(__file__).parent / "programs" / "function.py"
    (project / "function.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return project


def state_of(cli: Cli, name: str) -> dict[str, Any]:
    """The config's entry in state, by its logical name."""
    found = [each for each in cli.resources(TYPE) if each["urn"].endswith(f"::{name}")]
    assert len(found) == 1, cli.resources(TYPE)
    return found[0]
