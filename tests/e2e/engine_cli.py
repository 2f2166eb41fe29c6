"""The real ``pulumi`` CLI as a test sees it: one stack in one project folder, on local disk.

A test asks for the fixture ``stack_at`` (tests/e2e/conftest.py) and drives the stack::

    @pytest.mark.engine
    def test_a_config_is_created(stack_at: StackAt) -> None:
        cli = stack_at(Path("examples/quickstart"), environment={"FUNCTIONGRAPH_REGION": "eu-de"})
        cli.config_set("functiongraph:secretKey", "s3cret", secret=True)
        assert "1 to create" in cli.preview().output     # fails the test on a non-zero exit code
        cli.up()
        assert cli.resources("pulumi-python:dynamic/functiongraph:AsyncNotificationConfig")
        refused = cli.up(expect=1)                        # the exit code that is expected
        assert "maxAsyncRetryAttempts" in refused.output
        steps = cli.json("preview")["steps"]              # parsed ``--json``
        cli.destroy()

Small programs are written in place: ``stack_at(write_project(tmp_path / "trial", program))``.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

TIMEOUT = 120.0
"""Seconds that one CLI command may take; the slowest seen with 400 resources took 15."""

# A developer's own engine settings, credentials and stacks have no business in a test. Nor is
# coverage measured in the many processes of an engine run: it doubles their time, and the unit
# tests reach the floors without them.
_FOREIGN = (
    "COVERAGE_", "PULUMI_", "FUNCTIONGRAPH_", "OS_", "HUAWEICLOUD_", "HW_", "OTC_", "AWS_", "XDG_",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What one command of the CLI gave back."""

    arguments: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Standard output and standard error, for a search in both."""
        return f"{self.stdout}\n{self.stderr}"

    def __str__(self) -> str:
        return (
            f"`pulumi {' '.join(self.arguments)}` ended with exit code {self.exit_code}\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        )


class StackAt(Protocol):
    """The fixture ``stack_at``: a fresh stack of the project in ``folder`` (which is copied)."""

    def __call__(
        self,
        folder: Path,
        *,
        stack: str = "test",
        environment: Mapping[str, str] | None = None,
        skip_checkpoints: bool = False,
    ) -> "Cli":
        """Copy the project, make the stack in a state folder of its own, and return its CLI."""


@dataclass(frozen=True)
class Cli:
    """The ``pulumi`` CLI for one stack; every method fails the test with what the CLI said."""

    project: Path
    stack: str
    environment: Mapping[str, str] = field(repr=False)

    @property
    def state_folder(self) -> Path:
        """The folder of the backend that `engine_environment` names."""
        return Path(self.environment["HOME"]) / "state"

    def run(
        self,
        *arguments: str,
        expect: int | None = 0,
        timeout: float = TIMEOUT,
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        """Run any command in the project folder.

        Args:
            arguments: what follows ``pulumi``.
            expect: exit code without which the test fails; None takes any.
            timeout: seconds; afterwards the CLI and all that it started are killed.
            environment: added to the stack's environment for this one command.
        """
        result = run_pulumi(
            *arguments,
            folder=self.project,
            environment={**self.environment, **(environment or {})},
            timeout=timeout,
        )
        assert expect is None or result.exit_code == expect, f"expected {expect}: {result}"
        return result

    def up(self, *arguments: str, preview: bool = False, **options: Any) -> Result:
        """Apply the program; ``options`` as for ``run``.

        Args:
            arguments: what follows ``pulumi up``.
            preview: let the CLI preview first, as it does for a person; that is half of its time.
        """
        return self._operation("up", "--yes", *_at_once(preview=preview), *arguments, **options)

    def preview(self, *arguments: str, **options: Any) -> Result:
        """Show what ``up`` would do (exit code 0 with changes, unless told otherwise)."""
        return self._operation("preview", *arguments, **options)

    def refresh(self, *arguments: str, preview: bool = False, **options: Any) -> Result:
        """Read the live resources into the state; ``preview`` as for ``up``."""
        return self._operation(
            "refresh", "--yes", *_at_once(preview=preview), *arguments, **options
        )

    def destroy(self, *arguments: str, preview: bool = False, **options: Any) -> Result:
        """Delete every resource of the stack; ``preview`` as for ``up``."""
        return self._operation(
            "destroy", "--yes", *_at_once(preview=preview), *arguments, **options
        )

    def json(self, command: str, *arguments: str, **options: Any) -> Any:
        """Run an operation with ``--json`` and return the parsed answer."""
        result = self._operation(command, "--json", *arguments, **options)
        return json.loads(result.stdout)

    def config_set(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set one value of the stack's configuration, encrypted when it is a secret."""
        self.run("config", "set", "--stack", self.stack, "--secret" if secret else "--plaintext",
                 key, value)  # fmt: skip

    def config_set_secrets(self, values: Mapping[str, str]) -> None:
        """Set several secrets of the stack's configuration at once, at the cost of one."""
        self.run("config", "set-all", "--stack", self.stack,
                 *(f"--secret={key}={value}" for key, value in values.items()))  # fmt: skip

    def export(self) -> dict[str, Any]:
        """Return the stack's state as `pulumi stack export` gives it."""
        deployment = json.loads(self.run("stack", "export", "--stack", self.stack).stdout)
        assert isinstance(deployment, dict)
        return deployment

    def resources(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the resources in state, all or those of one type token.

        They are read as the engine has written them: `pulumi stack export` takes half a second.
        """
        (file,) = (self.state_folder / ".pulumi" / "stacks").rglob(f"{self.stack}.json")
        state = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
        found = state.get("resources") or []
        return [resource for resource in found if not kind or resource["type"] == kind]

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, secrets in clear."""
        outputs = json.loads(
            self.run("stack", "output", "--stack", self.stack, "--json", "--show-secrets").stdout
        )
        assert isinstance(outputs, dict)
        return outputs

    def _operation(self, command: str, *arguments: str, **options: Any) -> Result:
        return self.run(
            command, "--stack", self.stack, "--non-interactive", "--color=never",
            "--suppress-permalink", *arguments, **options,
        )  # fmt: skip


def _at_once(*, preview: bool) -> tuple[str, ...]:
    return () if preview else ("--skip-preview",)


def engine_missing(path: str | None = None) -> str | None:
    """Say why the engine tests cannot run, or None when a usable engine is on PATH."""
    if shutil.which("pulumi", path=path) is None:
        return (
            "no `pulumi` on PATH, and the engine tests need a real one: run them with "
            "scripts/test, which gets one, or leave them out with --no-engine"
        )
    return None


def engine_environment(home: Path, *, skip_checkpoints: bool = False) -> dict[str, str]:
    """Return an environment in which the engine keeps everything below ``home``.

    Args:
        home: becomes HOME and holds PULUMI_HOME and the state.
        skip_checkpoints: do not write the state after every resource. Ten times faster with a
            thousand resources, but a crash loses the run's state.
    """
    state = home / "state"
    state.mkdir(parents=True, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)}
    # `python3` must be the Python of this test run, also when its environment is not activated.
    search = [str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]
    environment |= {
        "PATH": os.pathsep.join(search),
        "HOME": str(home),
        "PULUMI_HOME": str(home / "pulumi"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_SUPPRESS_NEO_LINK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    }
    if skip_checkpoints:
        environment |= {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
    return environment


def run_pulumi(
    *arguments: str, folder: Path, environment: Mapping[str, str], timeout: float = TIMEOUT
) -> Result:
    """Run the CLI once; AssertionError when it is not done in ``timeout`` seconds."""
    with subprocess.Popen(
        ["pulumi", *arguments],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # The engine puts each plugin into a process group of its own; they end with it.
            process.send_signal(signal.SIGINT)
            try:
                stdout, stderr = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                stdout, stderr = process.communicate()
            result = Result(arguments, process.returncode, stdout, stderr)
            raise AssertionError(f"not done after {timeout:.0f} s, ended: {result}") from None
    return Result(arguments, process.returncode, stdout, stderr)


def write_project(
    folder: Path,
    program: str,
    *,
    name: str = "trial",
    options: Mapping[str, str] | None = None,
    settings: str = "",
) -> Path:
    """Write a Pulumi project (Pulumi.yaml and __main__.py) into ``folder`` and return it.

    Args:
        folder: made when it does not exist.
        program: text of ``__main__.py``.
        name: the project's name.
        options: runtime options, such as ``virtualenv``.
        settings: further lines of Pulumi.yaml.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = "".join(f"    {key}: {value}\n" for key, value in (options or {}).items())
    runtime = f"runtime:\n  name: python\n  options:\n{chosen}" if chosen else "runtime: python\n"
    (folder / "Pulumi.yaml").write_text(f"name: {name}\n{runtime}{settings}", encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder
