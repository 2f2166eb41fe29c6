"""The package schema as the real engine reads it."""

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from e2e.engine_cli import engine_environment, run_pulumi
from pulumi_functiongraph.bridge import package_schema

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
