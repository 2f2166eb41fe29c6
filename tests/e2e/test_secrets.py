"""No secret leaves the run in clear: not in what is printed, logged or kept, whatever happens."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program, rewrite
from e2e.engine_cli import Cli, Result, StackAt, write_project
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.emulator.process import Emulator

pytestmark = pytest.mark.engine

MARK = "canary"
"""In every secret of these tests, and in nothing else."""

CREDENTIALS = {
    "access_key": "CANARYKEY0123456789A",
    "secret_key": "canary-0123456789-0123456789-0123456789",
    "security_token": "canary-token-0123456789",
}
CONFIG = {"accessKey": "access_key", "secretKey": "secret_key", "securityToken": "security_token"}

SECRETS = """\
secret = pulumi.Config().require_secret
AsyncNotificationConfig(
    "parts",
    function_urn="orders",
    max_async_retry_attempts={retries},
    on_success=SmnTarget(secret("topic")),
    on_failure=ObsTarget(secret("bucket"), secret("prefix"), expires=30),
)
AsyncNotificationConfig(
    "whole",
    function_urn="billing",
    max_async_retry_attempts={retries},
    on_success=pulumi.Output.secret(FunctionTarget("canary-function")),
    on_failure=secret("bucket").apply(lambda name: {{"bucket": name, "prefix": "canary"}}),
)
"""


class Observed:
    """A stack whose every word is kept."""

    def __init__(self, cli: Cli, cloud: Cloud, emulator: Emulator, logs: Path) -> None:
        self.cli = cli
        self.cloud = cloud
        self.emulator = emulator
        self.logs = logs
        self.texts: dict[str, str] = {}

    def run(self, name: str, command: str, *arguments: str, expect: int | None = 0) -> Result:
        """Run an operation with an event log, and keep what is said and logged."""
        log = self.logs / f"{name}.events"
        yes = () if command == "preview" else ("--yes",)
        result = self.cli.run(
            command, "--stack", self.cli.stack, "--non-interactive", "--color=never", *yes,
            "--event-log", str(log), *arguments,
            environment={"PULUMI_DEBUG_COMMANDS": "1"},
            expect=expect,
        )  # fmt: skip
        self.texts[f"{name}: stdout"] = result.stdout
        self.texts[f"{name}: stderr"] = result.stderr
        self.texts[f"{name}: event log"] = log.read_text(encoding="utf-8")
        assert self.texts[f"{name}: event log"]
        return result

    def keep_state(self, name: str) -> dict[str, dict[str, Any]]:
        """Keep the state, in which secrets are to be ciphertext; returns its configs by name."""
        text = self.cli.run("stack", "export", "--stack", self.cli.stack).stdout
        self.texts[f"{name}: state"] = text
        found = json.loads(text)["deployment"].get("resources", [])
        return {each["urn"].rpartition("::")[2]: each for each in found if each["type"] == TYPE}

    def declare(self, retries: int) -> None:
        rewrite(self.cli, SECRETS.format(retries=retries))

    def keep_what_is_on_disk(self) -> None:
        """Keep the files of the backend and of the stack's config, and the local cloud's logs."""
        backend = Path(self.cli.environment["HOME"]) / "state"
        files = [each for each in backend.rglob("*") if each.is_file()]
        assert any("backups" in str(each) or "history" in str(each) for each in files), files
        for each in [*files, self.cli.project / "Pulumi.test.yaml"]:
            self.texts[str(each.name)] = each.read_text(encoding="utf-8", errors="replace")
        self.texts["requests"] = json.dumps(self.cloud.requests())
        self.texts["errors of the local cloud"] = "".join(self.emulator._errors)

    @property
    def leaks(self) -> dict[str, list[str]]:
        """Where a secret is in clear, and the lines around it."""
        found = {
            name: [line[:2000] for line in text.splitlines() if MARK in line.casefold()]
            for name, text in self.texts.items()
        }
        return {name: lines for name, lines in found.items() if lines}


@pytest.fixture
def observed(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud, functiongraph_emulator: Emulator
) -> Observed:
    cloud.seed(
        "functions:\n  - {name: canary-function, xrole: serverless-trust}\n"
        "topics: [{name: canary-topic}]\nbuckets: [{name: canary-bucket}, {name: canary-other}]\n"
    )
    cloud.seed(json.dumps({"credentials": [CREDENTIALS]}))
    environment = {k: v for k, v in cloud.environment.items() if "_SDK_AK" not in k}
    environment.pop("HUAWEICLOUD_SDK_SK")
    cli = stack_at(write_project(tmp_path / "kept", program("")), environment=environment)
    for key, name in CONFIG.items():
        cli.config_set(f"functiongraph:{key}", CREDENTIALS[name], secret=True)
    cli.config_set("bucket", "canary-bucket", secret=True)
    cli.config_set("prefix", 'canary/"é', secret=True)
    cli.config_set("topic", cloud.topic("canary-topic"), secret=True)
    cloud.forget_requests()
    return Observed(cli, cloud, functiongraph_emulator, tmp_path)


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and "ciphertext" in value


def secrets_are_ciphertext(configs: dict[str, dict[str, Any]]) -> bool:
    """Whether every secret is ciphertext, among inputs and outputs alike."""
    for side in ("inputs", "outputs"):
        parts, whole = configs["parts"][side], configs["whole"][side]
        assert is_secret(parts["onSuccess"]["topicUrn"]), parts
        assert is_secret(parts["onFailure"]["bucket"]), parts
        assert is_secret(parts["onFailure"]["prefix"]), parts
        assert parts["onFailure"]["expires"] == 30
        assert is_secret(whole["onSuccess"]), whole
        assert is_secret(whole["onFailure"]), whole
    return True


def test_secret_names_stay_ciphertext_and_are_never_told(observed: Observed) -> None:
    cli = observed.cli
    observed.declare(retries=1)
    observed.run("preview", "preview")
    observed.run("create", "up")
    assert secrets_are_ciphertext(observed.keep_state("create"))
    live = observed.cloud.live("orders")["destination_config"]["on_failure"]
    assert json.loads(live["param"])["prefix"] == 'canary/"é'

    cli.config_set("bucket", "canary-other", secret=True)
    observed.declare(retries=2)
    observed.run("preview of an update", "preview", "--diff")
    observed.run("preview of an update as json", "preview", "--json")
    observed.run("update", "up", "--json")
    assert secrets_are_ciphertext(observed.keep_state("update"))

    observed.cloud.change_by_hand("orders", max_async_retry_attempts=0)
    observed.cloud.change_by_hand("billing", max_async_retry_attempts=0)
    observed.run("preview of drift", "preview", "--refresh", "--diff")
    observed.run("refresh", "refresh", "--diff")
    refreshed = observed.keep_state("refresh")
    assert secrets_are_ciphertext(refreshed)
    assert refreshed["parts"]["inputs"]["maxAsyncRetryAttempts"] == 0
    observed.run("repair", "up", "--skip-preview")
    assert secrets_are_ciphertext(observed.keep_state("repair"))
    observed.run("destroy", "destroy", "--skip-preview")
    observed.keep_state("destroy")
    observed.keep_what_is_on_disk()
    assert observed.leaks == {}


def test_refusals_and_failures_name_no_secret(observed: Observed) -> None:
    cli, cloud = observed.cli, observed.cloud
    observed.declare(retries=1)
    cli.config_set("bucket", "Canary_Bucket", secret=True)
    refused = observed.run("bad bucket", "up", "--skip-preview", expect=1)
    assert "onFailure.bucket: is not a bucket name that OBS takes" in refused.output
    cli.config_set("bucket", "canary-bucket", secret=True)

    cloud.put_by_hand("orders", on_failure=Bucket(bucket="results"))
    refused = observed.run("not ours", "preview", "--json", expect=1)
    assert "already has an async notification config" in refused.output
    assert "onFailure.bucket: changed (names are not shown, they may be secret)" in refused.output
    cloud.delete_by_hand("orders")

    param = json.dumps({"bucket": "canary-bucket", "prefix": 'canary/"é'})
    request = json.dumps({"on_failure": {"destination": "OBS", "param": param}})
    echo = {"error_code": "FSS.0400", "error_msg": f"{CREDENTIALS['security_token']}: {request}"}
    cloud.fault(operation="UpdateFunctionAsyncInvokeConfig", status=400, body=echo)
    failed = observed.run("refused PUT", "up", "--skip-preview", expect=1)
    assert "HTTP 400 FSS.0400 (not shown): " in failed.output
    cloud.lift_faults()

    cli.config_set("functiongraph:secretKey", "canary-wrong-key", secret=True)
    failed = observed.run("wrong key", "up", "--skip-preview", expect=1)
    assert "The temporary access key from Pulumi config" in failed.output
    cli.config_set("functiongraph:secretKey", CREDENTIALS["secret_key"], secret=True)

    observed.run("create at last", "up", "--skip-preview")
    assert secrets_are_ciphertext(observed.keep_state("create at last"))
    echo["error_msg"] = f"{CREDENTIALS['secret_key']} and {CREDENTIALS['security_token']}"
    cloud.fault(operation="DeleteFunctionAsyncInvokeConfig", status=400, body=echo)
    observed.run("refused DELETE", "destroy", "--skip-preview", expect=1)
    observed.keep_what_is_on_disk()
    assert observed.leaks == {}
