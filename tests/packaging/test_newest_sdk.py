"""What touches the insides of Pulumi's SDK, tried with the newest SDK as well.

Everything else runs with the oldest SDK that the package allows.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "sdk_internals"
LOCK = TESTS / "newest-sdk.lock"
ENVIRONMENT = Path(sys.prefix) / "newest-sdk"
"""Kept, so that only the first run after a change of the lock installs anything."""

NOT_REACHED = ("Failed to fetch", "error sending request", "the network was disabled")
"""What uv says when there is no way to the registry."""


def locked_version() -> Version:
    found = re.search(r"^pulumi==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{LOCK} has no pulumi; run scripts/lock"
    return Version(found[1])


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    left_out = ("VIRTUAL_ENV", "PYTEST_", "COVERAGE_")
    inherited = {key: each for key, each in os.environ.items() if not key.startswith(left_out)}
    return subprocess.run(
        command,
        env={**inherited, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture(scope="session")
def python_with_newest_sdk() -> str:
    """A Python that has the newest SDK and pytest; skips where the registry is out of reach."""
    python, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed.lock"
    lock = LOCK.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return str(python)
    uv = shutil.which("uv")
    assert uv, "uv is not on PATH; run the tests with scripts/test"
    made = run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT))
    assert made.returncode == 0, made.stderr
    installing = (uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python))
    installed = run(*installing, str(LOCK))
    if any(each in installed.stderr for each in NOT_REACHED):
        why = installed.stderr.strip().splitlines()[-1]
        pytest.skip(f"NOT RUN with Pulumi's SDK {locked_version()}: no way to the registry: {why}")
    assert installed.returncode == 0, installed.stderr
    stamp.write_text(lock, encoding="utf-8")
    return str(python)


def test_all_else_runs_with_the_oldest_sdk_that_the_package_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = next(each for each in project["dependencies"] if each.startswith("pulumi>="))
    oldest = next(each.version for each in Requirement(wanted).specifier if each.operator == ">=")
    installed = Version(metadata.version("pulumi"))
    assert installed.release[:2] == Version(oldest).release[:2]
    assert installed < locked_version()


def test_the_insides_of_the_newest_sdk_are_as_we_touch_them(python_with_newest_sdk: str) -> None:
    path = os.pathsep.join([str(ROOT / "provider"), str(ROOT / "tests")])
    options = ("-q", "-p", "no:cacheprovider", "--confcutdir", str(TESTS))
    command = (python_with_newest_sdk, "-m", "pytest", *options, str(TESTS))
    tried = run(*command, PYTHONPATH=path)
    assert tried.returncode == 0, tried.stdout[-8000:] + tried.stderr
