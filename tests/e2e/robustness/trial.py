"""A trial: one stack of the trial program and the local cloud that it works on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import psutil

from e2e.cloud import Cloud
from e2e.engine_cli import engine_environment, write_project
from e2e.robustness import world
from e2e.robustness.world import Provider, Setting
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.emulator.process import Emulator

LONGEST_RUN = 150.0
"""Seconds after which a run of the engine counts as hanging."""

SHORT_CLOCKS = Path(__file__).parent / "short_clocks"

Credentials = Literal["keys", "password"]
Operation = Literal["up", "refresh", "destroy"]


@dataclass(frozen=True)
class Ended:
    """What a run of the engine came to; `code` is None when it hung and was ended."""

    command: str
    code: int | None
    output: str

    @property
    def well(self) -> bool:
        return self.code == 0


class TrialCloud(Cloud):
    """A local cloud of its own process, which can die and come back."""

    def __init__(self, data: Path | None = None) -> None:
        self._data = data
        self.emulator = Emulator(data=data)
        super().__init__(self.emulator.url, self.emulator.environment)
        self.place = f"{self.region}:{self.project_id}"
        self.sayings: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.emulator.stop()

    def prepare(self, round_: int | None = None) -> None:
        """Seed anew: with the configs of a round, or with none but the foreign one."""
        self.emulator.reset()
        self.emulator.seed(world.SEED)
        if round_ is not None:
            self.emulator.seed(world.seed_of(world.declared(round_, place=self.place)))
        self.emulator.forget_requests()

    def kill(self) -> None:
        """End it as `kill -9` does; what it was told is on its disk."""
        self.emulator.kill()
        self.sayings += self.emulator._errors

    def restart(self) -> None:
        """Start it again on the same port and folder."""
        port = int(self.url.rpartition(":")[2])
        self.emulator = Emulator(data=self._data, port=port)

    def settings(self) -> dict[str, Setting]:
        """What is live, by function."""
        return {
            urn.split(":")[-2]: world.live_setting(config) for urn, config in self.configs().items()
        }

    def times(self) -> dict[str, dict[str, str]]:
        """When each live config was created and modified, by URN, as the state keeps it."""
        return {
            urn: {"createdTime": config["created_time"], "lastModified": config["last_modified"]}
            for urn, config in self.configs().items()
        }

    def their_config(self) -> dict[str, Any]:
        """The config that no stack has, whole."""
        return self.configs().get(self.urn(world.THEIRS), {})

    def journal(self) -> list[dict[str, Any]]:
        """Every request to every service since the log was last emptied."""
        return self.emulator.requests()

    def config_calls(self, *methods: str) -> list[dict[str, Any]]:
        """The requests about single configs, of these methods or of all."""
        return [
            each
            for each in self.journal()
            if each["path"].endswith("/async-invoke-config")
            and (not methods or each["method"] in methods)
        ]

    def stderr(self) -> str:
        """All that the local cloud has said on standard error."""
        return "".join([*self.sayings, *self.emulator._errors])


class Stack:
    """A stack of the trial program in a folder of its own, on local disk.

    `keep` sets the state and settings aside under a name, `renew` goes back to them: a scenario
    starts without the second that the engine takes to make a stack.
    """

    def __init__(
        self,
        folder: Path,
        cloud: TrialCloud,
        *,
        credentials: Credentials = "keys",
        short_clocks: bool = True,
        provider: Provider = "dynamic",
    ) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.project = write_project(
            folder / "project", world.PROGRAMS[provider], name=world.PROJECT
        )
        of_cloud = {
            name: value
            for name, value in cloud.environment.items()
            if name not in {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"}
        }
        if credentials == "password":
            of_cloud |= {
                "OS_USERNAME": "person",
                "OS_PASSWORD": world.PASSWORD,
                "OS_USER_DOMAIN_NAME": "local-cloud",
            }
        self.environment = engine_environment(self.home) | of_cloud
        # The engine writes a file of attributes beside its state, not at once as the state itself:
        # a kill leaves an empty one, and every later command fails with "EOF".
        self.environment["PULUMI_BACKEND_URL"] += "?metadata=skip"
        if short_clocks:
            others = os.environ.get("PYTHONPATH", "")
            self.environment["PYTHONPATH"] = os.pathsep.join(
                filter(None, [str(SHORT_CLOCKS), others])
            )
        self._set_up(credentials, short_clocks=short_clocks)

    def _set_up(self, credentials: Credentials, *, short_clocks: bool) -> None:
        assert self.run("stack", "init", world.STACK, "--non-interactive").well
        settings = ["--secret", f"bucket={world.BUCKET}"]
        if credentials == "keys":
            for key, name in (
                ("accessKey", "access_key"),
                ("secretKey", "secret_key"),
                ("securityToken", "security_token"),
            ):
                settings += ["--secret", f"functiongraph:{key}={world.CREDENTIALS[name]}"]
        if short_clocks:
            settings += ["--plaintext", "functiongraph:precheckTimeout=5"]
        set_up = self.run("config", "set-all", "--stack", world.STACK, *settings)
        assert set_up.well, set_up
        self.keep("fresh")

    def keep(self, name: str) -> None:
        """Set the state and the settings aside."""
        kept = self.folder / "kept" / name
        shutil.copytree(self.home / "state", kept / "state")
        shutil.copy(self.project / f"Pulumi.{world.STACK}.yaml", kept)

    def renew(self, name: str = "fresh") -> None:
        """Go back to the state and the settings that were set aside."""
        kept = self.folder / "kept" / name
        shutil.rmtree(self.home / "state", ignore_errors=True)
        shutil.copytree(kept / "state", self.home / "state")
        shutil.copy(kept / f"Pulumi.{world.STACK}.yaml", self.project)

    def has_kept(self, name: str) -> bool:
        return (self.folder / "kept" / name).exists()

    def operate(
        self, operation: Operation, *more: str, round_: int = 0, moved: bool = False
    ) -> Ended:
        """Run an operation without preview and wait for its end."""
        return self.start(operation, *more, round_=round_, moved=moved).end()

    def start(
        self, operation: Operation, *more: str, round_: int = 0, moved: bool = False
    ) -> Running:
        """Start an operation without preview; `moved` is for the program of that kind."""
        return self.begin(
            operation, "--yes", "--skip-preview", "--stack", world.STACK, "--non-interactive",
            "--color=never", "--suppress-permalink", *more,
            environment={"TRIAL_ROUND": str(round_), "TRIAL_MOVED": "yes" if moved else ""},
        )  # fmt: skip

    def cancel(self) -> Ended:
        """Take away the lock that a killed engine has left."""
        return self.run("cancel", "--yes", "--stack", world.STACK)

    def run(self, *arguments: str) -> Ended:
        """Run any command of the CLI."""
        return self.begin(*arguments).end()

    def begin(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Running:
        """Start any command of the CLI."""
        return Running(
            arguments, folder=self.project, environment={**self.environment, **(environment or {})}
        )

    @property
    def _state_file(self) -> Path:
        return self.home / "state/.pulumi/stacks" / world.PROJECT / f"{world.STACK}.json"

    def checkpoint(self) -> dict[str, Any]:
        """The state as it lies on disk, also while a run is under way or after a kill."""
        state = json.loads(self._state_file.read_text(encoding="utf-8"))
        return state["checkpoint"].get("latest") or {}

    def date(self, times: Mapping[str, Mapping[str, str]]) -> None:
        """Let the state hold these times of its configs, as if it had created what is live."""
        state = json.loads(self._state_file.read_text(encoding="utf-8"))
        for each in state["checkpoint"]["latest"]["resources"]:
            if each.get("id") in times:
                each["outputs"] |= times[each["id"]]
        self._state_file.write_text(json.dumps(state), encoding="utf-8")

    def settings(self) -> dict[str, Setting]:
        """The configs in state, by function."""
        return {
            each["id"].split(":")[-2]: world.state_setting(each["outputs"])
            for each in self.checkpoint().get("resources") or []
            if each["type"] in CONFIG_TYPES and each.get("id") and not each.get("delete")
        }

    def kept_texts(self) -> dict[str, str]:
        """Every file of the backend and the stack's settings."""
        files = [each for each in (self.home / "state").rglob("*") if each.is_file()]
        return {
            each.name: each.read_text(encoding="utf-8", errors="replace")
            for each in [*files, self.project / f"Pulumi.{world.STACK}.yaml"]
        }


class Running:
    """A run of the engine that is under way; its output goes to a file, so that it never waits."""

    def __init__(
        self, arguments: tuple[str, ...], *, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._command = " ".join(arguments)
        self._said = folder.parent / f"said-{os.urandom(4).hex()}"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                ["pulumi", *arguments],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def tree(self) -> list[psutil.Process]:
        """All that the engine has started, and what those have."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def end(self, *, within: float = LONGEST_RUN) -> Ended:
        """Wait for the end; what hangs is ended."""
        code: int | None
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            code = None
            started = self.tree()
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                end_all([psutil.Process(self.process.pid), *started])
                self.process.wait()
        output = self._said.read_text(encoding="utf-8", errors="replace")
        self._said.unlink()
        return Ended(self._command, code, output)


PROVIDERS = ("pulumi.dynamic", "pulumi-resource-functiongraph")
"""In the command of a process that serves configs: of the dynamic provider, of the plugin."""


def serves_configs(process: psutil.Process) -> bool:
    """Whether a process is a provider of configs."""
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return any(each in command for each in PROVIDERS)


def end_all(processes: list[psutil.Process]) -> None:
    """Kill these processes, and no others: a process that took an old number is none of them."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found
