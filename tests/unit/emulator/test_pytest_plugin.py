"""The fixture as a user's own test run meets it."""

import subprocess
import sys
from pathlib import Path

TESTS = """
import os

import requests


def test_first(functiongraph_emulator):
    functiongraph_emulator.seed({"functions": [{"name": "mine"}]})
    assert functiongraph_emulator.url.startswith("http://127.0.0.1:")
    assert functiongraph_emulator.environment["FUNCTIONGRAPH_CLOUD"] == "otc"
    requests.delete(functiongraph_emulator.url + "/v2/p/fgs/functions/mine", timeout=10)
    assert [call["operation"] for call in functiongraph_emulator.writes()] == ["DeleteFunction"]
    functiongraph_emulator.faults({"status": 503})
    answer = requests.get(functiongraph_emulator.url + "/v2/p/fgs/functions", timeout=10)
    assert answer.status_code == 503


def test_second_starts_from_the_seed(functiongraph_emulator):
    names = [each["func_name"] for each in functiongraph_emulator.state()["functions"]]
    assert names == ["orders", "audit"]
    assert functiongraph_emulator.requests() == []
"""


def test_a_users_tests_get_a_cloud_that_is_reset_between_them(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfunctiongraph_cloud = otc\n")
    (tmp_path / "test_mine.py").write_text(TESTS)

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 passed" in ended.stdout


FAILING = """
import pytest


@pytest.mark.parametrize("order", ["expect", "advance", "invoke"])
def test_fails(functiongraph_emulator, order):
    if order == "expect":
        functiongraph_emulator.expect_notification(timeout=0)
    if order == "advance":
        functiongraph_emulator.advance(hours=-1)
    functiongraph_emulator.invoke("nobody")
"""


def test_what_fails_is_shown_at_the_line_of_the_test_alone(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(FAILING)

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "3 failed" in ended.stdout, ended.stdout + ended.stderr
    assert "running_cloud.py" not in ended.stdout
    for line in (8, 10, 11):
        assert f"test_mine.py:{line}: " in ended.stdout
    assert "no such notification" in ended.stdout
    assert "hours: must be a number" in ended.stdout
    assert "there is no function nobody" in ended.stdout
