"""The environment variables that lead a client to the local cloud."""

import json
import re
from collections.abc import Iterable
from shlex import quote

from pulumi_functiongraph.emulator.iam import models
from pulumi_functiongraph.emulator.state.store import Connection

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
"""Of a variable: what a shell takes as a name, and reads as nothing else."""

SERVICES = ("functiongraph", "iam", "smn", "dis", "obs")


def variables(connection: Connection, *, cloud: str, url: str) -> dict[str, str]:
    """What to export, for the first project and the first access key."""
    address = url.rstrip("/")
    project = models.first_project(connection)
    found = {
        "FUNCTIONGRAPH_CLOUD": cloud,
        "FUNCTIONGRAPH_REGION": project.region,
        "FUNCTIONGRAPH_ENDPOINTS": json.dumps(dict.fromkeys(SERVICES, address)),
        "HUAWEICLOUD_SDK_PROJECT_ID": project.id,
    }
    key = models.first_access_key(connection)
    if key is not None:
        found["HUAWEICLOUD_SDK_AK"] = key.access_key
        found["HUAWEICLOUD_SDK_SK"] = key.secret_key
        if key.security_token is not None:
            found["HUAWEICLOUD_SDK_SECURITY_TOKEN"] = key.security_token
    suffix = project.region.replace("-", "_").upper()
    for service in ("functiongraph", "iam", "smn", "dis"):
        found[f"HUAWEICLOUD_SDK_REGION_{service.upper()}_{suffix}"] = address
    # A state that was kept from before may hold a project of any name.
    return {name: value for name, value in found.items() if _NAME.fullmatch(name)}


def exports(found: dict[str, str], *, unset: Iterable[str] = ()) -> str:
    """The variables as lines for a shell, which forgets those of `unset` that are not found."""
    lines = [f"export {name}={quote(value)}" for name, value in found.items()]
    others = [name for name in unset if name not in found and _NAME.fullmatch(name)]
    return "\n".join([*lines, f"unset {' '.join(others)}"] if others else lines)
