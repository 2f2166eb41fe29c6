"""The quickstart as a story: the real engine against a local cloud, from nothing to nothing."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pulumi_functiongraph.cloud.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.session import Session
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator

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

    say("\n5. pulumi destroy")
    terminal.show("destroy", "--yes")
    say(live())


def tell_of_a_cycle(folder: Path) -> None:
    """Two functions that would call each other for ever."""
    say("\n6. Two functions that notify each other (examples/cycle): the preview stops")
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
        tell(terminal, FunctionGraph(Session(settings)), urn)
        tell_of_a_cycle(Path(folder))
    say("\nAll of it is gone again. The programs are in examples/quickstart and examples/cycle.")
    say("To run this engine yourself, in this folder: export PATH=$(scripts/engine)")


if __name__ == "__main__":
    main()
