"""Several programs in one process: inline programs of the Automation API, with the real engine."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.configs import with_function_module
from e2e.engine_cli import engine_environment

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

DRIVER = """\
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from function import Function
from pulumi import automation
from pulumi_functiongraph import AsyncNotificationConfig

KEPT = []


def up(name, retries):
    def program():
        made = Function(name)
        # What begins with a capital is known at apply only.
        value = made.function_urn.apply(lambda _urn: retries) if name[0].isupper() else retries
        config = AsyncNotificationConfig(
            f"{name}-config", function_urn=made.function_urn, max_async_retry_attempts=value
        )
        KEPT.extend([made, config])

    stack = automation.create_or_select_stack(name, project_name="inline", program=program)
    try:
        stack.up()
    except automation.CommandError as error:
        return str(error)
    return ""


def at_once(runs):
    with ThreadPoolExecutor(len(runs)) as threads:
        return list(threads.map(lambda run: up(*run), runs))


def in_turn(runs):
    return [up(*run) for run in runs]


print(json.dumps({"at-once": at_once, "in-turn": in_turn}[sys.argv[1]](json.loads(sys.argv[2]))))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds the process' program and the module of its Function resource."""
    with_function_module(tmp_path)
    (tmp_path / "driver.py").write_text(DRIVER, encoding="utf-8")
    return tmp_path


def ups(folder: Path, cloud: Cloud, order: str, *runs: tuple[str, int]) -> list[str]:
    """The errors of several ups in one process, empty texts where there was none."""
    settings = {**engine_environment(folder / "home"), **cloud.environment}
    done = subprocess.run(
        [sys.executable, "driver.py", order, json.dumps(runs)],
        cwd=folder,
        env={**settings, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def created(cloud: Cloud) -> set[str]:
    """The functions that were created."""
    state: dict[str, Any] = cloud._control("GET", "state")
    return {each["func_name"] for each in state["functions"]} & {"first", "second", "third"}


@pytest.mark.parametrize("order", [pytest.param("in-turn", marks=pytest.mark.long), "at-once"])
def test_each_program_of_a_process_is_judged_alone_and_held_from_its_first_resource(
    folder: Path, cloud: Cloud, order: str
) -> None:
    errors = ups(folder, cloud, order, ("first", 0), ("second", 9), ("third", 2))

    assert [bool(error) for error in errors] == [False, True, False], errors
    assert "1 error found before anything was changed" in errors[1]
    assert "second-config.max_async_retry_attempts" in errors[1]
    assert "not held back" not in errors[1]
    assert "first-config" not in errors[1]
    assert created(cloud) == {"first", "third"}
    assert cloud.live("first")["max_async_retry_attempts"] == 0
    assert cloud.live("third")["max_async_retry_attempts"] == 2


def test_what_is_known_at_apply_only_is_judged_before_it_is_sent(
    folder: Path, cloud: Cloud
) -> None:
    errors = ups(folder, cloud, "at-once", ("First", 0), ("Second", 9), ("Third", 2))

    assert [bool(error) for error in errors] == [False, True, False], errors
    assert "FGN001 error: Second-config.max_async_retry_attempts" in errors[1]
    assert cloud.live("First")["max_async_retry_attempts"] == 0
    assert cloud.has_no_config("Second")
