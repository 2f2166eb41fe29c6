"""`fgctl plugin install`: the engine finds the plugin without the environment on PATH."""

from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, write_project
from e2e.fgctl import fgctl
from e2e.languages import import_config, without_python_environment
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

pytestmark = pytest.mark.engine


def test_an_installed_plugin_is_used_without_the_environment_on_path(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    cli = stack_at(write_project(tmp_path / "trial", ""), environment=cloud.environment)
    outside = without_python_environment(cli)
    cloud.put_by_hand("billing", max_async_retry_attempts=3)
    missing = import_config(outside, "billing", expect=1).output
    assert "no resource plugin 'pulumi-resource-functiongraph' found" in missing, missing

    installed = fgctl(outside, "plugin", "install")

    assert installed.returncode == 0, installed.stderr
    assert "Installed the plugin functiongraph" in installed.stdout
    assert "is on PATH" not in installed.stdout
    found = import_config(outside, "billing").output
    assert "$PATH" not in found, found
    (resource,) = cli.resources(NATIVE_CONFIG)
    assert resource["id"] == cloud.urn("billing")
    assert resource["outputs"]["maxAsyncRetryAttempts"] == 3
