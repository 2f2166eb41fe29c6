"""Whether the local cloud can run a function, and what to do when it cannot."""

from collections.abc import Mapping

from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.invocations.scripts import Script

_SCRIPT = "tell it what to do instead, with POST /_emulator/script or `behaviour` in the seed"


def obstacle(version: StoredVersion, script: Script) -> str | None:
    """Why a version cannot be run, and what to do then; None when it can.

    A function with a script, or without any code, always runs.
    """
    if script.behaviour is not None or not has_code(version.document):
        return None
    return f"the local cloud does not run the code of {version.name}; {_SCRIPT}"


def has_code(model: Mapping[str, object]) -> bool:
    """Whether there is code of a function anywhere: here, in OBS, or as an image."""
    return any(model.get(name) for name in ("code_size", "code_url", "custom_image"))
