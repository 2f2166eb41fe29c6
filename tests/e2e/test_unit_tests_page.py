"""The page on unit tests: the test on the local cloud runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.engine_cli import engine_environment

PAGE = Path(__file__).parents[2] / "docs" / "unit-tests.md"


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_the_test_of_the_page_on_the_local_cloud_passes(tmp_path: Path) -> None:
    (tmp_path / "test_on_the_local_cloud.py").write_text(block("python", "automation"))

    ended = pytest_in(tmp_path, engine_environment(tmp_path / "home"))

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_tests_of_the_page_on_notifications_pass(tmp_path: Path) -> None:
    (tmp_path / "test_notifications.py").write_text(block("python", "expect_notification"))
    (tmp_path / "pytest.ini").write_text(block("ini", "functiongraph_clock"))

    ended = pytest_in(tmp_path, dict(os.environ))

    assert "4 passed" in ended.stdout, ended.stdout + ended.stderr


def block(language: str, text: str) -> str:
    blocks: list[str] = re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    (found,) = [each for each in blocks if text in each]
    return found


def pytest_in(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
