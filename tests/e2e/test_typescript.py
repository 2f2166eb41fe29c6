"""The plugin from TypeScript: the generated SDK compiles, and the example runs with it.

The official language host is nowhere to be had here; host/nodejs stands in for it.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt
from e2e.languages import ROOT, folder_with
from pulumi_functiongraph.bridge import package_schema
from pulumi_functiongraph.bridge.package_schema.examples import EXAMPLES
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

pytestmark = [pytest.mark.engine, pytest.mark.long]

EXAMPLE = ROOT / "examples" / "order-service-typescript"
HOST = Path(__file__).parent / "host" / "nodejs" / "language_host.py"


def run(*command: str | Path, folder: Path, expect: int = 0) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Path:
    """The example with its SDK and all that npm installs, by the lock."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm on PATH")
    generator = folder_with("typescript-sdk") / "typescript-sdk"
    folder = tmp_path_factory.mktemp("typescript") / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "sdk"))
    (folder.parent / "schema.json").write_text(package_schema.published(), encoding="utf-8")
    run(generator, folder.parent / "schema.json", folder / "sdk", folder=folder)
    run("npm", "ci", "--no-audit", "--no-fund", folder=folder)
    return folder


@pytest.mark.timeout(1200)
def test_the_example_and_the_one_in_the_schema_compile_and_a_mistake_does_not(
    project: Path,
) -> None:
    settings = json.loads((project / "tsconfig.json").read_text(encoding="utf-8"))
    settings["files"] = ["index.ts", "documented.ts"]
    (project / "tsconfig.all.json").write_text(json.dumps(settings), encoding="utf-8")
    documented = EXAMPLES["typescript"]
    (project / "documented.ts").write_text(documented, encoding="utf-8")
    check = ("npx", "tsc", "--noEmit", "--project", "tsconfig.all.json")

    run(*check, folder=project)

    wrong = documented.replace('bucket: "orders-failed", ', "")
    assert wrong != documented
    (project / "documented.ts").write_text(wrong, encoding="utf-8")
    said = run(*check, folder=project, expect=2)
    assert "'bucket' is missing" in said, said
    assert "ObsTargetArgs" in said


@pytest.mark.timeout(1200)
def test_the_order_service_in_typescript_from_up_to_destroy(
    project: Path, tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    hosts = tmp_path / "hosts"
    hosts.mkdir()
    host = hosts / "pulumi-language-nodejs"
    words = map(shlex.quote, (sys.executable, "-u", str(HOST), str(ROOT / "engine")))
    host.write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n', encoding="utf-8")
    host.chmod(0o755)
    cli = stack_at(EXAMPLE, environment=cloud.environment)
    for name in ("node_modules", "sdk"):
        (cli.project / name).symlink_to(project / name)
    path = os.pathsep.join([str(hosts), cli.environment["PATH"]])
    cli = replace(cli, environment={**cli.environment, "PATH": path})

    cli.up()
    live = cloud.live("orders")
    assert live["max_async_retry_attempts"] == 2
    assert live["destination_config"]["on_failure"]["destination"] == "OBS"
    cli.preview("--expect-no-changes")

    program = cli.project / "index.ts"
    declared = program.read_text(encoding="utf-8")
    wrong = declared.replace("?? 2", "?? 7")
    assert wrong != declared
    program.write_text(wrong, encoding="utf-8")
    refused = cli.preview(expect=1).output
    assert "maxAsyncRetryAttempts" in refused, refused

    program.write_text(declared, encoding="utf-8")
    (resource,) = cli.resources(NATIVE_CONFIG)
    assert resource["id"] == cloud.urn("orders")
    cli.destroy()
    assert cloud.has_no_config("orders")
