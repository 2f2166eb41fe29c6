"""`fgctl review` of what a real engine has just previewed: each operation, an unknown, secrets."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.fgctl import fgctl
from pulumi_functiongraph.core.schemas import SCHEMAS
from unit.report.sarif_schema import OFFICIAL

pytestmark = pytest.mark.engine

SCRIPTS = Path(__file__).parents[2] / "examples" / "ci" / "scripts"
MARK = "canary"
"""In every secret of these tests, and in nothing else."""
FORMS = ("text", "json", "markdown", "sarif", "junit", "gitlab", "html")

BEFORE = """\
secret = pulumi.Config().require_secret
AsyncNotificationConfig("updated", function_urn="orders", on_failure=ObsTarget("orders-failed"))
AsyncNotificationConfig("replaced", function_urn="billing", on_failure=ObsTarget("orders-failed"))
AsyncNotificationConfig("deleted", function_urn="mail", on_failure=ObsTarget("orders-failed"))
AsyncNotificationConfig("hidden", function_urn="safe", on_failure=ObsTarget(secret("bucket")))
"""
AFTER = """\
from function import Function
secret = pulumi.Config().require_secret
AsyncNotificationConfig("updated", function_urn="orders", max_async_retry_attempts=3)
AsyncNotificationConfig("replaced", function_urn="audit", on_failure=ObsTarget("orders-failed"))
AsyncNotificationConfig(
    "created", function_urn="mail", on_failure=FunctionTarget(Function("made").function_urn)
)
AsyncNotificationConfig(
    "hidden",
    function_urn="safe",
    max_async_retry_attempts=0,
    on_success=SmnTarget(secret("topic")),
    on_failure=ObsTarget(secret("other"), secret("prefix")),
)
"""
LOOP = 'AsyncNotificationConfig("a", function_urn="orders", on_failure=FunctionTarget("orders"))\n'


@pytest.fixture
def stack(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    """A stack with nothing in it, and functions, a topic and buckets for its programs."""
    names = ("mail", "safe", "audit")
    functions = "".join(f"  - {{name: {name}, xrole: serverless-trust}}\n" for name in names)
    buckets = f"buckets: [{{name: {MARK}-bucket}}, {{name: {MARK}-other}}]\n"
    cloud.seed(f"functions:\n{functions}topics: [{{name: {MARK}-topic}}]\n{buckets}")
    project = with_function_module(write_project(tmp_path / "shop", program("")))
    cli = stack_at(project, environment=cloud.environment)
    secrets = {
        "bucket": f"{MARK}-bucket",
        "other": f"{MARK}-other",
        "prefix": f"{MARK}/",
        "topic": cloud.topic(f"{MARK}-topic"),
    }
    cli.config_set_secrets(secrets)
    return cli


@dataclass(frozen=True)
class Reviewed:
    """One run of `fgctl review`: its exit code, and all that it wrote, by the form."""

    code: int
    texts: dict[str, str]

    @property
    def told(self) -> Any:
        return json.loads(self.texts["json"])


def review(cli: Cli, *arguments: str, folder: Path) -> Reviewed:
    """Preview the program as a job does, and review it in every form."""
    preview, events, export = folder / "preview", folder / "events", folder / "export"
    gate = folder / "gate"
    gate.unlink(missing_ok=True)
    previewed = cli.preview(
        "--json", "--event-log", str(events), expect=None,
        environment={"PULUMI_DEBUG_COMMANDS": "1", "FUNCTIONGRAPH_REPORT": str(gate)},
    )  # fmt: skip
    preview.write_text(previewed.stdout, encoding="utf-8")
    export.write_text(cli.run("stack", "export", "--stack", cli.stack).stdout, encoding="utf-8")
    return review_again(cli, *arguments, folder=folder)


def review_again(cli: Cli, *arguments: str, folder: Path) -> Reviewed:
    """Review the last preview in every form."""
    files = {form: folder / form for form in FORMS}
    kept = {name: str(folder / name) for name in ("preview", "events", "export", "gate")}
    run = fgctl(
        cli, "review", "--preview", kept["preview"], "--stack", kept["export"],
        "--events", kept["events"], "--gate", kept["gate"],
        *(f"--format={form}={file}" for form, file in files.items()), *arguments,
    )  # fmt: skip
    texts = {form: file.read_text(encoding="utf-8") for form, file in files.items()}
    return Reviewed(run.returncode, {**texts, "stdout": run.stdout, "stderr": run.stderr})


def test_every_operation_is_told_and_no_form_has_a_secret(
    stack: Cli, cloud: Cloud, tmp_path: Path
) -> None:
    rewrite(stack, BEFORE)
    stack.up()
    rewrite(stack, AFTER)
    cloud.forget_requests()

    reviewed = review(stack, folder=tmp_path)

    told = reviewed.told
    assert list(Draft202012Validator(SCHEMAS["review"]()).iter_errors(told)) == []
    assert {each["name"]: each["operation"] for each in told["configs"]} == {
        "created": "create",
        "deleted": "delete",
        "hidden": "update",
        "replaced": "replace",
        "updated": "update",
    }
    details = {
        each["name"]: {prop["path"]: prop["text"] for prop in each["properties"]}
        for each in told["configs"]
    }
    assert details["updated"] == {
        "maxAsyncRetryAttempts": "1 → 3 retries (up to 4 runs per event)",
        "onFailure": "bucket orders-failed → none (failures will be dropped)",
    }
    assert details["hidden"]["maxAsyncRetryAttempts"].startswith("1 → 0 retries")
    hidden = "[secret], a preview does not tell what changes"
    assert details["hidden"]["onFailure.bucket"] == hidden
    assert details["hidden"]["onSuccess.topicUrn"] == hidden
    unknown = {each["target"] for each in told["edges"] if each["change"] == "added"}
    assert unknown, told["edges"]
    assert {each["rule"] for each in told["findings"]} >= {"FGN103", "FGN301"}
    assert reviewed.code == 0
    OFFICIAL.validate(json.loads(reviewed.texts["sarif"]))
    assert [name for name, text in reviewed.texts.items() if MARK in text] == []
    assert cloud.writes() == []


def test_the_exit_code_is_what_a_job_can_fail_on(stack: Cli, tmp_path: Path) -> None:
    rewrite(stack, 'AsyncNotificationConfig("a", function_urn="orders")')
    assert review(stack, folder=tmp_path).code == 0
    assert review_again(stack, "--fail-on", "warning", folder=tmp_path).code == 1
    rewrite(stack, LOOP)
    stopped = review(stack, folder=tmp_path)
    assert (stopped.code, stopped.told["isStopped"], stopped.told["isComplete"]) == (1, True, False)
    assert list(Draft202012Validator(SCHEMAS["review"]()).iter_errors(stopped.told)) == []
    assert "FGN101 error: a.on&#95;failure" in stopped.texts["markdown"]
    stack.config_set("functiongraph:onCycle", "warn")
    assert review(stack, folder=tmp_path).code == 1
    assert review_again(stack, "--fail-on", "never", folder=tmp_path).code == 0


def test_what_the_agency_may_not_do_is_in_the_review_when_the_cloud_is_asked(
    stack: Cli, cloud: Cloud, tmp_path: Path
) -> None:
    """The program's own check is off, so that the preview goes through."""
    stack.config_set("functiongraph:precheck", "off")
    cloud.seed(
        "agencies: [{name: powerless, grants: []}]\nfunctions: [{name: weak, xrole: powerless}]"
    )
    rewrite(
        stack,
        'AsyncNotificationConfig("a", function_urn="weak", on_failure=ObsTarget("orders-failed"))',
    )
    cloud.forget_requests()
    asked = review(stack, "--with", "precheck", folder=tmp_path)
    assert asked.code == 1
    (found,) = [each for each in asked.told["findings"] if each["rule"] == "FGN206"]
    assert found["where"] == "__main__.py:6"
    assert asked.told["checked"] == 1
    assert list(Draft202012Validator(SCHEMAS["review"]()).iter_errors(asked.told)) == []
    assert cloud.writes() == []
    stack.config_set("functiongraph:precheckTimeout", "2")
    cloud.fault(operation="ListAgencies", status=503)
    assert review(stack, "--with", "precheck", folder=tmp_path).code == 2


def test_the_script_for_jobs_reviews_the_stack(stack: Cli, tmp_path: Path) -> None:
    rewrite(stack, BEFORE)
    shutil.copytree(SCRIPTS, stack.project / "ci")

    run = subprocess.run(
        ["ci/review", stack.stack],
        cwd=stack.project,
        env={**stack.environment, "RUNNER_TEMP": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "configs: 4 created" in run.stdout
    written = sorted(each.name for each in (stack.project / "review").iterdir())
    reviews = [f"review.{form}" for form in ("html", "json", "md", "sarif")]
    assert written == ["code-quality.json", "junit.xml", *reviews]
    assert MARK not in run.stdout + run.stderr


CHAIN = """\
AsyncNotificationConfig("one", function_urn="orders", on_success=FunctionTarget("mail"))
AsyncNotificationConfig("two", function_urn="mail", on_success=FunctionTarget("audit"))
"""
CLOSED = (
    CHAIN
    + """\
AsyncNotificationConfig("three", function_urn="audit", on_failure=FunctionTarget("orders"))
AsyncNotificationConfig("twice", function_urn="mail")
"""
)


def test_what_stops_a_preview_reaches_the_review_of_a_job_with_the_graph(
    stack: Cli, cloud: Cloud, tmp_path: Path
) -> None:
    """A cycle with what is deployed already, and a second declaration of one config."""
    rewrite(stack, CHAIN)
    stack.up()
    rewrite(stack, CLOSED)
    shutil.copytree(SCRIPTS, stack.project / "ci")
    cloud.forget_requests()

    run = subprocess.run(
        ["ci/review", stack.stack],
        cwd=stack.project,
        env=dict(stack.environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert run.returncode == 1, run.stdout + run.stderr
    written = stack.project / "review"
    told = json.loads((written / "review.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(SCHEMAS["review"]()).iter_errors(told)) == []
    found = {each["rule"]: each for each in told["findings"]}
    assert found.keys() >= {"FGN101", "FGN002"}
    assert found["FGN101"]["where"].startswith("__main__.py:")
    (cycle,) = told["cycles"]
    assert [edge["where"][:12] for edge in cycle["path"]] == ["__main__.py:"] * 3
    assert (cycle["cut"]["isSmallest"], cycle["cost"]["fewest"]) == (True, 3)
    changes = {edge["change"] for edge in told["edges"] if edge["onCycle"]}
    assert changes == {"added", "same"}
    for name, drawn in (("review.md", "flowchart LR"), ("review.html", "↻")):
        text = (written / name).read_text(encoding="utf-8")
        assert drawn in text
        assert "breaks it: remove" in text
        assert "per lap" in text
    sarif = json.loads((written / "review.sarif").read_text(encoding="utf-8"))
    OFFICIAL.validate(sarif)
    assert "breaks it: remove" in json.dumps(sarif)
    left = {each.name for each in stack.project.iterdir()} - {"__pycache__"}
    made = {"Pulumi.yaml", f"Pulumi.{stack.stack}.yaml", "__main__.py", "function.py"}
    assert left == {*made, "ci", "review"}
    assert cloud.writes() == []
