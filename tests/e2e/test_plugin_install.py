"""`fgctl plugin install`: the engine finds the plugin without the environment on PATH."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, write_project
from e2e.fgctl import fgctl
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

pytestmark = pytest.mark.engine


def test_an_installed_plugin_is_used_without_the_environment_on_path(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    cli = stack_at(write_project(tmp_path / "trial", ""), environment=cloud.environment)
    pulumi = shutil.which("pulumi", path=cli.environment["PATH"])
    assert pulumi is not None
    path = os.pathsep.join([str(Path(pulumi).parent), "/usr/bin", "/bin"])
    assert shutil.which("pulumi-resource-functiongraph", path=path) is None
    outside = replace(cli, environment={**cli.environment, "PATH": path})
    cloud.put_by_hand("billing", max_async_retry_attempts=3)
    arguments = (
        "import", NATIVE_CONFIG, "billing", "billing", "--yes", "--generate-code=false",
        "--stack", cli.stack, "--non-interactive", "--color=never",
    )  # fmt: skip
    missing = outside.run(*arguments, expect=1).output
    assert "no resource plugin 'pulumi-resource-functiongraph' found" in missing, missing

    installed = fgctl(outside, "plugin", "install")

    assert installed.returncode == 0, installed.stderr
    assert "Installed the plugin functiongraph" in installed.stdout
    assert "is on PATH" not in installed.stdout
    found = outside.run(*arguments).output
    assert "$PATH" not in found, found
    (resource,) = cli.resources(NATIVE_CONFIG)
    assert resource["id"] == cloud.urn("billing")
    assert resource["outputs"]["maxAsyncRetryAttempts"] == 3
