"""The wheel as a user gets it: built, installed alone, and run by the real engine."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from e2e.cloud import Cloud, cloud
from e2e.configs import program
from e2e.conftest import engine, fresh_stacks, stack_at
from e2e.engine_cli import StackAt, write_project

__all__ = ["cloud", "engine", "fresh_stacks", "stack_at"]

ROOT = Path(__file__).parents[2]
PULUMI = "pulumi==3.259.0"
MOST = 40
"""Megabytes that the package may add to an environment with Pulumi's SDK."""


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
    uv("pip", "install", "--quiet", "--python", python, str(wheel), PULUMI)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def added(
    environment_of_wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Distribution]:
    """By name, what the package brings to an environment with Pulumi's SDK, itself included."""
    folder = tmp_path_factory.mktemp("pulumi") / "venv"
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    uv("pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), PULUMI)
    there = installed(folder)
    found = installed(environment_of_wheel)
    return {name: found[name] for name in found.keys() - there.keys()}


def installed(environment: Path) -> dict[str, Distribution]:
    sites = [str(site) for site in environment.glob("lib/python*/site-packages")]
    return {re.sub("[-_.]+", "-", d.name).lower(): d for d in distributions(path=sites)}


def megabytes(distribution: Distribution) -> float:
    """Without bytecode, which comes with use."""
    paths = [Path(str(distribution.locate_file(file))) for file in distribution.files or ()]
    kept = [path for path in paths if "__pycache__" not in path.parts and path.is_file()]
    return sum(path.stat().st_size for path in kept) / 1e6


def uv(*arguments: str) -> None:
    found = shutil.which("uv")
    assert found, "uv is not on PATH; run the tests with scripts/test"
    quiet = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    run = subprocess.run(
        [found, *arguments], env=quiet, capture_output=True, text=True, check=False, timeout=300
    )
    if run.returncode and "the network was disabled" in run.stderr:
        pytest.skip("no index answers, and uv has not kept what the wheel needs")
    assert run.returncode == 0, run.stderr


def test_the_wheel_holds_the_package_its_types_and_its_schemas(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = [name for name in names if name.startswith("pulumi_functiongraph/")]
    assert "pulumi_functiongraph/py.typed" in package
    assert "pulumi_functiongraph/core/schemas/event.schema.json" in package
    # Without it Pulumi's own Python host would look for a plugin of the package's name.
    assert "pulumi_functiongraph/pulumi-plugin.json" in package
    assert all(name.startswith("pulumi_functiongraph") for name in names)


def test_it_adds_little_to_an_environment_with_pulumi(added: dict[str, Distribution]) -> None:
    weights = {name: round(megabytes(one), 1) for name, one in added.items()}
    assert weights["pulumi-functiongraph"] > 1
    assert sum(weights.values()) <= MOST, sorted(weights.items(), key=lambda each: -each[1])


def test_each_library_that_it_brings_is_in_the_table_of_licences(
    added: dict[str, Distribution],
) -> None:
    page = (ROOT / "docs" / "adr" / "0001-dependencies.md").read_text(encoding="utf-8")
    first = re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)
    named = {re.sub("[-_.]+", "-", name).lower() for cell in first for name in cell.split(", ")}
    assert added.keys() - named == {"pulumi-functiongraph"}


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
