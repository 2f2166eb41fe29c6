"""`scripts/freeze-plugin`: the plugin for who has no Python."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, write_project
from e2e.languages import ROOT, import_config, without_python_environment
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG
from pulumi_functiongraph.plugin.version import installed_version

pytestmark = [pytest.mark.engine, pytest.mark.long]

LARGEST = 70_000_000
"""Bytes of the archive; the docs say 51 MB."""


@pytest.mark.timeout(1200)
def test_the_archive_is_installed_and_serves_without_python(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    made = subprocess.run(
        [ROOT / "scripts" / "freeze-plugin", tmp_path / "archive"],
        capture_output=True,
        text=True,
        check=False,
        timeout=1100,
    )
    assert made.returncode == 0, made.stderr
    archive = Path(made.stdout.strip())
    assert archive.stat().st_size < LARGEST
    cli = stack_at(write_project(tmp_path / "trial", ""), environment=cloud.environment)
    outside = without_python_environment(cli)
    bare = {key: value for key, value in outside.environment.items() if key != "PYTHONPATH"}
    outside = replace(outside, environment=bare)
    release = installed_version()
    outside.run("plugin", "install", "resource", "functiongraph", release, "--file", str(archive))
    cloud.put_by_hand("billing", max_async_retry_attempts=3)

    import_config(outside, "billing")

    (resource,) = cli.resources(NATIVE_CONFIG)
    assert resource["id"] == cloud.urn("billing")
    assert resource["outputs"]["maxAsyncRetryAttempts"] == 3
    told = outside.run("package", "get-schema", f"functiongraph@{release}", expect=None).output
    assert f'"version": "{release}"' in told, told
