"""The stack's state in OBS, through its S3 API: up, drift, and a refresh on a second machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from e2e.cloud import Cloud
from e2e.configs import program
from e2e.engine_cli import Cli, engine_environment, write_project
from e2e.fgctl import fgctl

pytestmark = pytest.mark.engine

BODY = """\
AsyncNotificationConfig(
    "orders",
    function_urn="orders",
    on_failure=ObsTarget(pulumi.Config().require_secret("bucket")),
)
"""


def machine(home: Path, project: Path, cloud: Cloud) -> Cli:
    """A machine whose state is in the local cloud's OBS, and nothing of it on its own disk."""
    environment = engine_environment(home) | cloud.environment
    host = urlsplit(cloud.url).netloc
    environment |= {
        "PULUMI_BACKEND_URL": f"s3://pulumi-state?endpoint=http://{host}"
        f"&s3ForcePathStyle=true&region={cloud.region}",
        "AWS_ACCESS_KEY_ID": cloud.environment["HUAWEICLOUD_SDK_AK"],
        "AWS_SECRET_ACCESS_KEY": cloud.environment["HUAWEICLOUD_SDK_SK"],
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    }
    return Cli(project, "organization/obs/dev", environment)


@pytest.mark.long
def test_two_machines_share_a_state_in_obs(tmp_path: Path, engine: None, cloud: Cloud) -> None:
    cloud.seed("buckets: [{name: pulumi-state}]\n")
    project = write_project(tmp_path / "first" / "obs", program(BODY), name="obs")
    first = machine(tmp_path / "first" / "home", project, cloud)
    first.run("stack", "init", first.stack)
    first.config_set("bucket", "orders-failed", secret=True)
    first.up()

    assert fgctl(first, "drift").stdout.startswith("no drift: 1 in sync")
    told = fgctl(first, "doctor").stdout
    assert "ok    state: 3 resources of stack" in told
    assert "in a backend over the network (s3)\n" in told
    cloud.change_by_hand("orders", max_async_retry_attempts=3)
    found = fgctl(first, "drift", AWS_RESPONSE_CHECKSUM_VALIDATION="when_supported")
    assert found.returncode == 1, found.stderr
    assert "max_async_retry_attempts: 1 → 3 retries" in found.stdout

    shutil.copytree(project, tmp_path / "second" / "obs")
    second = machine(tmp_path / "second" / "home", tmp_path / "second" / "obs", cloud)
    assert "1 updated" in second.refresh().output
    assert fgctl(first, "drift").stdout.startswith("no drift: 1 in sync")
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    backend = second.environment["PULUMI_BACKEND_URL"]
    asked = fgctl(replace(second, project=nowhere), "drift", second.stack, "--backend", backend)
    assert asked.returncode == 0, asked.stderr


def test_a_backend_that_refuses_the_key_is_told_with_what_it_said(
    tmp_path: Path, engine: None, cloud: Cloud
) -> None:
    cloud.seed("buckets: [{name: pulumi-state}]\n")
    project = write_project(tmp_path / "obs", program(""), name="obs")
    cli = machine(tmp_path / "home", project, cloud)

    refused = fgctl(cli, "drift", cli.stack, AWS_SECRET_ACCESS_KEY="wrong")

    assert refused.returncode == 2
    assert "could not export stack organization/obs/dev" in refused.stderr
    assert "SignatureDoesNotMatch" in refused.stderr
