"""Every example runs: the demo as a whole, and the quickstart as the project of the root."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, engine_environment

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/Pulumi.yaml"))


def test_the_demo_tells_its_story_to_the_end(tmp_path: Path, engine: None) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "quickstart" / "demo.py")],
        env=engine_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = [line for line in run.stdout.splitlines() if line.startswith("   the cloud holds")]
    assert [line.partition(": ")[2].partition(" within")[0] for line in told] == [
        "2 retries",
        "3 retries",
        "0 retries",
        "3 retries",
        "3 retries",
        "nothing",
    ]
    assert "FGN001 error: orders.max_async_retry_attempts" in run.stdout


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_up_and_is_explained(
    example: str, stack_at: StackAt, cloud: Cloud
) -> None:
    folder = ROOT / "examples" / example
    assert (folder / "README.md").is_file()
    cli = stack_at(folder, environment=cloud.environment)
    cli.up()
    cli.up("--expect-no-changes")


def test_the_project_at_the_root_is_the_quickstart(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    root = tmp_path / "root"
    shutil.copytree(ROOT / "examples", root / "examples")
    shutil.copy(ROOT / "Pulumi.yaml", root)
    cli = stack_at(root, environment=cloud.environment)
    cli.up()
    assert cli.outputs()["function_urn"] == cloud.urn("orders")
    assert cli.export()["deployment"]["resources"][0]["urn"].startswith(
        "urn:pulumi:test::functiongraph::"
    )
