"""A run without checkpoints is killed: what docs/many-configs.md says of what it leaves."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.robustness.trial import Running, end_all

CONFIGS, DONE = 6, 3
"""Configs of the program, and those that are done when the engine is killed."""

FUNCTIONS = [f"many-{number}" for number in range(CONFIGS)]
SEED = "functions:\n" + "".join(f"  - {{name: {name}}}\n" for name in FUNCTIONS)
BODY = f"""\
import os

for name in {FUNCTIONS}:
    retries = int(os.environ["RETRIES"])
    AsyncNotificationConfig(name, function_urn=name, max_async_retry_attempts=retries)
"""
PUT, DELETE = "UpdateFunctionAsyncInvokeConfig", "DeleteFunctionAsyncInvokeConfig"


@pytest.mark.long
@pytest.mark.engine
def test_what_a_killed_run_without_checkpoints_leaves_is_taken_over_refused_or_mended(
    cloud: Cloud, stack_at: StackAt, tmp_path: Path
) -> None:
    cloud.seed(SEED)
    project = write_project(tmp_path / "many", program(BODY))
    cli = stack_at(project, environment=cloud.environment, skip_checkpoints=True)
    once, again, thrice = ({"RETRIES": value} for value in "123")

    # A create: no state has what was created.
    _killed(cli, cloud, "up", PUT, once)
    assert cli.resources(TYPE) == []
    assert _retries(cloud) == [1] * DONE
    refused = cli.up(environment=again, expect=None)
    assert refused.exit_code != 0
    assert "FGN212 error" in refused.output
    assert "adopt=True" in refused.output
    taken = cli.up(environment=once).output
    line = "{}: its async notification config is live already as declared, and is taken over"
    assert len([name for name in FUNCTIONS if line.format(name) in taken]) == DONE
    assert len(cli.resources(TYPE)) == CONFIGS

    # A change: the state has the values from before.
    _killed(cli, cloud, "up", PUT, thrice)
    assert _in_state(cli) == [1] * CONFIGS
    assert _retries(cloud) == [1] * (CONFIGS - DONE) + [3] * DONE
    refused = cli.destroy(environment=thrice, expect=None)
    assert refused.exit_code != 0
    assert "pulumi refresh" in refused.output
    assert len(cli.resources(TYPE)) == DONE, "a run that ends with an error writes the state"
    cli.up(environment=thrice)
    assert _retries(cloud) == [3] * CONFIGS
    assert _in_state(cli) == [3] * CONFIGS

    # A destroy: the state has all that is deleted.
    _killed(cli, cloud, "destroy", DELETE, thrice)
    assert len(cli.resources(TYPE)) == CONFIGS
    assert len(_retries(cloud)) == CONFIGS - DONE
    cli.destroy(environment=thrice)
    assert _retries(cloud) == []
    assert cli.resources(TYPE) == []


def _killed(
    cli: Cli, cloud: Cloud, command: str, operation: str, environment: dict[str, str]
) -> None:
    """Kill the engine when some configs are done and all others are under way; unlock the stack."""
    cloud.fault(operation=operation, nth=DONE + 1, times=1000, status=503, retry_after=30)
    cloud.forget_requests()
    running = Running(
        (command, "--yes", "--skip-preview", "--stack", cli.stack, "--non-interactive"),
        folder=cli.project,
        environment={**cli.environment, **environment},
    )
    while len(cloud.writes()) < CONFIGS:
        assert not running.has_ended, running.end().output
        time.sleep(0.05)
    started = running.tree()
    running.process.send_signal(signal.SIGKILL)
    running.end()
    end_all(started)
    cloud.lift_faults()
    cli.run("cancel", "--yes", "--stack", cli.stack)


def _retries(cloud: Cloud) -> Sequence[int]:
    """Of each live config, in ascending order."""
    live = (cloud.live(name) for name in FUNCTIONS if not cloud.has_no_config(name))
    return sorted(each["max_async_retry_attempts"] for each in live)


def _in_state(cli: Cli) -> Sequence[int]:
    return [each["outputs"]["maxAsyncRetryAttempts"] for each in cli.resources(TYPE)]
