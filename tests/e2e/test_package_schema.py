"""The package schema as the real engine reads it."""

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, engine_environment, run_pulumi, write_project
from pulumi_functiongraph.bridge import package_schema
from pulumi_functiongraph.bridge.package_schema.examples import EXAMPLES
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

pytestmark = pytest.mark.engine


def test_the_published_schema_passes_and_is_what_the_plugin_tells(
    tmp_path: Path, engine: None
) -> None:
    environment = engine_environment(tmp_path)
    with as_file(files(package_schema).joinpath("schema.json")) as file:
        checked = run_pulumi("schema", "check", str(file), folder=tmp_path, environment=environment)
        published = json.loads(file.read_text(encoding="utf-8"))
    assert checked.exit_code == 0, checked
    assert "warning" not in checked.output.lower(), checked

    plugin = shutil.which("pulumi-resource-functiongraph", path=environment["PATH"])
    assert plugin is not None
    told = run_pulumi("package", "get-schema", plugin, folder=tmp_path, environment=environment)

    assert told.exit_code == 0, told
    assert json.loads(told.stdout) == published


def test_the_example_in_python_runs(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> None:
    topic = "urn:smn:eu-de:0123456789abcdef0123456789abcdef:orders-done"
    program = EXAMPLES["python"].replace(topic, cloud.topic("orders-done"))
    cli = stack_at(write_project(tmp_path / "trial", program), environment=cloud.environment)

    cli.up()

    (resource,) = cli.resources(NATIVE_CONFIG)
    assert resource["id"] == cloud.urn("orders")
    assert resource["outputs"]["onSuccess"]["topicUrn"] == cloud.topic("orders-done")
