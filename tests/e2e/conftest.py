"""What the engine tests share: a stack of its own for each test, on local disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from e2e.cloud import cloud
from e2e.engine_cli import Cli, StackAt, engine_environment, engine_missing


@pytest.fixture(scope="session")
def engine() -> None:
    """Fail with the reason when there is no engine: a test that was not run is not a pass."""
    if reason := engine_missing():
        pytest.fail(reason, pytrace=False)


@pytest.fixture
def stack_at(tmp_path: Path, engine: None) -> StackAt:
    """Return a function that makes a fresh stack of a project; see e2e.engine_cli."""

    def make(
        folder: Path,
        *,
        stack: str = "test",
        environment: Mapping[str, str] | None = None,
        skip_checkpoints: bool = False,
    ) -> Cli:
        project = tmp_path / "projects" / folder.resolve().name
        if not project.exists():
            ignored = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml", ".venv")
            shutil.copytree(folder, project, ignore=ignored)
        settings = engine_environment(tmp_path / "home", skip_checkpoints=skip_checkpoints)
        cli = Cli(project, stack, settings | dict(environment or {}))
        cli.run("stack", "init", stack, "--non-interactive")
        return cli

    return make


__all__ = ["cloud", "engine", "stack_at"]
