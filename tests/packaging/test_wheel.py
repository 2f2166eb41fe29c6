"""The wheel as a user gets it: built, installed alone, and run by the real engine."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.cloud import Cloud, cloud
from e2e.configs import program
from e2e.conftest import engine, fresh_stacks, stack_at
from e2e.engine_cli import StackAt, write_project

__all__ = ["cloud", "engine", "fresh_stacks", "stack_at"]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "provider", source / "provider", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    locked = ("--no-build-isolation", "--python", sys.executable)
    uv("build", "--quiet", *locked, "--wheel", "--out-dir", str(folder), str(source))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment_of_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("alone") / "venv"
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    python = str(folder / "bin" / "python")
    uv("pip", "install", "--quiet", "--python", python, str(wheel), "pulumi==3.259.0")
    yield folder
    shutil.rmtree(folder)


def uv(*arguments: str) -> None:
    found = shutil.which("uv")
    assert found, "uv is not on PATH; run the tests with scripts/test"
    quiet = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    run = subprocess.run(
        [found, *arguments], env=quiet, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr


def test_the_wheel_holds_the_package_its_types_and_its_schemas(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = [name for name in names if name.startswith("pulumi_functiongraph/")]
    assert "pulumi_functiongraph/py.typed" in package
    assert "pulumi_functiongraph/core/schemas/event.schema.json" in package
    # Without it Pulumi's own Python host would look for a plugin of the package's name.
    assert "pulumi_functiongraph/pulumi-plugin.json" in package
    assert all(name.startswith("pulumi_functiongraph") for name in names)


def test_alone_in_an_environment_its_command_works(environment_of_wheel: Path) -> None:
    fgctl = str(environment_of_wheel / "bin" / "fgctl")
    run = subprocess.run([fgctl, "rules", "FGN001"], capture_output=True, text=True, check=True)
    assert "FGN001" in run.stdout
    lacks = subprocess.run([fgctl, "emulator"], capture_output=True, text=True, check=False)
    assert lacks.returncode == 2
    assert "pulumi-functiongraph[emulator]" in lacks.stderr


def test_alone_it_refuses_a_clouds_yaml_and_says_what_to_install(
    environment_of_wheel: Path, tmp_path: Path
) -> None:
    (tmp_path / "clouds.yaml").write_text("clouds: {prod: {auth: {ak: a, sk: s}}}\n")
    fgctl = str(environment_of_wheel / "bin" / "fgctl")
    run = subprocess.run(
        [fgctl, "graph", "--live"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "OS_CLOUD": "prod", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "pulumi-functiongraph[clouds-yaml]" in run.stderr


@pytest.mark.engine
def test_alone_in_an_environment_the_engine_runs_it(
    environment_of_wheel: Path, tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    project = write_project(
        tmp_path / "alone",
        program(
            "import sys\n"
            f'AsyncNotificationConfig("orders", function_urn="{cloud.urn("orders")}")\n'
            'pulumi.export("prefix", sys.prefix)\n'
        ),
        options={"virtualenv": str(environment_of_wheel)},
    )
    cli = stack_at(project, environment=cloud.environment)
    cli.up()
    assert cli.outputs()["prefix"] == str(environment_of_wheel)
    assert cloud.live("orders")["max_async_retry_attempts"] == 1
    cli.destroy()
    assert cloud.has_no_config("orders")
