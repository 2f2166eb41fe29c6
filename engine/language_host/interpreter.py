"""Which Python runs a program, a policy pack or a plugin.

The rules are those of Pulumi's own Python runtime: the runtime option ``virtualenv`` (relative to
the project root), ``toolchain: uv`` (the environment ``.venv``), the variable PULUMI_PYTHON_CMD,
and last the first of ``python3`` and ``python`` on PATH.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_UV_ENVIRONMENT = ".venv"


class NoInterpreterError(Exception):
    """No Python fits the project's runtime options; the message says what to do."""


@dataclass(frozen=True)
class Interpreter:
    """The Python to run, and the virtual environment that it belongs to, if any."""

    executable: str
    virtualenv: Path | None = None

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return ``base`` as it is in a shell where the virtual environment is activated."""
        activated = dict(base)
        if self.virtualenv is not None:
            activated.pop("PYTHONHOME", None)
            activated["VIRTUAL_ENV"] = str(self.virtualenv)
            search = [str(self.virtualenv / "bin"), activated.get("PATH", os.defpath)]
            activated["PATH"] = os.pathsep.join(search)
        return activated

    def version(self) -> str:
        """The version of Python; the host's own is known without a process, which takes 50 ms."""
        if Path(self.executable).resolve() == Path(sys.executable).resolve():
            return platform.python_version()
        answer = subprocess.run(
            [self.executable, "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
        return answer.stdout.strip()


def virtualenv_of(options: Mapping[str, object], *, root: Path) -> Path | None:
    """Return the virtual environment that the runtime options ask for, existing or not.

    Raises:
        NoInterpreterError: the options ask for a toolchain that this host does not know.
    """
    toolchain = str(options.get("toolchain") or "")
    if toolchain.lower() not in {"", "pip", "uv"}:
        raise NoInterpreterError(
            f"The runtime option `toolchain: {toolchain}` is not known to this language host, "
            "which knows pip and uv. Name the environment with `virtualenv` instead, or install "
            "the official Pulumi distribution."
        )
    chosen = str(options.get("virtualenv") or "")
    if not chosen and toolchain.lower() == "uv":
        chosen = _UV_ENVIRONMENT
    return root / chosen if chosen else None


def choose(
    options: Mapping[str, object], *, root: Path, environment: Mapping[str, str]
) -> Interpreter:
    """Return the Python for a project with these runtime options.

    Args:
        options: ``runtime.options`` of the project file.
        root: folder of the project file.
        environment: where PULUMI_PYTHON_CMD and PATH are looked up.

    Raises:
        NoInterpreterError: the virtual environment is not one, or there is no Python at all.
    """
    virtualenv = virtualenv_of(options, root=root)
    if virtualenv is not None:
        executable = virtualenv / "bin" / "python"
        if not executable.is_file():
            problem = "is not a virtual environment" if virtualenv.exists() else "does not exist"
            raise NoInterpreterError(
                f"The project's runtime options name the virtual environment {virtualenv}, "
                f"which {problem}. `pulumi install` makes it and installs the project's "
                "dependencies into it."
            )
        return Interpreter(str(executable), virtualenv)
    asked = environment.get("PULUMI_PYTHON_CMD")
    candidates = [asked] if asked else ["python3", "python"]
    for candidate in candidates:
        if found := shutil.which(candidate, path=environment.get("PATH", os.defpath)):
            return Interpreter(found)
    raise NoInterpreterError(
        f"None of {', '.join(candidates)} is on PATH. Install Python, or set PULUMI_PYTHON_CMD to "
        "the Python that has the project's dependencies."
    )
