"""The quickstart as a story: the real engine against a local cloud, from nothing to nothing."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import boto3

from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.testing.transcript import line_text

HERE = Path(__file__).resolve().parent
CYCLE = HERE.parent / "cycle"
STACK = "demo"
TIMEOUT = 300
"""Seconds for one command of the CLI."""

_HOW = ("--stack", STACK, "--non-interactive", "--color=never", "--suppress-permalink")
_CHANGE = re.compile(
    r"(?:declared → live: )?(?:function_urn|max_\w+|on_\w+(?:\.\w+)?|enable_\w+): .+"
)
_REPORT = re.compile(r"^( *error: functiongraph: .*?\n)\s*error: ", re.DOTALL | re.MULTILINE)
_OUTCOME = re.compile(r"AsyncNotificationConfig\s+(orders)\s+(created|updated|deleted)\b")


class Terminal:
    """The ``pulumi`` CLI in a copy of the example, and what of its answers makes a story."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, example: Path = HERE
    ) -> None:
        self._folder = folder / example.name
        shutil.copytree(example, self._folder, ignore=shutil.ignore_patterns("__pycache__"))
        self._environment = {
            **os.environ,
            **environment,
            "PULUMI_HOME": str(folder / "pulumi"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
        }
        (folder / "state").mkdir(exist_ok=True)

    def run(self, *arguments: str) -> str:
        """Run one command; the demo ends with what the CLI said when it fails."""
        run = self._run(*arguments)
        if run.returncode:
            sys.exit(f"`pulumi {' '.join(arguments)}` failed:\n{run.stdout}\n{run.stderr}")
        return run.stdout

    def refused(self, *arguments: str) -> str:
        """Run an operation that must be refused, and return the finding that stopped it."""
        run = self._run(*arguments, *_HOW)
        found = re.search(r"FGN\d{3} error: .*", _whole_messages(run.stdout) + run.stderr)
        if run.returncode == 0 or found is None:
            sys.exit(f"`pulumi {' '.join(arguments)}` was not refused:\n{run.stdout}")
        return found.group()

    def report(self, *arguments: str) -> str:
        """Run an operation that must be refused, and return the whole report."""
        run = self._run(*arguments, *_HOW)
        found = _REPORT.search(_whole_messages(run.stdout))
        if run.returncode == 0 or found is None:
            sys.exit(f"`pulumi {' '.join(arguments)}` was not refused:\n{run.stdout}")
        return found.group(1).rstrip()

    def show(self, command: str, *arguments: str) -> None:
        """Run an operation and show the lines that matter."""
        say(f"   $ pulumi {command}")
        shown = self.run(command, *arguments, *_HOW)
        changes = (found.group() for found in _CHANGE.finditer(_whole_messages(shown)))
        outcomes = (" ".join(found.groups()) for found in _OUTCOME.finditer(shown))
        for text in dict.fromkeys([*changes, *outcomes]):
            say(f"     {text}")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the CLI on PATH, with our own arguments
            ["pulumi", *arguments],  # noqa: S607 - same
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )


def _whole_messages(shown: str) -> str:
    """What the CLI repeats at the end; beside the resources it shows what had come until then."""
    return shown.partition("\nDiagnostics:")[2]


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201 - a story is printed


def describe(live: LiveConfig | None) -> str:
    """A live config in one line."""
    if live is None:
        return "nothing"
    config = live.config
    success = config.on_success.destination if config.on_success else "nowhere"
    failure = config.on_failure.destination if config.on_failure else "nowhere"
    return (
        f"{config.max_async_retry_attempts} retries within "
        f"{config.max_async_event_age_in_seconds:,} s, success to {success}, failure to {failure}"
    )


def tell(terminal: Terminal, configs: FunctionGraph, urn: FunctionUrn) -> None:
    """The story, a line or two a step."""

    def live() -> str:
        return f"   the cloud holds: {describe(configs.get_async_config(urn))}"

    say("\n1. pulumi up: orders notifies success to a topic, failure to a bucket")
    terminal.show("up", "--yes")
    say(live())

    say("\n2. In the program 3 retries instead of 2: the preview says what that means")
    terminal.run("config", "set", "quickstart:retries", "3", "--stack", STACK)
    terminal.show("preview")
    terminal.show("up", "--yes")
    say(live())

    say("\n3. Somebody changes it by hand, and pulumi refresh finds it")
    config = configs.get_async_config(urn)
    if config is None:
        sys.exit(f"the config of {urn} is gone")
    configs.put_async_config(
        config.config.model_copy(update={"max_async_retry_attempts": 0, "on_failure": None})
    )
    say(live())
    terminal.show("refresh", "--yes")
    say("   pulumi up puts the declared values back")
    terminal.show("up", "--yes")
    say(live())

    say("\n4. A mistake is stopped before anything is changed")
    terminal.run("config", "set", "quickstart:retries", "9", "--stack", STACK)
    say("   $ pulumi up --skip-preview")
    say(f"     {terminal.refused('up', '--yes', '--skip-preview')}")
    say(live())


def tell_of_orders(cloud: Emulator) -> None:
    """Two orders run on the local cloud; what arrives of each is read as its receiver would."""
    cloud.options(retry_seconds=0.1)
    say("\n6. Orders run. This one fails twice, and is tried again")
    cloud.script("orders", fail_times=2, returns={"state": "accepted"})
    request = cloud.invoke("orders", {"order": 7})
    cloud.expect_notification(request_id=request, outcome="success", target="smn")
    show_steps(cloud, request)
    (topic,) = (each for each in cloud.state()["topics"] if each["messages"])
    show_event(f"message in {topic['topic_urn']}", topic["messages"][-1]["message"])

    say("\n   This one fails for good")
    cloud.script("orders", fails="there is no such article")
    request = cloud.invoke("orders", {"order": 8})
    kept = cloud.expect_notification(request_id=request, outcome="failure", target="obs")
    show_steps(cloud, request)
    bucket = kept.param["bucket"]
    show_event(f"object in {bucket}: {kept.reference}", read_object(cloud, bucket, kept.reference))


def show_steps(cloud: Emulator, request_id: str) -> None:
    """What happened to a request, as `fgctl emulator tail` shows it."""
    for line in cloud.journal(request_id=request_id):
        say(f"     {line_text(line)}")


def show_event(where: str, text: str) -> None:
    """A notification as it arrived, and as `NotificationEvent` reads it."""
    event = NotificationEvent.parse(text)
    say(f"   {where}")
    say(f"     {text}")
    runs = max(event.request_context.approximate_invoke_count, 1)
    result = "succeeded" if event.succeeded else "failed"
    say(f"   NotificationEvent: {event.request} {result} after {runs} runs: {event.response}")


def read_object(cloud: Emulator, bucket: str, key: str) -> str:
    """The content of an object, as the S3 client of a reader gets it."""
    environment = cloud.environment
    client = boto3.client(
        "s3",
        endpoint_url=cloud.url,
        region_name=environment["FUNCTIONGRAPH_REGION"],
        aws_access_key_id=environment["HUAWEICLOUD_SDK_AK"],
        aws_secret_access_key=environment["HUAWEICLOUD_SDK_SK"],
    )
    with closing(client):
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content.decode()


def tell_of_a_cycle(folder: Path) -> None:
    """Two functions that would call each other for ever."""
    say("\n5. Two functions that notify each other (examples/cycle): the preview stops")
    with Emulator(seed=CYCLE / "cloud.yaml") as cloud:
        terminal = Terminal(folder, cloud.environment, example=CYCLE)
        terminal.run("stack", "init", STACK, "--non-interactive")
        say("   $ pulumi preview")
        say(terminal.report("preview"))


def main() -> None:
    """Start the local cloud, tell the story, leave nothing behind."""
    say("A local cloud on loopback, and the real Pulumi engine:")
    with tempfile.TemporaryDirectory() as folder, Emulator(seed=HERE / "cloud.yaml") as cloud:
        environment = cloud.environment
        say(f"   local cloud at {cloud.url}")
        settings = resolve({}, environment, Path(folder), directory=Path(folder))
        urn = FunctionUrn.parse("orders", region=settings.region, project_id=settings.project_id)
        terminal = Terminal(Path(folder), environment)
        say(f"   pulumi {terminal.run('version').strip()}, state in a temporary folder")
        terminal.run("stack", "init", STACK, "--non-interactive")
        configs = FunctionGraph(Session(settings))
        tell(terminal, configs, urn)
        tell_of_a_cycle(Path(folder))
        tell_of_orders(cloud)
        say("\n7. pulumi destroy")
        terminal.show("destroy", "--yes")
        say(f"   the cloud holds: {describe(configs.get_async_config(urn))}")
    say("\nAll of it is gone again. The programs are in examples/quickstart and examples/cycle.")
    say("To run this engine yourself, in this folder: export PATH=$(scripts/engine)")


if __name__ == "__main__":
    main()
