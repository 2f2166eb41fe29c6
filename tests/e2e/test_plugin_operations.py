"""The plugin with the real engine: what interrupts it, how it is started, what fails half-way."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.native_programs import NATIVE, native, native_state, rewrite_native

pytestmark = [pytest.mark.engine, pytest.mark.long]

PUT = "UpdateFunctionAsyncInvokeConfig"
ONE = 'Config("orders", functionUrn="{}", maxAsyncRetryAttempts={})\n'


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    environment = {**cloud.environment, "FUNCTIONGRAPH_LIVE_GRAPH": "off"}
    project = write_project(tmp_path / "native", native(ONE.format(cloud.urn("orders"), 2)))
    return stack_at(project, environment=environment)


@contextmanager
def running(cli: Cli, command: str) -> Iterator[subprocess.Popen[str]]:
    """An operation that is under way in a terminal of its own."""
    with subprocess.Popen(
        ["pulumi", command, "--yes", "--skip-preview", "--stack", cli.stack, "--color=never"],
        cwd=cli.project,
        env=dict(cli.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def wait_until(holds: Callable[[], object], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_one_interrupt_lets_the_call_under_way_finish_and_the_state_is_true(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.fault(operation=PUT, delay_seconds=3, when="after")
    with running(cli, "up") as engine:
        wait_until(cloud.writes)
        engine.send_signal(signal.SIGINT)
        said, _ = engine.communicate(timeout=60)
    assert engine.returncode != 0, said
    assert "Traceback" not in said
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    assert native_state(cli, "orders")["outputs"]["maxAsyncRetryAttempts"] == 2
    cloud.lift_faults()
    cli.up("--expect-no-changes")


def test_two_interrupts_end_at_once_and_the_next_update_heals(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation=PUT, delay_seconds=5, when="after")
    with running(cli, "up") as engine:
        wait_until(cloud.writes)
        started = time.monotonic()
        engine.send_signal(signal.SIGINT)
        time.sleep(0.5)
        engine.send_signal(signal.SIGINT)
        said, _ = engine.communicate(timeout=60)
    assert time.monotonic() - started < 5, said
    assert engine.returncode != 0, said
    cloud.lift_faults()
    wait_until(lambda: not cloud.has_no_config("orders"))
    cli.run("cancel", "--yes", "--stack", cli.stack, expect=None)
    cli.up()
    assert native_state(cli, "orders")["outputs"]["maxAsyncRetryAttempts"] == 2
    cli.up("--refresh", "--expect-no-changes")
    cli.destroy()
    assert cloud.has_no_config("orders")


def test_the_plugin_on_the_path_serves_whatever_version_a_program_asks_for(
    cli: Cli, cloud: Cloud
) -> None:
    body = ONE.format(cloud.urn("orders"), 2)
    rewrite_native(
        cli, body.replace('"orders",', '"orders", ResourceOptions(version="99.0.0"),', 1)
    )
    said = cli.up(preview=True).output
    assert "using pulumi-resource-functiongraph from $PATH" in said
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    rewrite_native(cli, body)
    cli.up("--expect-no-changes")
    cli.destroy()


def test_a_key_that_was_changed_is_told_and_taken_from_the_program(cli: Cli, cloud: Cloud) -> None:
    key, first, second = "CANARYKEY0123456789A", "canary-" + "1" * 33, "canary-" + "2" * 33
    without = {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}

    def know(secret_key: str) -> None:
        cloud.seed(json.dumps({"credentials": [{"access_key": key, "secret_key": secret_key}]}))

    know(first)
    cli.config_set_secrets({"functiongraph:accessKey": key, "functiongraph:secretKey": first})
    cli.up(environment=without)
    know(second)
    refused = [cli.refresh(expect=None, environment=without)]
    cli.config_set("functiongraph:secretKey", second, secret=True)
    refused.append(cli.refresh(expect=None, environment=without))
    refused.append(cli.destroy(expect=None, environment=without))
    for each in refused:
        assert each.exit_code != 0
        assert "HTTP 401" in each.output
        assert "--run-program" in each.output
        assert "canary" not in each.output
    assert len(cli.resources(NATIVE)) == 1
    cloud.change_by_hand("orders", max_async_retry_attempts=0)
    cli.refresh("--run-program", environment=without)
    assert native_state(cli, "orders")["outputs"]["maxAsyncRetryAttempts"] == 0
    cli.up(environment=without)
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    cli.destroy(environment=without)
    assert cloud.has_no_config("orders")


def test_a_replacement_that_was_asked_for_keeps_the_config(cli: Cli, cloud: Cloud) -> None:
    cli.up()
    cloud.forget_requests()
    replaced = cli.up("--replace", native_state(cli, "orders")["urn"], preview=True).output
    assert "1 replaced" in replaced
    assert [each["method"] for each in cloud.writes()] == []
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    cli.up("--refresh", "--expect-no-changes")
    cli.destroy()
    assert cloud.has_no_config("orders")


def test_an_update_that_came_half_way_leaves_a_true_state_and_the_next_one_repairs(
    cli: Cli, cloud: Cloud
) -> None:
    """The service keeps a target that is left out, and refuses to take it out then."""
    orders = cloud.urn("orders")
    target = 'onFailure={"bucket": Output.secret("canary-bucket")}'
    cloud.seed("buckets: [{name: canary-bucket}]")
    rewrite_native(cli, f'Config("orders", functionUrn="{orders}", {target})\n')
    cli.up()
    cloud.options(put="merge")
    cloud.fault(operation=PUT, nth=2, status=403)
    rewrite_native(cli, ONE.format(orders, 3))
    failed = cli.up(expect=1)
    assert "taking that out failed" in failed.output
    state = native_state(cli, "orders")
    assert len(state["initErrors"]) == 1
    assert state["outputs"]["maxAsyncRetryAttempts"] == 3
    assert "ciphertext" in state["outputs"]["onFailure"]["bucket"]
    kept = [each for each in cli.state_folder.rglob("*") if each.is_file()]
    assert kept
    texts = [failed.output, *(each.read_text(encoding="utf-8") for each in kept)]
    assert "canary" not in "".join(texts)

    cloud.lift_faults()
    cloud.options(put="replace")
    cli.up()
    assert "initErrors" not in native_state(cli, "orders")
    assert not cloud.live("orders")["destination_config"]["on_failure"]["destination"]
    cli.up("--refresh", "--expect-no-changes")


@contextmanager
def started_by_hand(cli: Cli) -> Iterator[dict[str, str]]:
    """A plugin, and what attaches an engine to it."""
    with subprocess.Popen(
        ["pulumi-resource-functiongraph"],
        env=dict(cli.environment),
        stdout=subprocess.PIPE,
        text=True,
    ) as plugin:
        assert plugin.stdout is not None
        try:
            yield {"PULUMI_DEBUG_PROVIDERS": f"functiongraph:{int(plugin.stdout.readline())}"}
            assert plugin.poll() is None
        finally:
            plugin.send_signal(signal.SIGINT)
            assert plugin.wait(10) == 0


def test_a_plugin_that_was_started_by_hand_serves_one_engine_after_the_other(
    cli: Cli, cloud: Cloud
) -> None:
    with started_by_hand(cli) as attached:
        cloud.put_by_hand("orders", max_async_retry_attempts=2)
        said = cli.up(environment=attached).output
        assert "is live already as declared, and is taken over" in said
        assert "from $PATH" not in said
        rewrite_native(cli, ONE.format(cloud.urn("billing"), 2))
        cli.up(preview=True, environment=attached)
        assert cloud.has_no_config("orders")
        cli.refresh(preview=True, environment=attached)
        cli.up("--refresh", preview=True, environment=attached)
        cli.destroy(preview=True, environment=attached)
        assert cloud.has_no_config("billing")


def test_a_plugin_that_was_started_by_hand_refuses_an_engine_during_another_one_s_run(
    cli: Cli, cloud: Cloud
) -> None:
    """It would forget what the first run has declared, and delete what was renamed in that."""
    cli.up()
    renamed = f'functionUrn="{cloud.urn("orders")}", maxAsyncRetryAttempts=2'
    slow = f'Config("slow", functionUrn="{cloud.urn("billing")}")\n'
    rewrite_native(cli, f'Config("new", {renamed})\n{slow}')
    with started_by_hand(cli) as attached:
        attached_cli = replace(cli, environment={**cli.environment, **attached})
        cloud.fault(operation=PUT, nth=1, when="after", delay_seconds=8)
        with running(attached_cli, "up") as first:
            wait_until(lambda: not cloud.has_no_config("billing"))
            refused = cli.preview(expect=1, environment=attached).output
            assert "serves a run that is under way" in refused, refused
            assert first.stdout is not None
            said = first.stdout.read()
            assert first.wait(60) == 0, said
    assert "is kept" in said, said
    assert cloud.live("orders")["max_async_retry_attempts"] == 2


def test_a_preview_looks_for_a_hundred_configs_side_by_side(cli: Cli, cloud: Cloud) -> None:
    names = [f"many-{number}" for number in range(100)]
    listed = ", ".join(f"{{name: {name}, xrole: serverless-trust}}" for name in names)
    cloud.seed(f"functions: [{listed}]")
    rewrite_native(
        cli,
        f"for number in range(100):\n"
        f'    urn = "{cloud.urn("many-0")}".replace("many-0", f"many-{{number}}")\n'
        f'    Config(f"many-{{number}}", functionUrn=urn)\n',
    )
    cloud.fault(operation="ShowFunctionAsyncInvokeConfig", delay_seconds=0.5)
    started = time.monotonic()
    assert "101 to create" in cli.preview("--parallel", "64").output
    assert time.monotonic() - started < 40  # one after the other, the cloud alone takes 50 s
