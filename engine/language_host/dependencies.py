"""A project's dependencies: what is installed, and the commands that install them."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from language_host.interpreter import Interpreter, NoInterpreterError, choose, virtualenv_of

_LIST_TIMEOUT = 60.0
"""Seconds; reading the metadata of a thousand distributions takes about one."""

# Runs in the program's Python. A direct dependency is one that no other distribution requires.
_LIST = """\
import importlib.metadata, json, re
def key(name): return re.sub(r"[-_.]+", "-", name).lower()
found, required = {}, set()
for distribution in importlib.metadata.distributions():
    name = distribution.metadata["Name"]
    if name:
        found.setdefault(key(name), distribution.version)
        for line in distribution.requires or ():
            if "extra ==" not in line:
                required.add(key(re.match(r"[A-Za-z0-9._-]+", line).group()))
print(json.dumps({"found": found, "required": sorted(required)}))
"""


def installed(
    interpreter: Interpreter, *, environment: Mapping[str, str], transitive: bool
) -> list[tuple[str, str]]:
    """Return name and version of what is installed for a Python, sorted by name.

    Args:
        interpreter: the Python to ask.
        environment: the process environment to ask it in.
        transitive: whether to name those as well that only others require.
    """
    answer = subprocess.run(
        [interpreter.executable, "-c", _LIST],
        env=interpreter.environment(environment),
        capture_output=True,
        check=True,
        text=True,
        timeout=_LIST_TIMEOUT,
    )
    listed = json.loads(answer.stdout)
    found: dict[str, str] = listed["found"]
    hidden = set() if transitive else set(listed["required"])
    return sorted((name, version) for name, version in found.items() if name not in hidden)


def install_commands(
    options: Mapping[str, object], *, root: Path, program: Path, environment: Mapping[str, str]
) -> list[list[str]]:
    """Return the commands that make a project's environment and install its dependencies.

    With ``toolchain: uv`` and a pyproject.toml this is ``uv sync``; else the environment is made
    where it is missing, and requirements.txt is installed into it.

    Args:
        options: ``runtime.options`` of the project file.
        root: folder of the project file.
        program: folder of the program, where its requirements are looked for first.
        environment: where Python and uv are looked up.

    Raises:
        NoInterpreterError: there is no Python, or no uv where the project asks for it.
    """
    virtualenv = virtualenv_of(options, root=root)
    uses_uv = str(options.get("toolchain") or "").lower() == "uv"
    uv = shutil.which("uv", path=environment.get("PATH")) if uses_uv else None
    if uses_uv and uv is None:
        raise NoInterpreterError(
            "The project's runtime option is `toolchain: uv`, but `uv` is not on PATH. Install it "
            "(for instance with `pip install uv`), or choose another toolchain in Pulumi.yaml."
        )
    if uv and _first_with("pyproject.toml", program, root):
        return [[uv, "sync"]]

    commands = []
    if virtualenv is not None and not (virtualenv / "bin" / "python").is_file():
        if uv:
            commands.append([uv, "venv", str(virtualenv)])
        else:
            python = choose({}, root=root, environment=environment).executable
            commands.append([python, "-m", "venv", str(virtualenv)])
    if requirements := _first_with("requirements.txt", program, root):
        python = (
            str(virtualenv / "bin" / "python")
            if virtualenv is not None
            else choose({}, root=root, environment=environment).executable
        )
        installer = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip",
                                                                          "install"]  # fmt: skip
        commands.append([*installer, "-r", str(requirements)])
    return commands


def _first_with(name: str, *folders: Path) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
