"""A stack of the first release keeps working: its state refreshes, updates and is destroyed."""

import base64
from pathlib import Path

import dill
import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program, rewrite, state_of
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.golden_state import DECLARED, GOLDEN, STATE
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider

PROVIDER = GOLDEN / "provider_0_1_0.txt"


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = write_project(tmp_path / "golden", program(DECLARED.format(retries=2)), name="golden")
    return stack_at(project, stack="golden", environment=cloud.environment)


def test_the_provider_that_is_in_every_state_can_still_be_loaded() -> None:
    blob = PROVIDER.read_text(encoding="ascii").strip()
    assert isinstance(dill.loads(base64.b64decode(blob)), AsyncNotificationConfigProvider)
    assert blob in STATE.read_text(encoding="utf-8")


@pytest.mark.engine
def test_the_first_release_s_state_refreshes_updates_and_is_destroyed(
    cli: Cli, cloud: Cloud
) -> None:
    cli.up()
    cli.run("stack", "import", "--stack", cli.stack, "--file", str(STATE))
    assert state_of(cli, "orders")["type"] == TYPE
    cli.preview("--refresh", "--expect-no-changes")
    rewrite(cli, DECLARED.format(retries=3))
    # What is live was created since, so it is another config than the one that this state holds.
    assert "was not changed: the one in this stack's state is gone" in cli.up(expect=1).output
    cli.refresh()
    assert "2 → 3 retries" in cli.up().output
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    cli.run("stack", "import", "--stack", cli.stack, "--file", str(STATE))
    assert "was not deleted: it was created at" in cli.destroy(expect=1).output
    assert not cloud.has_no_config("orders")
    cli.refresh()
    cli.destroy()
    assert cloud.has_no_config("orders")
