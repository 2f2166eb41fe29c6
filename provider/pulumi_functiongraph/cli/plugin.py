"""`fgctl plugin`: puts the native plugin where the engine finds it without this environment."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import typer

from pulumi_functiongraph.cli.engine import NoAnswer, ask_pulumi
from pulumi_functiongraph.cli.exits import refused
from pulumi_functiongraph.core.semver import as_semver

NAME = "functiongraph"
EXECUTABLE = "pulumi-resource-functiongraph"

# -P: a folder of the user's program may hold files that are named like modules.
_SCRIPT = """\
#!/bin/sh
exec {python} -P -m pulumi_functiongraph.plugin "$@"
"""
_TIMEOUT = 120.0
"""Seconds; it takes one, and more on a disk far away."""

plugin = typer.Typer(
    no_args_is_help=True,
    subcommand_metavar="install",
    rich_markup_mode=None,
    add_completion=False,
)


@plugin.callback()
def _plugin() -> None:
    """Install the native plugin, which serves programs in every language of Pulumi."""


@plugin.command(
    epilog="\b\nExit codes: 0 installed, 2 not installed.\nExamples:\n  fgctl plugin install"
)
def install() -> None:
    """Install the plugin of this Python environment for the engine on PATH.

    Pulumi keeps a script that starts this Python, so the environment has to stay where it is. It is
    needed where programs run without the environment on PATH. To undo it:
    pulumi plugin rm resource functiongraph.
    """
    if os.name == "nt":
        message = "is not written for Windows: have the folder of fgctl on PATH instead"
        raise refused(f"fgctl plugin install {message}")
    release = as_semver(version("pulumi-functiongraph"))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / EXECUTABLE
        script.write_text(_SCRIPT.format(python=shlex.quote(sys.executable)), encoding="utf-8")
        script.chmod(0o755)
        command = ("plugin", "install", "resource", NAME, release)
        try:
            ask_pulumi(*command, "--file", str(script), "--reinstall", timeout=_TIMEOUT)
        except NoAnswer as error:
            what = f"could not install the plugin {NAME} {release} for {sys.executable}"
            raise refused(f"{what}: {error}") from error
    typer.echo(f"Installed the plugin {NAME} {release}; Pulumi starts it with {sys.executable}.")
    first = shutil.which(EXECUTABLE)
    if first is not None:
        typer.echo(f"While {first} is on PATH, Pulumi takes that one, and says so.")
