"""A stack whose every word is kept, so that it can be searched for secrets afterwards."""

import json
import re
from pathlib import Path
from typing import Any

from e2e.cloud import Cloud
from e2e.configs import TYPE
from e2e.engine_cli import Cli, Result
from pulumi_functiongraph.emulator.process import Emulator

MARK = re.compile(r"canary|\b54[,.]?321\b", re.IGNORECASE)
"""In every secret of these tests, and in nothing else."""

_OF_THE_SDK = re.compile(
    r'\{"sequence":\d+,"timestamp":\d+,"diagnosticEvent":\{"prefix":"debug: ","message":'
    r'"(register resource outputs prepared|resource registration successful): '
    r"urn=urn:pulumi:\w+::\w+::pulumi:pulumi:Stack::"
)
"""Pulumi's SDK logs stack outputs with their secrets, when it is told to debug."""

CREDENTIALS = {
    "access_key": "CANARYKEY0123456789A",
    "secret_key": "canary-0123456789-0123456789-0123456789",
    "security_token": "canary-token-0123456789",
}
_SETTINGS = {
    "accessKey": "access_key",
    "secretKey": "secret_key",
    "securityToken": "security_token",
}


def without_credentials(cloud: Cloud) -> dict[str, str]:
    """What tells a program where the local cloud is, and nothing else."""
    names = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")
    return {key: value for key, value in cloud.environment.items() if key not in names}


def have_credentials(cli: Cli, cloud: Cloud) -> None:
    """Let the cloud know credentials with the mark, and keep them in the stack's config."""
    cloud.seed(json.dumps({"credentials": [CREDENTIALS]}))
    cli.config_set_secrets(
        {f"functiongraph:{key}": CREDENTIALS[name] for key, name in _SETTINGS.items()}
    )


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

    def keep_what_is_on_disk(self) -> None:
        """Keep the files of the backend and of the stack's config, and the local cloud's logs."""
        files = [each for each in self.cli.state_folder.rglob("*") if each.is_file()]
        assert any("backups" in str(each) or "history" in str(each) for each in files), files
        for each in [*files, self.cli.project / "Pulumi.test.yaml"]:
            self.texts[str(each.name)] = each.read_text(encoding="utf-8", errors="replace")
        self.texts["requests"] = json.dumps(self.cloud.requests())
        self.texts["errors of the local cloud"] = "".join(self.emulator._errors)

    @property
    def leaks(self) -> dict[str, list[str]]:
        """Where a secret is in clear, and the lines around it."""
        found = {
            name: [line[:2000] for line in text.splitlines() if is_leak(line)]
            for name, text in self.texts.items()
        }
        return {name: lines for name, lines in found.items() if lines}


def is_leak(line: str) -> bool:
    """Whether a line shows a secret, beside what Pulumi's SDK logs of each stack's outputs."""
    return bool(MARK.search(line)) and not _OF_THE_SDK.match(line)


def is_secret(value: Any) -> bool:
    """Whether a value of a state is ciphertext."""
    return isinstance(value, dict) and "ciphertext" in value
