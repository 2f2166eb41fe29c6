"""Users' own unit tests, run as they run them: every config is judged, and in its own test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from unit.program.users_tests import FIRST, HEAD, REVERSED, STYLES, paired
from unit.program.users_tests_of_outputs import OUTPUTS

_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\S+?::\S+)", re.MULTILINE)


def ran(folder: Path, command: Sequence[str]) -> str:
    """What a run tells; Python's warnings of tasks and futures are told on standard error."""
    left_out = ("PYTEST", "COVERAGE_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    found = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return found.stdout + found.stderr


def judged(folder: Path, *options: str) -> str:
    return ran(folder, ["pytest", "-rA", "-p", "no:cacheprovider", "--tb=line", *options])


def assert_right(told: str) -> None:
    outcomes = {name: outcome for outcome, name in _OUTCOME.findall(told)}
    assert outcomes, told
    wrong = {
        name: outcome
        for name, outcome in outcomes.items()
        if (outcome == "FAILED") != name.endswith("is_refused") or outcome == "ERROR"
    }
    assert not wrong, told
    assert "never retrieved" not in told
    assert "never awaited" not in told


ALONE = {"config", "resource_before_the_import"}
"""What every test run tries in a process of its own; of the others that is long."""


def alone(*kinds: str) -> list[object]:
    return [pytest.param(kind, marks=() if kind in ALONE else pytest.mark.long) for kind in kinds]


@pytest.mark.parametrize("kind", alone(*FIRST))
def test_a_config_is_judged_whatever_is_constructed_first(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"test_{kind}.py").write_text(paired(kind))

    told = judged(tmp_path)

    assert_right(told)
    named = re.search(r"FGN002 error: (\S+)\.function_urn", told)
    assert named
    assert named[1] == f"{kind}-sixth"


@pytest.mark.parametrize("kind", alone(*OUTPUTS))
def test_a_config_is_judged_with_the_values_of_its_outputs(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"test_{kind}.py").write_text(HEAD + OUTPUTS[kind])

    assert_right(judged(tmp_path))


@pytest.fixture(scope="module")
def every_test(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("users")
    for kind in FIRST:
        (folder / f"test_{kind}.py").write_text(paired(kind))
    for style, text in {**STYLES, **OUTPUTS}.items():
        (folder / f"test_{style}.py").write_text(HEAD + text)
    return folder


@pytest.mark.parametrize("options", [[], ["-n2"]], ids=["in one process", "side by side"])
def test_no_test_sees_a_config_of_another(every_test: Path, options: list[str]) -> None:
    assert_right(judged(every_test, *options))


def test_no_test_sees_a_config_of_one_that_follows(every_test: Path, tmp_path: Path) -> None:
    for file in every_test.glob("test_*.py"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "conftest.py").write_text(REVERSED)

    assert_right(judged(tmp_path))


def test_unittest_itself_runs_them_as_well(tmp_path: Path) -> None:
    (tmp_path / "test_unittests.py").write_text(HEAD + STYLES["unittests"])

    told = ran(tmp_path, ["unittest", "-v"])

    assert re.findall(r"^(\w+) \(.*\) \.\.\. (\w+)", told, re.MULTILINE) == [
        ("test_1_a_wrong_value_is_refused", "ERROR"),
        ("test_2_without_the_decorator", "ok"),
        ("test_3_the_same_function", "ok"),
        ("test_4_the_same_function_once_more", "ok"),
    ]
    assert "never retrieved" not in told


def test_an_output_of_a_module_is_judged_where_it_is_declared(tmp_path: Path) -> None:
    wrong = (
        HEAD + 'infra = config("infra", pulumi.Output.from_input(9))\n\ndef test_it():\n    pass\n'
    )
    (tmp_path / "test_infra.py").write_text(wrong)

    told = judged(tmp_path)

    assert "ERROR test_infra.py" in told
    assert "FGN001 error: infra.max_async_retry_attempts (test_infra.py:" in told


def test_a_value_that_never_comes_is_told_and_not_waited_for(tmp_path: Path) -> None:
    never = """
def test_it(caplog, monkeypatch):
    import asyncio
    from pulumi_functiongraph.program import mocked_values
    monkeypatch.setattr(mocked_values, "PATIENCE", 0.1)
    never = asyncio.get_event_loop().create_future()
    config("waits", pulumi.Output.from_input(never))
    assert "waits: max_async_retry_attempts did not become known" in caplog.text
    never.set_result(2)
"""
    (tmp_path / "test_infra.py").write_text(HEAD + never)

    assert "1 passed" in judged(tmp_path)


def test_what_a_module_declares_wrongly_is_told_where_it_is_declared(tmp_path: Path) -> None:
    wrong = HEAD + 'infra = config("infra", retries=9)\n\ndef test_something():\n    pass\n'
    (tmp_path / "test_infra.py").write_text(wrong)

    told = judged(tmp_path)

    assert "ERROR test_infra.py" in told
    assert "FGN001 error: infra.max_async_retry_attempts (test_infra.py:" in told


def test_the_tests_of_the_page_on_mocks_pass(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "unit-tests.md"
    [test, *_] = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "test_orders.py").write_text(test)

    told = judged(tmp_path, "-W", "error")

    assert "3 passed" in told, told
    assert "never retrieved" not in told
