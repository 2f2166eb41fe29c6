"""Whether the local cloud can run a function, and what to do when it cannot."""

from collections.abc import Mapping

from pulumi_functiongraph.emulator.functiongraph import code
from pulumi_functiongraph.emulator.functiongraph.code import Origin
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.invocations.scripts import Script
from pulumi_functiongraph.emulator.state.store import Connection

_SCRIPT = "tell it what to do instead, with POST /_emulator/script or `behaviour` in the seed"


def obstacle(
    connection: Connection, version: StoredVersion, script: Script, *, runs_code: bool
) -> str | None:
    """Why a version cannot be run, and what to do then; None when it can.

    A function with a script, or without any code, always runs.

    Args:
        connection: to the state.
        version: what is to be run.
        script: what its function was told to do.
        runs_code: whether code that clients have uploaded may be run, too.
    """
    name, runtime = version.name, version.document.get("runtime")
    if script.behaviour is not None or not has_code(version.document):
        return None
    origin = code.origin_of(connection, version)
    if origin is None:
        where = (
            "in OBS, in no bucket that this local cloud has; put it into one, and name that"
            if version.document.get("code_url")
            else "in an image, which the local cloud does not run"
        )
        return f"the code of {name} is {where}; or {_SCRIPT}"
    if not str(runtime).startswith("Python"):
        return f"the local cloud runs Python only, and {name} is for {runtime}; {_SCRIPT}"
    if not runs_code and origin is Origin.FORMER_SEED:
        return (
            f"the folder keeps code of {name} that is not in the seed of this start, so it is not "
            "run: POST /_emulator/reset or an empty folder takes the seed as it is now; or start "
            f"with the former seed or --run-code; or {_SCRIPT}"
        )
    if not runs_code and origin is not Origin.SEED:
        return (
            f"the local cloud does not run uploaded code such as that of {name} unless it is told "
            f"to: start it with `fgctl emulator --run-code`; or {_SCRIPT}"
        )
    return None


def has_code(model: Mapping[str, object]) -> bool:
    """Whether there is code of a function anywhere: here, in OBS, or as an image."""
    return any(model.get(name) for name in ("code_size", "code_url", "custom_image"))
