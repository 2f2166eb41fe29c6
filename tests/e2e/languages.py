"""What programs in other languages need to run, where it is to be had: see engine/languages.py."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.engine_cli import Cli, Result
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

ROOT = Path(__file__).parents[2]


def folder_with(name: str) -> Path:
    """The folder that has a program; a test is skipped with the reason where it is not to be had.

    Nothing is built here: scripts/test --long does that before the tests.
    """
    run = subprocess.run(
        [sys.executable, ROOT / "engine" / "languages.py", "--kept", name, ROOT / ".venv"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if run.returncode != 0:
        pytest.skip(f"{run.stderr}\nscripts/test --long builds it")
    return Path(run.stdout.strip())


def without_python_environment(cli: Cli) -> Cli:
    """The stack without this Python environment on PATH: only an installed plugin is found."""
    pulumi = shutil.which("pulumi", path=cli.environment["PATH"])
    assert pulumi is not None
    path = os.pathsep.join([str(Path(pulumi).parent), "/usr/bin", "/bin"])
    assert shutil.which("pulumi-resource-functiongraph", path=path) is None
    return replace(cli, environment={**cli.environment, "PATH": path})


def import_config(cli: Cli, function: str, *, expect: int = 0) -> Result:
    """Import a config by a short name, which runs the plugin and no program."""
    return cli.run(
        "import", NATIVE_CONFIG, function, function, "--yes", "--generate-code=false",
        "--stack", cli.stack, "--non-interactive", "--color=never", expect=expect,
    )  # fmt: skip


@pytest.fixture(scope="session")
def with_yaml(engine: None) -> Callable[[Cli], Cli]:
    """Return a function that lets a stack run YAML programs."""
    folder = folder_with("pulumi-language-yaml")

    def with_host(cli: Cli) -> Cli:
        path = os.pathsep.join([str(folder), cli.environment["PATH"]])
        return replace(cli, environment={**cli.environment, "PATH": path})

    return with_host
