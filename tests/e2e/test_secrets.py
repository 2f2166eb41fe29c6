"""No secret leaves the run in clear: not in what is printed, logged or kept, whatever happens."""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, state_of
from e2e.engine_cli import Cli, Result, StackAt, write_project

pytestmark = pytest.mark.engine

MARK = "canary"
"""In every secret of these tests, and in nothing else."""

KEY, TOKEN = "sk-canary-0123456789", "token-canary-0123456789"

SECRETS = """\
secret = pulumi.Config().require_secret
{extra}
AsyncNotificationConfig(
    "parts",
    function_urn="orders",
    max_async_retry_attempts={retries},
    on_success=SmnTarget(secret("topic")),
    on_failure=ObsTarget(secret("bucket"), secret("prefix"), expires=30),
)
whole = AsyncNotificationConfig(
    "whole",
    function_urn="billing",
    max_async_retry_attempts={retries},
    on_success=pulumi.Output.secret(FunctionTarget("canary-function")),
    on_failure=secret("bucket").apply(lambda name: {{"bucket": name, "prefix": "canary"}}),
)
pulumi.export("whole", whole.on_failure)
"""
ALSO_CANARY = "canary-other"


class Observed:
    """A stack whose every word is kept."""

    def __init__(self, cli: Cli, cloud: Cloud, logs: Path) -> None:
        self.cli = cli
        self.cloud = cloud
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
        self.texts[f"{name}: event log"] = "\n".join(_without_debugging(log))
        assert self.texts[f"{name}: event log"]
        return result

    def keep_state(self, name: str) -> None:
        """Keep the state, in which secrets are to be ciphertext."""
        self.texts[f"{name}: state"] = self.cli.run("stack", "export", "--stack", "test").stdout

    def declare(self, retries: int, extra: str = "") -> None:
        rewrite(self.cli, SECRETS.format(retries=retries, extra=textwrap.dedent(extra)))

    @property
    def leaks(self) -> dict[str, list[str]]:
        """Where a secret is in clear, and the lines around it."""
        found = {
            name: [line[:2000] for line in text.splitlines() if MARK in line.casefold()]
            for name, text in self.texts.items()
        }
        return {name: lines for name, lines in found.items() if lines}


def _without_debugging(log: Path) -> Iterator[str]:
    """The events but for what Pulumi's SDK says when it is debugged, stack outputs in clear."""
    for line in log.read_text(encoding="utf-8").splitlines():
        if json.loads(line).get("diagnosticEvent", {}).get("severity") != "debug":
            yield line


@pytest.fixture
def observed(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Iterator[Observed]:
    cloud.seed(
        "functions:\n  - {name: canary-function, xrole: serverless-trust}\n"
        "topics: [{name: canary-topic}]\nbuckets: [{name: canary-bucket}, {name: canary-other}]\n"
    )
    cli = stack_at(write_project(tmp_path / "kept", program("")), environment=cloud.environment)
    cli.config_set("bucket", "canary-bucket", secret=True)
    cli.config_set("prefix", 'canary/"é', secret=True)
    cli.config_set("topic", cloud.topic("canary-topic"), secret=True)
    yield Observed(cli, cloud, tmp_path)
    state = json.dumps(cloud.requests())
    assert MARK not in state


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and "ciphertext" in value


def secrets_are_ciphertext(cli: Cli) -> bool:
    """Whether state holds every secret as ciphertext, among inputs and outputs alike."""
    for side in ("inputs", "outputs"):
        parts, whole = state_of(cli, "parts")[side], state_of(cli, "whole")[side]
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
    observed.run("preview as json", "preview", "--json")
    observed.run("create", "up")
    observed.keep_state("create")
    assert secrets_are_ciphertext(cli)
    live = observed.cloud.live("orders")["destination_config"]["on_failure"]
    assert json.loads(live["param"])["prefix"] == 'canary/"é'

    cli.config_set("bucket", "canary-other", secret=True)
    observed.declare(retries=2)
    observed.run("preview of an update", "preview", "--diff")
    observed.run("preview of an update as json", "preview", "--json")
    observed.run("update", "up", "--json")
    observed.keep_state("update")
    assert secrets_are_ciphertext(cli)

    observed.cloud.change_by_hand("orders", max_async_retry_attempts=0)
    observed.cloud.change_by_hand("billing", max_async_retry_attempts=0)
    observed.run("preview of drift", "preview", "--refresh", "--diff")
    observed.run("refresh", "refresh", "--diff")
    observed.keep_state("refresh")
    assert secrets_are_ciphertext(cli)
    assert state_of(cli, "parts")["inputs"]["maxAsyncRetryAttempts"] == 0
    observed.run("repair", "up")
    assert secrets_are_ciphertext(cli)
    observed.run("destroy", "destroy")
    observed.keep_state("destroy")
    assert observed.leaks == {}
