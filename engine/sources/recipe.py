"""What is built when an engine is built: the version, and everything that the result depends on."""

import hashlib
import platform
import re
from pathlib import Path

MODULE_FOLDER = Path(__file__).resolve().parent.parent
"""Folder of go.mod and go.sum."""

COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

_REQUIREMENT = re.compile(r"^require github\.com/pulumi/pulumi/pkg/v3 v(\S+)$", re.MULTILINE)
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def version(module_folder: Path = MODULE_FOLDER) -> str:
    """Return the engine's version in go.mod: what is built, and the lowest that is accepted.

    Raises:
        ValueError: go.mod does not require the engine.
    """
    text = (module_folder / "go.mod").read_text(encoding="utf-8")
    found = _REQUIREMENT.search(text)
    if found is None:
        raise ValueError(f"{module_folder / 'go.mod'} does not require {COMMAND.rsplit('/', 2)[0]}")
    return found.group(1)


def build_arguments(output: Path) -> list[str]:
    """Return what follows ``go`` to build the CLI.

    Without the stamped version the CLI reports an empty one, which Pulumi's own Automation API
    refuses. ``go mod download`` is of no use: it asks for more than a build needs, and fails
    where a proxy serves a module but not its metadata.
    """
    stamp = f"-s -w -X {_VERSION_VARIABLE}=v{version()}"
    return ["build", "-v", "-trimpath", "-ldflags", stamp, "-o", str(output), COMMAND]


def build_settings(work: Path) -> dict[str, str]:
    """Return the variables of a build that keeps everything below ``work``."""
    return {
        "CGO_ENABLED": "0",  # so that no C compiler is needed
        "GOCACHE": str(work / "compiled"),
        "GOFLAGS": "-mod=readonly",
        "GOMODCACHE": str(work / "modules"),
        "GOPATH": str(work / "path"),
        "GOTMPDIR": str(work),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def name(module_folder: Path = MODULE_FOLDER) -> str:
    """Return the name under which the result is kept: version and hash of the whole recipe."""
    ingredients = [
        (module_folder / "go.mod").read_bytes(),
        (module_folder / "go.sum").read_bytes(),
        "\n".join(build_arguments(Path("pulumi"))).encode(),
        repr(sorted(build_settings(Path("work")).items())).encode(),
        f"{platform.system()} {platform.machine()}".encode(),
    ]
    digest = hashlib.sha256(b"\0".join(ingredients)).hexdigest()
    return f"{version(module_folder)}-{digest[:12]}"
