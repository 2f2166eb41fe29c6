"""Asks a Pulumi CLI for its version, and says whether it will do."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from semver import VersionInfo

TIMEOUT = 30.0
"""Seconds; the CLI answers in 0.3, on a busy machine in a few."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a CLI cannot be used."""

    reason: str


def version_of(
    executable: Path, *, floor: str, environment: Mapping[str, str], timeout: float = TIMEOUT
) -> VersionInfo | Unusable:
    """Return the version of a CLI that can be used.

    Args:
        executable: the CLI.
        floor: lowest version that is accepted.
        environment: what it runs with; its home folder is replaced by an empty one.
        timeout: seconds that it may take to answer.
    """
    text = _ask(executable, environment=environment, timeout=timeout)
    if isinstance(text, Unusable):
        return text
    if not text:
        return Unusable(f"{executable} has no version (it was built without one)")
    try:
        found = VersionInfo.parse(text)
    except ValueError:
        return Unusable(f"{executable} has a version that is none: {text!r}")
    if found < VersionInfo.parse(floor):
        return Unusable(f"{executable} is version {found}, and at least {floor} is needed")
    return found


def _ask(executable: Path, *, environment: Mapping[str, str], timeout: float) -> str | Unusable:
    with tempfile.TemporaryDirectory(prefix="pulumi-version-") as home:
        try:
            answer = subprocess.run(
                [executable, "version"],
                env={**environment, "PULUMI_SKIP_UPDATE_CHECK": "1", "PULUMI_HOME": home},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Unusable(f"{executable} did not tell its version within {timeout:g} s")
        except OSError as error:
            return Unusable(f"{executable} cannot be run: {os.strerror(error.errno or 0)}")
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip().splitlines()
        ended = f"`{executable} version` ended with exit code {answer.returncode}"
        return Unusable(f"{ended} and said: {said[-1]}" if said else ended)
    return answer.stdout.strip().removeprefix("v")
