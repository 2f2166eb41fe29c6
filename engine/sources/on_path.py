"""An engine that the user has: PULUMI_COMMAND, or ``pulumi`` on PATH."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from sources.answer import Engine, PassedOver
from sources.probe import TIMEOUT, Unusable, version_of


def from_command(
    environment: Mapping[str, str], *, floor: str, timeout: float = TIMEOUT
) -> Engine | PassedOver:
    """Take the CLI that PULUMI_COMMAND names, by path or by name on PATH."""
    command = environment.get("PULUMI_COMMAND", "")
    if not command:
        return PassedOver("PULUMI_COMMAND", "not set")
    return _find("PULUMI_COMMAND", command, environment, floor=floor, timeout=timeout)


def from_path(
    environment: Mapping[str, str], *, floor: str, timeout: float = TIMEOUT
) -> Engine | PassedOver:
    """Take the first ``pulumi`` on PATH."""
    return _find("pulumi on PATH", "pulumi", environment, floor=floor, timeout=timeout)


def _find(
    source: str, command: str, environment: Mapping[str, str], *, floor: str, timeout: float
) -> Engine | PassedOver:
    found = shutil.which(command, path=environment.get("PATH", os.defpath))
    if found is None:
        return PassedOver(source, f"there is no executable {command}")
    executable = Path(found).absolute()
    version = version_of(executable, floor=floor, environment=environment, timeout=timeout)
    if isinstance(version, Unusable):
        return PassedOver(source, version.reason)
    return Engine(executable, str(version), source)
