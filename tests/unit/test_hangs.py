"""A test that hangs fails with its name and the stacks of its threads, and the others run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

HANGING = """\
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_waits_for_a_thread():
    with ThreadPoolExecutor(1) as threads:
        threads.submit(threading.Event().wait).result()


def test_waits_for_a_process():
    ends_with_us = [sys.executable, "-c", "input()"]
    process = subprocess.Popen(ends_with_us, stdin=subprocess.PIPE)
    try:
        process.wait()
    finally:
        process.wait()


@pytest.fixture
def hangs_at_the_end():
    yield
    threading.Event().wait()


def test_fails_and_its_fixture_hangs(hangs_at_the_end):
    raise AssertionError


@pytest.mark.timeout(60)
def test_with_a_limit_of_its_own_may_take_longer():
    time.sleep(4)


def test_passes():
    pass
"""


def test_each_hanging_test_is_ended_and_named_and_the_others_run(tmp_path: Path) -> None:
    file = tmp_path / "test_hanging.py"
    file.write_text(HANGING, encoding="utf-8")
    settings = ("--config-file", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path))
    soon = ("-o", "timeout=1", "-o", "faulthandler_timeout=3", "-o", "pythonpath=", "-p", "hangs")
    workers = ("--numprocesses", "2", "--dist", "worksteal", "-p", "no:cacheprovider")
    command = (sys.executable, "-m", "pytest", *settings, *soon, *workers, str(file))
    kept = {key: each for key, each in os.environ.items() if not key.startswith("PYTEST_")}
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    for test, stuck_in in {
        "test_waits_for_a_thread": "test_waits_for_a_thread",
        "test_waits_for_a_process": "test_waits_for_a_process",
        "test_fails_and_its_fixture_hangs": "hangs_at_the_end",
    }.items():
        assert f"crashed while running 'test_hanging.py::{test}'" in run.stdout, run.stdout
        assert f" in {stuck_in}\n" in run.stderr, run.stderr
    assert "2 passed" in run.stdout
    assert run.returncode == 1
