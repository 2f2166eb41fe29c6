"""Every kind of drift in a stack of several configs, found beside the real engine's state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from e2e.cloud import Cloud
from e2e.configs import program, rewrite
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.fgctl import fgctl
from e2e.kept import Applied
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.core.targets import Bucket, Stream

pytestmark = pytest.mark.engine

CONFIGS = 12
MARK = "canary"

BODY = """\
import json
secret = pulumi.Config().require_secret
names = [f"f{{number:02}}" for number in range({configs})]
for name in names[:-2]:
    AsyncNotificationConfig(
        name,
        function_urn=name,
        max_async_retry_attempts={retries} if name == "f00" else 1,
        on_success=SmnTarget("{topic}"),
        on_failure=ObsTarget("orders-failed", prefix="failures/", expires=30),
    )
AsyncNotificationConfig(
    names[-2], function_urn=names[-2], on_failure=ObsTarget(secret("bucket"))
)
AsyncNotificationConfig(names[-1], function_urn=names[-1])
"""


@pytest.fixture
def stack(tmp_path: Path, stack_at: StackAt, cloud: Cloud, applied: Applied) -> Cli:
    """A stack of several configs, applied; beside them a function that it does not know."""
    names = [f"f{number:02}" for number in range(CONFIGS)] + ["stray"]
    functions = "".join(f"  - {{name: {name}, xrole: serverless-trust}}\n" for name in names)
    cloud.seed(f"functions:\n{functions}buckets: [{{name: {MARK}-bucket}}, {{name: elsewhere}}]\n")
    project = write_project(tmp_path / "shop", program(""))
    environment = {**cloud.environment, "FUNCTIONGRAPH_LIVE_GRAPH": "off"}
    cli = stack_at(project, environment=environment, skip_checkpoints=True)
    cli.run("stack", "select", cli.stack)
    cli.config_set("bucket", f"{MARK}-bucket", secret=True)
    declare(cli, cloud)
    applied(cli, cloud)
    return cli


def declare(cli: Cli, cloud: Cloud, *, retries: int = 1) -> None:
    topic = cloud.topic("orders-done")
    rewrite(cli, BODY.format(configs=CONFIGS, topic=topic, retries=retries))


def plant(cloud: Cloud) -> None:
    """Somebody else works on the cloud."""
    cloud.change_by_hand("f01", max_async_retry_attempts=3)
    cloud.change_by_hand("f02", max_async_event_age_in_seconds=60)
    cloud.change_by_hand("f03", on_success=None)
    cloud.change_by_hand("f04", on_failure=Bucket(bucket="elsewhere", prefix="failures/"))
    cloud.change_by_hand("f05", on_failure=Stream(stream_name="failed"))
    cloud.change_by_hand("f06", enable_async_status_log=True)
    cloud.change_by_hand("f10", on_failure=Bucket(bucket=f"{MARK}-of-others"))
    cloud.delete_by_hand("f07")
    cloud.put_by_hand("stray", max_async_retry_attempts=2)


def report(cli: Cli, *arguments: str, code: int, **environment: str) -> dict[str, Any]:
    run = fgctl(cli, "drift", "--format", "json", *arguments, **environment)
    assert run.returncode == code, run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert list(Draft202012Validator(SCHEMAS["drift"]()).iter_errors(told)) == []
    assert isinstance(told, dict)
    return told


def by_status(told: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in told["configs"]:
        found.setdefault(each["status"], []).append(each["functionUrn"].split(":")[-2])
    return found


def test_every_kind_of_drift_is_found_and_nothing_is_written(stack: Cli, cloud: Cloud) -> None:
    assert by_status(report(stack, code=0)).keys() == {"in sync"}
    plant(cloud)

    told = report(stack, code=1)

    found = by_status(told)
    assert found["missing"] == ["f07"]
    assert found["unmanaged"] == ["stray"]
    assert found["changed"] == ["f01", "f02", "f03", "f04", "f05", "f06", "f10"]
    assert len(found["in sync"]) == CONFIGS - 8
    assert told["coverage"] == {"managed": CONFIGS - 1, "unmanaged": 1}
    texts = {
        each["functionUrn"].split(":")[-2]: [prop["text"] for prop in each["properties"]]
        for each in told["configs"]
    }
    assert texts["f01"] == ["1 → 3 retries (up to 4 runs per event)"]
    assert texts["f02"] == ["3,600 → 60 seconds"]
    assert texts["f03"] == ["SMN → none (results of successful runs will be dropped)"]
    assert texts["f04"] == ["orders-failed → elsewhere", "30 → 0 days"]
    assert texts["f05"] == ["OBS → DIS"]
    assert texts["f06"] == ["off → on"]
    assert texts["f10"] == ["differs (a secret, not shown)"]
    assert told["configs"][1]["where"] == "__main__.py:10"
    assert {each["method"] for each in cloud.requests()} == {"GET"}


@pytest.mark.long
def test_the_engine_finds_the_same_as_far_as_it_can(stack: Cli, cloud: Cloud) -> None:
    plant(cloud)

    stack.run(
        "preview", "--stack", stack.stack, "--refresh", "--expect-no-changes",
        "--non-interactive", expect=None,
    )  # fmt: skip
    changed = stack.json("preview", "--refresh")["changeSummary"]

    assert changed["update"] == 7
    assert changed["create"] == 1


def test_secrets_without_the_passphrase_are_unreadable_and_never_in_sync(
    stack: Cli, cloud: Cloud
) -> None:
    told = report(stack, code=2, PULUMI_CONFIG_PASSPHRASE="")

    assert by_status(told)["unreadable"] == ["f10"]
    assert "could not be decrypted" in told["notes"][0]
    assert by_status(report(stack, "--partial-ok", code=0, PULUMI_CONFIG_PASSPHRASE=""))


def test_no_secret_is_in_any_form_of_the_report(stack: Cli, cloud: Cloud, tmp_path: Path) -> None:
    plant(cloud)
    forms = ("json", "sarif", "html", "markdown")
    files = [f"--format={form}={tmp_path / form}" for form in forms]

    run = fgctl(stack, "drift", "--verbose", *files, "--format", "text")

    assert run.returncode == 1
    texts = [run.stdout, run.stderr, *((tmp_path / form).read_text("utf-8") for form in forms)]
    assert [text for text in texts if MARK in text] == []


def test_what_the_program_declares_and_nobody_applied_is_told_apart(
    stack: Cli, cloud: Cloud, tmp_path: Path
) -> None:
    declare(stack, cloud, retries=3)
    preview = stack.preview("--json")
    (tmp_path / "preview.json").write_text(preview.stdout, encoding="utf-8")

    told = report(stack, "--preview", str(tmp_path / "preview.json"), code=0)

    (pending,) = told["pending"]
    assert (pending["name"], pending["operation"]) == ("f00", "update")
    assert pending["changes"] == ["maxAsyncRetryAttempts: 1 → 3 retries (up to 4 runs per event)"]


def test_a_refused_account_is_told_without_a_traceback(stack: Cli) -> None:
    run = fgctl(stack, "drift", HUAWEICLOUD_SDK_SK="wrong")

    assert run.returncode == 2
    assert "HTTP 401" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
