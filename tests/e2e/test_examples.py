"""Every example runs: the demo as a whole, and the quickstart as the project of the root."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from e2e.cloud import Cloud
from e2e.engine_cli import Cli, StackAt, engine_environment, run_pulumi
from e2e.fgctl import fgctl
from e2e.walkthrough import Reader

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
REFUSED = {"cycle": "FGN101 error: billing.on_failure"}
"""Examples of what is stopped, by the finding."""
ELSEWHERE = {"several-accounts": "cn-east-3"}
"""Examples that set configs in another account as well, by its region."""

APART = {"quickstart", "adoption", "tested-program"}
"""Examples with a test of their own below."""

EXAMPLES = sorted(
    path.parent.name
    for path in (ROOT / "examples").glob("*/Pulumi.yaml")
    if path.parent.name not in APART
    and yaml.safe_load(path.read_text(encoding="utf-8"))["runtime"] == "python"
)
"""Those in other languages are in e2e/test_yaml.py and e2e/test_typescript.py."""

FOLLOWED = sorted({*EXAMPLES, "adoption", "tested-program"})
"""Those whose README says how they run on a local cloud of their own."""

OF_THE_TEMPLATE = """\
pulumi stack init own
pulumi config set functiongraph:region eu-de
fgctl emulator run --cloud otc --seed cloud.yaml -- pulumi preview
"""
"""What `pulumi new` does with the setting that the template asks for, and what its README says."""


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
    assert "FGN101 error: billing.on_failure" in run.stdout
    printed = [line.strip() for line in run.stdout.splitlines()]
    whole = "3 retries (up to 4 runs per event)"
    changes = [line.strip() for line in run.stdout.splitlines() if "max_async" in line]
    assert changes[:2] == [
        f"max_async_retry_attempts: 2 → {whole}",
        f"max_async_retry_attempts: 2 → {whole}",
    ]
    assert changes[2].startswith("declared → live: max_async_retry_attempts: 3 → 0 retries")
    error = {"errorMessage": "there is no such article", "errorType": "Exception", "stackTrace": []}
    read = [line for line in printed if line.startswith("NotificationEvent:")]
    assert read == [
        "NotificationEvent: {'order': 7} succeeded after 3 runs: {'state': 'accepted'}",
        f"NotificationEvent: {{'order': 8}} failed after 4 runs: {error}",
    ]
    assert sum(" delivered " in line for line in printed) == 2


def test_the_engine_that_was_built_is_put_on_path(engine: None, tmp_path: Path) -> None:
    run = subprocess.run(
        ["bash", "-c", f'export PATH=$("{ROOT}/scripts/engine") && pulumi version && which python'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    version, python = run.stdout.split()
    assert version.startswith("v3.")
    assert Path(python).parent == ROOT / ".venv" / "bin"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_up_and_is_explained(
    example: str, stack_at: StackAt, cloud: Cloud
) -> None:
    folder = ROOT / "examples" / example
    assert (folder / "README.md").is_file()
    if (folder / "cloud.yaml").exists():
        cloud.seed((folder / "cloud.yaml").read_text(encoding="utf-8"))
    cli = stack_at(folder, environment=cloud.environment)
    if example in REFUSED:
        assert REFUSED[example] in cli.up(expect=1).output
        assert not cloud.writes()
        return
    cli.up()
    cli.up("--expect-no-changes")
    regions = {urn.split(":")[2] for urn in cloud.configs()}
    assert regions == {cloud.region} | ({ELSEWHERE[example]} if example in ELSEWHERE else set())


@pytest.mark.parametrize("example", FOLLOWED)
def test_an_example_does_what_its_readme_says(example: str, tmp_path: Path, engine: None) -> None:
    folder = tmp_path / example
    shutil.copytree(ROOT / "examples" / example, folder)
    environment = engine_environment(tmp_path / "home") | {"PULUMI_SKIP_CONFIRMATIONS": "true"}

    with Reader(folder, environment) as reader:
        assert reader.follow((folder / "README.md").read_text(encoding="utf-8")) > 0


def test_what_was_clicked_together_is_taken_over_without_a_change(
    stack_at: StackAt, cloud: Cloud
) -> None:
    folder = ROOT / "examples" / "adoption"
    cloud.seed((folder / "cloud.yaml").read_text(encoding="utf-8"))
    cli = stack_at(folder, environment=cloud.environment)

    written = fgctl(cli, "adopt")
    cli.up()
    cli.up("--expect-no-changes")

    assert written.stdout == (folder / "__main__.py").read_text(encoding="utf-8")
    assert cloud.writes() == []


def test_the_tested_program_passes_its_tests_and_its_policy(
    stack_at: StackAt, cloud: Cloud
) -> None:
    folder = ROOT / "examples" / "tested-program"
    cloud.seed((folder / "cloud.yaml").read_text(encoding="utf-8"))
    cli = stack_at(folder, environment=cloud.environment)

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=cli.project,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr
    assert "failures-are-kept" not in cli.up("--policy-pack", "policy").output
    declared = cli.project / "notifications.py"
    without = declared.read_text(encoding="utf-8").replace("        on_failure=", "        # ")
    declared.write_text(without, encoding="utf-8")
    refused = cli.preview("--policy-pack", "policy", expect=1).output
    assert "failures-are-kept" in refused
    assert "on_failure is missing" in refused


def test_the_template_makes_a_project_that_comes_up(
    tmp_path: Path, cloud: Cloud, engine: None
) -> None:
    environment = engine_environment(tmp_path / "home") | cloud.environment
    folder = tmp_path / "new"
    folder.mkdir()
    cloud.seed("buckets: [{name: orders-failed}]\n")

    made = run_pulumi(
        *("new", str(ROOT / "templates" / "functiongraph-python"), "--yes", "--generate-only"),
        *("--name", "shop", "--description", "Orders"),
        folder=folder,
        environment=environment,
        timeout=120,
    )
    assert made.exit_code == 0, str(made)
    cli = Cli(folder, "dev", environment)
    cli.run("stack", "init", "dev", "--no-select", "--non-interactive")
    cli.up()

    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    alone = {key: value for key, value in environment.items() if key not in cloud.environment}
    on_its_cloud = subprocess.run(
        ["bash", "-ec", OF_THE_TEMPLATE],
        cwd=folder,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert on_its_cloud.returncode == 0, on_its_cloud.stdout + on_its_cloud.stderr
    assert "+ 2 to create" in on_its_cloud.stdout
    assert "warning" not in on_its_cloud.stdout


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
