"""What the engine tests share: a stack of its own for each test, on local disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from e2e.cloud import cloud
from e2e.engine_cli import Cli, StackAt, engine_environment, engine_missing
from e2e.kept import applied
from e2e.languages import with_yaml


@pytest.fixture(scope="session")
def engine() -> None:
    """Fail with the reason when there is no engine: a test that was not run is not a pass."""
    if reason := engine_missing():
        pytest.fail(reason, pytrace=False)


@pytest.fixture(scope="session")
def fresh_stacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stacks just made, to be copied: `pulumi stack init` takes half a second."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture
def stack_at(tmp_path: Path, engine: None, fresh_stacks: Path) -> StackAt:
    """Return a function that makes a fresh stack of a project; see e2e.engine_cli.

    The stack is not selected: a command that looks for the selected one selects it first.
    """

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
        home, config = tmp_path / "home", f"Pulumi.{stack}.yaml"
        cli = Cli(
            project,
            stack,
            engine_environment(home, skip_checkpoints=skip_checkpoints) | dict(environment or {}),
        )
        name = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
        fresh = fresh_stacks / name / stack
        if not fresh.exists():
            cli.run("stack", "init", stack, "--no-select", "--non-interactive")
            shutil.copytree(home / "state", fresh / "state")
            shutil.copy(project / config, fresh)
        shutil.copytree(fresh / "state", home / "state", dirs_exist_ok=True)
        shutil.copy(fresh / config, project)
        return cli

    return make


__all__ = ["applied", "cloud", "engine", "fresh_stacks", "stack_at", "with_yaml"]
