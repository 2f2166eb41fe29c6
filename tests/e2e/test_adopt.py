"""What `fgctl adopt` writes, run by the real engine: taken over, and nothing is sent."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program
from e2e.engine_cli import StackAt, write_project
from e2e.fgctl import fgctl
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Topic

pytestmark = pytest.mark.engine


def test_a_whole_project_is_taken_over_without_a_change(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    names = ("chained", "streamed", "plain")
    functions = "".join(f"  - {{name: {name}, xrole: serverless-trust}}\n" for name in names)
    cloud.seed(f"functions:\n{functions}")
    billing = Function(function_urn=FunctionUrn.parse(cloud.urn("billing")))
    topic = Topic(topic_urn=cloud.topic("orders-done"))
    kept = Bucket(bucket="orders-failed", prefix="a/", expires=30)
    cloud.put_by_hand("orders", max_async_retry_attempts=3, on_success=topic, on_failure=kept)
    cloud.put_by_hand("chained", on_success=billing, max_async_event_age_in_seconds=60)
    cloud.put_by_hand("streamed", on_failure=Stream(stream_name="failed"))
    cloud.put_by_hand("plain", enable_async_status_log=True)
    cli = stack_at(write_project(tmp_path / "adopted", program("")), environment=cloud.environment)

    written = fgctl(cli, "adopt", "--output", "__main__.py", "--force")

    assert (written.returncode, written.stdout) == (0, ""), written.stderr
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    assert ruff is not None
    subprocess.run([ruff, "format", "--isolated", "--check", cli.project], check=True, timeout=60)
    assert cli.json("preview")["changeSummary"] == {"create": 5}
    cloud.forget_requests()
    cli.up()
    assert cloud.writes() == []
    assert len(cli.resources(TYPE)) == 4
    assert cli.json("preview", "--refresh")["changeSummary"] == {"same": 5}
    cli.run("stack", "select", cli.stack)
    drift = fgctl(cli, "drift")
    assert drift.stdout.startswith("no drift: 4 in sync, coverage 100.0%")


def test_what_a_stack_declares_already_can_be_left_out(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    body = 'AsyncNotificationConfig("orders", function_urn="orders")'
    cli = stack_at(write_project(tmp_path / "part", program(body)), environment=cloud.environment)
    cli.up()
    cloud.put_by_hand("billing")
    export = cli.run("stack", "export", "--stack", cli.stack).stdout
    (cli.project / "stack.json").write_text(export, encoding="utf-8")

    written = fgctl(cli, "adopt", "--stack", "stack.json")

    assert written.returncode == 0
    assert '"billing",' in written.stdout
    assert '"orders",' not in written.stdout
