"""A provider whose engine was killed writes nothing any more."""

import itertools
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, write_project
from e2e.robustness.trial import serves_configs

SECONDS_TO_END = 2.0

PROGRAMS = {
    "dynamic": """\
import pulumi_functiongraph as functiongraph

for name in ("orders", "billing"):
    functiongraph.AsyncNotificationConfig(
        name, function_urn=functiongraph.get_function(name).function_urn
    )
""",
    "native": """\
import pulumi

for name in ("orders", "billing"):
    pulumi.CustomResource(
        "functiongraph:index:AsyncNotificationConfig", name, {"functionUrn": name}
    )
""",
}


WAITS = {
    "between attempts": {"status": 503, "retry_after": 30},
    "for an answer": {"delay_seconds": 5, "status": 503},
}
SAMPLE = {("between attempts", "dynamic"), ("for an answer", "native")}


@pytest.mark.engine
@pytest.mark.parametrize(
    ("waits", "provider"),
    [
        pytest.param(*each, marks=() if each in SAMPLE else pytest.mark.long)
        for each in itertools.product(WAITS, PROGRAMS)
    ],
)
def test_a_provider_ends_with_its_engine_and_writes_nothing(
    cloud: Cloud, stack_at: StackAt, tmp_path: Path, waits: str, provider: str
) -> None:
    project = write_project(tmp_path / "trial", PROGRAMS[provider])
    cli = stack_at(project, environment=cloud.environment)
    cloud.fault(operation="UpdateFunctionAsyncInvokeConfig", **WAITS[waits])
    command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", cli.stack]
    with subprocess.Popen(
        [*command, "--non-interactive"],
        cwd=cli.project,
        env=dict(cli.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as engine:
        _wait_for_calls(cloud, 2)
        started = psutil.Process(engine.pid).children(recursive=True)
        providers = list(filter(serves_configs, started))
        assert providers
        engine.send_signal(signal.SIGKILL)
    end = time.monotonic() + SECONDS_TO_END
    while any(map(_is_running, providers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_is_running, providers)), "a provider outlives its engine"

    cloud.lift_faults()
    cloud.forget_requests()
    time.sleep(1)
    assert cloud.writes() == []
    assert cloud.has_no_config("orders")

    cli.run("cancel", "--yes", "--stack", cli.stack)
    cli.up()
    assert cloud.live("orders")
    for process in filter(_is_running, started):  # the language host is not ours
        process.kill()


def _is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_for_calls(cloud: Cloud, count: int) -> None:
    for _ in range(300):
        if len(cloud.writes()) >= count:
            return
        time.sleep(0.1)
    pytest.fail("the provider sent no PUT")
